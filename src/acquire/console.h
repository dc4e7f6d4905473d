/* console.h - a boot loader at the other end of a wire */
#ifndef ACQUIRE_CONSOLE_H
#define ACQUIRE_CONSOLE_H

#include "acquire/loader.h"
#include "acquire/source.h"
#include "acquire/wire.h"

struct console {
	struct wire *wire;
	const struct loader *loader;
	char prompt[64];		/* learnt: what ends every answer */
	char version[96];		/* "U-Boot 2015.01", or "" */
	struct buf in;			/* what came and was not used yet */
	size_t answered;		/* of in: questions up to here are */
	bool silent;			/* nothing is echoed, not even a line's end */
};

struct console_opts {
	const char *prompt;		/* --prompt, or NULL: learn it */
	const char *loader;		/* a name, or NULL: recognise it */
	unsigned patience_s;		/* for a prompt: 30 by default (0) */
};

/*
 * Get a prompt: it may be there already, or the device is just starting; the
 * autoboot is then interrupted, with at most 100 characters a second.
 */
int console_attach(struct console *c, const struct console_opts *o, struct err *e);
void console_free(struct console *c);

/* Whether what came ends with the prompt at the beginning of a line. */
bool console_at_prompt(const struct console *c);

/*
 * Type one command and append its answer (without echo and prompt) to answer;
 * what it asks meanwhile is answered as the loader's table says, with the
 * numbers of q (NULL: none). A prompt that got lost is asked for again.
 * 0; 1: the device started anew meanwhile (attach again); -1 with ERR_DEVICE:
 * no prompt came back within quiet_ms of silence.
 */
int console_ask(struct console *c, const char *command, unsigned quiet_ms,
		struct buf *answer, struct err *e);
int console_request(struct console *c, const char *text, const struct request *q,
		    unsigned quiet_ms, struct buf *answer, struct err *e);

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
	const char *journal;		/* FILE.part, or NULL */
	uint64_t place;			/* what the journal calls its beginning */
	bool resume;			/* what the journal has was read before */
	/* After a reset: attach, and bring the memory back (sf read ...). */
	int (*restore)(struct console *c, void *arg, struct err *e);
	int (*tick)(uint64_t done, uint64_t total, void *arg);
	void *arg;
};

struct console_count {
	uint64_t again;			/* ranges asked again */
	uint64_t blank, same, based;	/* blocks that were not sent */
	uint64_t kept;			/* blocks of the journal */
	uint64_t resets;
	bool by_crc32;			/* how the bytes were proven */
	const char *order;		/* "little-endian", "big-endian" or NULL */
	bool guessed;			/* no text told that order */
};

/*
 * Every block is proven by the device's crc32, else by a second read. 0 even
 * where sectors stay doubtful (p says which); -1 when the console is gone (p
 * and the journal hold what came before). The journal stays until the bytes
 * are safe: journal_remove(). p is freed by proven_free().
 */
int console_read(struct console *c, const struct console_read *r,
		 struct proven *p, struct console_count *count, struct err *e);

/* Silence of that long behind a prompt ends an answer. */
enum { CONSOLE_SETTLE_MS = 20 };

/* Where memory may be used: the environment, else bdinfo; 0: not known. */
int console_ram(struct console *c, uint64_t *at, struct err *e);
/* How much there may be used without harm to the loader; UINT64_MAX: unknown. */
int console_room(struct console *c, uint64_t ram, uint64_t *room, struct err *e);

#endif
