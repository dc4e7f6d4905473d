/* source.h - reading something slow and doubtful until it is proven */
#ifndef ACQUIRE_SOURCE_H
#define ACQUIRE_SOURCE_H

#include "core/buf.h"
#include "core/err.h"
#include "core/json.h"

enum { PROOF_SECTOR = 4096 };		/* what is compared, voted on and journalled */

/*
 * Anything with bytes at addresses: a NOR chip, an MTD device, a card. read()
 * fills dst or fails; it may be asked for the same range again and give other
 * bytes.
 */
struct source {
	int (*read)(struct source *s, uint64_t at, uint8_t *dst, size_t len,
		    struct err *e);
	uint64_t size;
	void *from;
	/* Called before what differed is read again: slow down. Or NULL. */
	void (*be_gentle)(struct source *s);
};

struct proof_opts {
	unsigned reads;		/* passes, 2 by default */
	unsigned reread;	/* tries for sectors that differ, 5 */
	const char *journal;	/* FILE.part's path, or NULL */
	const char *of;		/* what is read, "c22018": resumed only there */
	bool resume;
	/* "read" or "reread" with done of total; nonzero stops. */
	int (*tick)(const char *stage, unsigned pass, uint64_t done,
		    uint64_t total, void *arg);
	void *arg;
};

enum sector_state { SECTOR_UNREAD, SECTOR_READ, SECTOR_PROVEN, SECTOR_VOTED,
		    SECTOR_DOUBTFUL };

/* What came of it: the bytes, and how sure each sector is. */
struct proven {
	struct buf bytes;
	uint8_t *state;			/* enum sector_state, one per sector */
	size_t sectors, doubtful;
	size_t differed;		/* sectors that did at first */
	char *signature;		/* "lost packets of 32 bytes", or NULL */
};

/*
 * Read [at, at + size) o->reads times, compare, read differing sectors again
 * and settle them by majority. 0 even where sectors stay doubtful (p says
 * which); -1 when the source failed for good (p holds what there is).
 */
int source_prove(struct source *s, uint64_t at, uint64_t size,
		 const struct proof_opts *o, struct proven *p, struct err *e);
void proven_free(struct proven *p);

#endif
