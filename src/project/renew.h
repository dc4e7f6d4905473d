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
	bool *harder;			/* ... and which to pack as small as can be */
};

/* A content as it was, and as it becomes. */
struct renewed {
	struct view was;
	bool grows;			/* its end may move */
	bool changed;
	struct buf now;			/* a copy, once something changed */
	uint64_t left;			/* bytes of room left at the last change */
};

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
