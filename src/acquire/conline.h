/* conline.h - lines of memory as a boot loader prints them, asked until they
   are there */
#ifndef ACQUIRE_CONLINE_H
#define ACQUIRE_CONLINE_H

#include "acquire/console.h"

enum { CON_LINE = 16 };

/* A reading under way. */
struct conwork {
	struct console *c;
	const struct console_read *r;
	struct console_count *count;
	uint8_t *mem;			/* r->size bytes */
	const struct printer *print;	/* the way that works, NULL: not known yet */
	bool has_crc;
	unsigned order;			/* of the words it prints, 0: not known yet */
	unsigned guess;			/* ... of the first that did not tell it */
};

/* Ask; after a reset bring the device back, and ask again. */
int con_ask(struct conwork *w, const char *text, const struct request *q,
	    unsigned quiet_ms, struct buf *answer, struct err *e);

struct hexdump;

/*
 * What was printed, its words in the order that text told anywhere before. 1:
 * it is at odds with that; -1. h is freed by the caller, always.
 */
int con_understand(struct conwork *w, struct hexdump *h, struct view answer,
		   struct err *e);
/* Nothing told it: as the first answer was read, all are. */
void con_guess_order(struct conwork *w);

/* The device's own sum. 0; 1: it has none, or none can be understood; -1. */
int con_crc32(struct conwork *w, uint64_t at, uint64_t size, uint32_t *crc,
	      struct err *e);

/*
 * Read the lines of [at, at + size) for which want is set (one byte each, the
 * first line being that of at rounded down), into w->mem; want is cleared
 * where a line came. 0 even where some never came; -1: the console is gone.
 */
int con_lines(struct conwork *w, uint64_t at, uint64_t size, uint8_t *want,
	      struct err *e);

#endif
