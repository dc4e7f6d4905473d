/* console.h - a boot loader at the other end of a wire */
#ifndef ACQUIRE_CONSOLE_H
#define ACQUIRE_CONSOLE_H

#include "acquire/wire.h"

/* A boot loader's dialect: how to ask for memory, what it can do. Data only. */
struct dialect {
	const char *name;		/* "u-boot", "netos", "cfe" */
	const char *title;
	const char *const *banner;	/* what it says of itself, to know it by */
	const char *stop_autoboot;	/* the keys that do: "\x03", "4", "\r" */
	const char *dump;		/* printf(address, count): "md.l 0x%llx 0x%llx" */
	unsigned unit;			/* bytes of one count */
	unsigned most;			/* bytes it answers reliably at once */
	const char *crc32;		/* "crc32 0x%llx 0x%llx", or NULL */
	const char *next_page;		/* the key at a pager, or NULL */
};

extern const struct dialect *const dialects[];	/* src/tables.c */

struct console {
	struct wire *wire;
	const struct dialect *dialect;	/* NULL until recognised */
	char prompt[64];		/* learnt: what ends every answer */
	char version[96];		/* "U-Boot 2015.01" */
	unsigned timeout_ms;
};

struct console_opts {
	const char *prompt;		/* --prompt, or NULL: learn it */
	const char *dialect;		/* a name, or NULL: recognise it */
	unsigned patience_s;		/* how long to wait for a prompt: 30 */
};

/*
 * Get a prompt: it may be there already, or the device is just starting (the
 * autoboot is then interrupted, by the keys its banner asks for or by
 * rotation, at most 100 characters a second).
 */
int console_attach(struct console *c, const struct console_opts *o, struct err *e);

/*
 * Send one command and take its answer (without the echo and the prompt).
 * -1 with ERR_DEVICE: no prompt came back; a reset seen on the way is said.
 */
int console_ask(struct console *c, struct buf *answer, struct err *e,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What makes reading memory cheaper and safe. */
struct console_read {
	uint64_t at, size;		/* memory on the target */
	bool no_skip, no_dedup;		/* blank blocks, equal blocks */
	struct view base;		/* an older dump: equal blocks are not read */
	/* After a reset: bring the memory back (sf read ...), then go on. */
	int (*restore)(struct console *c, void *arg, struct err *e);
	int (*tick)(uint64_t done, uint64_t total, void *arg);
	void *arg;
};

struct console_count { uint64_t asked_again, blank, same, resets; };

/* Every block is proven by the device's crc32, else by a second read. */
int console_read(struct console *c, const struct console_read *r,
		 struct buf *out, struct console_count *count, struct err *e);

#endif
