/* console.h - a boot loader at the other end of a wire */
#ifndef ACQUIRE_CONSOLE_H
#define ACQUIRE_CONSOLE_H

#include "acquire/wire.h"

/* A kind of boot loader: how it is stopped and asked, what it can do. Data. */
struct loader {
	const char *name;		/* "u-boot": the word of --loader */
	const char *const *banner;	/* what it says of itself, NULL at the end */
	const char *dump;		/* address, count in hex or decimal: see radix */
	unsigned unit;			/* bytes of one count */
	bool decimal;			/* the count is */
	unsigned most;			/* bytes it answers reliably at once */
	const char *crc32;		/* address, length; NULL: it has none */
	const char *cmp;		/* bytes: address, address, length */
};

extern const struct loader loaders[];	/* ends with name NULL, u-boot first */
const struct loader *loader_named(const char *name);

struct console {
	struct wire *wire;
	const struct loader *loader;
	char prompt[64];		/* learnt: what ends every answer */
	char version[96];		/* "U-Boot 2015.01", or "" */
	struct buf in;			/* what came and was not used yet */
	unsigned resets;		/* banners seen where none was expected */
};

struct console_opts {
	const char *prompt;		/* --prompt, or NULL: learn it */
	const char *loader;		/* a name, or NULL: recognise it */
	const char *keys;		/* that stop the autoboot, or NULL: by what
					   it says, else in rotation */
	unsigned patience_s;		/* for a prompt: 30 by default (0) */
};

/*
 * Get a prompt: it may be there already, or the device is just starting; the
 * autoboot is then interrupted, with at most 100 characters a second.
 */
int console_attach(struct console *c, const struct console_opts *o, struct err *e);
void console_free(struct console *c);

/*
 * Type one command and append its answer (without echo and prompt) to answer.
 * 0; 1: the device started anew meanwhile (attach again); -1 with ERR_DEVICE:
 * no prompt came back within quiet_ms of silence.
 */
int console_ask(struct console *c, const char *command, unsigned quiet_ms,
		struct buf *answer, struct err *e);

/*
 * The same, where a wrong character would do harm: the line is typed, its echo
 * compared, and only then entered. With answer NULL it returns at once; the
 * answer is then waited for with console_answer().
 */
int console_type(struct console *c, const char *command, unsigned quiet_ms,
		 struct buf *answer, struct err *e);
int console_answer(struct console *c, unsigned quiet_ms, struct buf *answer,
		   struct err *e);
/* Whether what came since the last line entered ends with a prompt. */
bool console_is_back(const struct console *c);
/* Stop what runs: Ctrl-C until a prompt. 0, 1 or -1 as console_ask(). */
int console_stop(struct console *c, struct err *e);

/* The device's sum over its memory. 0; 1: it started anew; 2: it has no crc32;
   -1. */
int console_crc32(struct console *c, uint64_t at, uint64_t size, uint32_t *crc,
		  struct err *e);
/* "crc32 for 21000000 ... 2100ffff ==> 1234abcd", of exactly that range. */
bool console_crc_answer(struct view answer, uint64_t at, uint64_t size,
			uint32_t *crc);

struct console_read {
	uint64_t at, size;		/* memory on the target */
	bool no_skip;			/* read blank and equal blocks too */
	struct view base;		/* an older dump: equal blocks are taken */
	unsigned width;			/* of md: 1, 2, 4, 8; 0: the best */
	/* After a reset: attach, and bring the memory back (sf read ...). */
	int (*restore)(struct console *c, void *arg, struct err *e);
	int (*tick)(uint64_t done, uint64_t total, void *arg);
	void *arg;
};

struct console_count {
	uint64_t again;			/* ranges asked again */
	uint64_t blank, same, based;	/* blocks that were not sent */
	uint64_t resets;
	bool by_crc32;			/* how the bytes were proven */
};

/* Every block is proven by the device's crc32, else by a second read. */
int console_read(struct console *c, const struct console_read *r,
		 struct buf *out, struct console_count *count, struct err *e);

/* Where memory may be used: the environment, else bdinfo; 0: not known. */
int console_ram(struct console *c, uint64_t *at, struct err *e);

#endif
