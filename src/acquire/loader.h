/* loader.h - the boot loaders that are known, as data */
#ifndef ACQUIRE_LOADER_H
#define ACQUIRE_LOADER_H

#include "core/buf.h"

/*
 * What is typed is a text with places:
 *
 *	%a %A	the address, hexadecimal, lower or upper case
 *	%n %d	how many objects, hexadecimal or decimal
 *	%b	how many bytes, hexadecimal
 *	%w	the letter of the width: b, w, l, q
 *	%s	a second address, hexadecimal
 */
struct request {
	uint64_t at, size, second;
	unsigned unit;			/* bytes of an object */
};

void put_request(struct buf *b, const char *text, const struct request *q);

/* What it asks in the middle of a command, and what it wants to hear. */
struct question { const char *says, *answer; };

/* One way to print memory. */
struct printer {
	const char *command;
	unsigned unit;			/* bytes of an object */
	unsigned most;			/* bytes it answers reliably at once */
};

/* A kind of boot loader: how it is known, stopped and asked. */
struct loader {
	const char *name;		/* the word of --loader */
	const char *title;		/* "CFE", in messages */
	const char *const *prompts;	/* how its prompt ends, NULL at the end */
	const char *const *banner;	/* what it says when it starts */
	const char *help;		/* only its help has this; NULL: none */
	const char *keys;		/* that stop its autoboot */
	bool menu;			/* a command is one key, without Enter */
	const char *nudge;		/* brings the prompt again and does nothing */
	const struct printer *print;	/* the best first, command NULL at the end */
	const struct question *asks;	/* may be NULL */
	const char *crc32;		/* NULL: it has none */
	const char *cmp;		/* of bytes at %a with those at %s */
	const char *send;		/* sends memory by XMODEM; NULL: cannot */
};

extern const struct loader loaders[];	/* ends with name NULL, u-boot first */
const struct loader *loader_named(const char *name);
/* "u-boot, cfe, ... or netos" */
void put_loaders(struct buf *b);

/* Known by the prompt, by its banner in what came, or by its help; or NULL. */
const struct loader *loader_of(const char *prompt, struct view came);
/* "U-Boot 2015.01" out of what came, or "". */
void loader_version(const struct loader *l, struct view came, char *text, size_t n);
/* The keys that stop what is about to boot, by what it says, or NULL. */
const char *loader_keys(struct view came);
/* Whether its banner stands at the beginning of a line. */
bool loader_began(const struct loader *l, struct view came);

#endif
