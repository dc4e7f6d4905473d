/* engine.h - what the files of the engine know of each other */
#ifndef SCAN_ENGINE_H
#define SCAN_ENGINE_H

#include "scan/find.h"
#include "scan/scan.h"

enum { MOST_OPEN = 32, MOST_FOUND = 10000, MOST_A_SECTOR = 128 };

/* Which format a needle, or a grid, stands for; CLUE: none, see scan.clue. */
enum { CLUE = 0xffff };
struct source {
	unsigned format, off;
	unsigned failures;	/* since this sector was reached: */
	uint64_t sector;	/* the furthest one, plus one */
};

/* What one format has cost so far; see hunt.c. */
struct tally {
	uint64_t last;		/* where it was tried last, plus one */
	uint64_t begin, end;	/* the last one without a border of its own */
	uint64_t work;		/* bytes read for nothing */
};

/* A proven object that what comes next may lie in; nothing in a sealed one. */
struct open {
	uint64_t at, end;
	unsigned depth;
	bool closed, sealed;
	const struct format *format;
};

struct engine {
	struct scan *s;
	struct view v;
	int fd;
	const struct scan_opts *o;
	const struct format **format;	/* the wanted ones */
	struct tally *tally;
	size_t nformat;
	struct needle *needle;
	struct source *source;		/* of each needle, then of each grid */
	size_t nneedle, ngrid;
	struct finder find;
	uint64_t back;			/* the largest magic offset */
	struct open open[MOST_OPEN];
	size_t nopen;
	_Atomic uint64_t sealed_at, sealed_end;	/* the last one, if it is large */
};

/* wanted.c: which formats take part, and their magics. */
int engine_want(struct engine *g, struct err *e);
void engine_free(struct engine *g);

/* hunt.c: look at one candidate, keep what it proves to be. */
void hunt(struct engine *g, struct source *from, uint64_t at);

/* pieces.c: read everything once, hunt every hit in order. */
int pieces_run(struct engine *g, struct err *e);

/* look.c: sectors and hits of [from, to) of w, which has a margin around it. */
void look_through(struct engine *g, struct view w, size_t from, size_t to,
		  struct hits *magic, struct hits *grid);

/* settle.c: who is inside whom, who goes. cover.c: every byte in a span. */
void settle(struct scan *s, struct view v);
void cover(struct scan *s, struct view v);

/* Whether `at` lies in an object whose content is nobody's business here. */
bool is_sealed(const struct engine *g, uint64_t at);

enum sector_kind sector_kind(const uint8_t *p, size_t n);

/* Entropy * 32 of the n bytes at p, at most 255. */
uint8_t entropy_window(const uint8_t *p, size_t n);

#endif
