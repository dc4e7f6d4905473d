/* store.h - where a device keeps its bytes, and how U-Boot fetches them */
#ifndef ACQUIRE_STORE_H
#define ACQUIRE_STORE_H

#include "acquire/console.h"
#include "core/text.h"

/* A kind of memory behind a boot loader. Templates are those of loader.h. */
struct store {
	const char *name;		/* "sf": the word of --from */
	const char *const *probe;	/* until one does not fail, NULL at the end */
	const char *read;		/* %s there to %a; NULL: it is mapped */
	const char *write;		/* %a to %s there; NULL: not ours to write */
	const char *erase;		/* before; NULL: it needs none */
	unsigned unit;			/* addresses there count so many bytes */
};

extern const struct store stores[];	/* ends with name NULL */
const struct store *store_named(const char *name);

/*
 * Probe s, or all of them (NULL) until one answers. size: what it says it has,
 * 0 if it does not; base: where a mapped one lies. 0; 1: there is none; -1.
 */
struct store_found { const struct store *store; uint64_t size, base; };
int store_find(struct console *c, const struct store *s, struct store_found *f,
	       struct err *e);

/* Put the command that copies a range to (or from) memory. */
void store_command(struct buf *b, const char *text, const struct store *s,
		   uint64_t ram, struct range range);
/* Copy [range] to memory, where it can be printed. 1: the device was reset. */
int store_fetch(struct console *c, const struct store *s, uint64_t ram,
		struct range range, struct err *e);

/* "total 16 MiB", "32768 KiB hi_fmc at 0:0", "NAND 128MiB"; 0: it does not say. */
uint64_t store_size(struct view answer);

#endif
