/* renew.h - changed trees and payloads go back into what they came from */
#ifndef PROJECT_RENEW_H
#define PROJECT_RENEW_H

#include "project/assembly.h"

/* What people changed: at most one of an entry and what lies in it. */
enum touch { UNTOUCHED, TOUCHED_INSIDE, TOUCHED };

/* One part being renewed. */
struct renewal {
	struct assembly *s;
	struct fitted *row;
	const enum touch *touch;	/* of every entry of the manifest */
	bool *harder;			/* ... which to pack as small as can be */
};

/* A content as it was, and as it becomes. */
struct renewed {
	struct view was;
	bool grows;			/* its end may move */
	bool changed;
	struct buf now;			/* a copy, once something changed */
	uint64_t left;			/* room that is left, in bytes */
};

static inline const struct opened *renewal_entry(const struct renewal *n, size_t i)
{
	return &n->s->a->m.opened[i];
}

/* Whether x lies in the part that is being renewed. */
static inline bool renewal_has(const struct renewal *n, const struct opened *x)
{
	return n->row->part == &n->s->a->m.part[x->part];
}

/* Whatever was touched in the content of entry parent (-1: of the part). */
int renew_content(const struct renewal *n, long parent, struct renewed *c,
		  struct err *e);

/* See which trees and which files of open/ are not as extract left them. */
int find_touched(struct assembly *s, enum touch *touch, struct err *e);

/*
 * Put made where entry x was, with its slack; objects come from the back to
 * the front. Fails with ERR_LIMIT where there is no room.
 */
int renewed_put(struct renewed *c, const struct opened *x, struct view made,
		struct err *e);

/* All of open/FILE. */
int read_open_file(const struct assembly *s, const struct opened *x,
		   struct image *im, struct err *e);

#endif
