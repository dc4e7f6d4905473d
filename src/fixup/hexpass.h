/* hexpass.h - the walk through the pieces of one log, for hexpass.c, hexwalk.c */
#ifndef FIXUP_HEXPASS_H
#define FIXUP_HEXPASS_H

#include "fixup/hexdump.h"

enum { NEAR = 1 << 16, FEW_LINES = 2, MOST_REPEATED = 1 << 30 };

/* Where the walk through a log is. */
struct walk {
	struct hexdump *h;
	struct hexlog *log;
	unsigned number;
	struct passes *out;
	struct piece *piece, *end;

	struct pass *cur;
	struct piece echo;
	bool has_echo;		/* a command was typed since the last run */
	bool short_line;	/* the last run ended with one */
	unsigned last;		/* bytes of the last line */
	uint64_t line;		/* of the last good line */
	uint64_t load;
	uint64_t top;		/* the highest end of a pass so far */
	struct damage bad;
	bool star;
	/* CFE's pages */
	bool paged, spare;
	uint64_t base, page_size, pages;
};

uint64_t pass_end(const struct pass *p);
void damage_add(struct damage *d, const struct piece *p);
/* Two addresses that one or two wrong digits tell apart. */
bool is_misread(uint64_t a, uint64_t b);

/* Begin a pass with a run, as w->cur. */
struct pass *pass_begin(struct walk *w, const struct piece *r);
/* There is none after it: bad lines behind its last good one belonged to it. */
void pass_finish(struct walk *w);
/* A short line and then a gap: something is missing inside that line. */
void pass_drop_short(struct walk *w);
bool pass_is_near(const struct walk *w, uint64_t at);
/* Whether a star has repeated the last line up to here, and doing it. */
bool pass_repeats(const struct walk *w, uint64_t to);
void pass_put_repeats(struct walk *w, uint64_t to);
/* What the command or bad lines before the run say should be there. */
void pass_want(struct walk *w, const struct piece *r);
void pass_want_head(struct walk *w, const struct piece *r);

#endif
