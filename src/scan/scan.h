/* scan.h - one pass over an image: every object, and every byte accounted for */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "core/format.h"
#include "core/opt.h"

struct scan_opts {
	bool all;		/* keep weak findings and interior streams */
	const char *only, *skip;	/* "jffs2,uimage" or NULL */
	unsigned depth;		/* how deep to look inside objects; 0: 1 level */
	bool entropy;		/* fill scan.window */
	bool proven_only;	/* for trying fix-ups: keep what is proven, say
				   nothing, stop in a flood of false magics */
	bool first_only;	/* with it: stop at the first such object */
};

/* Where "mtdparts=" stands, anywhere: for the maps. The first so many. */
enum { MOST_CLUES = 256 };

/* One object. Those inside another name it as parent and follow it. */
struct found {
	struct region r;
	long parent;		/* index in scan.found, or -1 */
	unsigned depth;		/* 0: in the image itself */
	uint64_t anchor;	/* where the magic was that led to it */
	bool opaque;		/* what is inside is compressed */
	bool decoded;		/* r.at counts in the parent's content, unpacked;
				   anchor is where that lies in the image */
};

/* Every byte of the image is in exactly one span, in order. */
enum span_kind { SPAN_STRUCTURE, SPAN_ERASED, SPAN_UNKNOWN };
struct span {
	enum span_kind kind;
	uint64_t at, size;
	uint8_t value;		/* of SPAN_ERASED: 0xff or 0x00 */
	long found;		/* of SPAN_STRUCTURE: index, else -1 */
};

struct scan {
	struct found *found;
	size_t nfound, capfound;
	struct span *span;
	size_t nspan, capspan;
	uint64_t size, structure, erased, unknown;
	uint8_t erased_value;		/* what most erased blocks have */
	size_t hidden;			/* weak matches not kept */
	size_t unlisted;		/* more than can be listed */
	uint64_t clue[MOST_CLUES];
	size_t nclue;
	size_t probes, unexamined;	/* places looked at; too many to look */
	bool all;			/* as the options said */
	unsigned depth;
	uint8_t *sector;		/* enum sector_kind of each 4 KiB */
	size_t nsector;
	uint8_t *window;		/* entropy * 32 of each 4 KiB, or NULL */
};

/*
 * A run of one value is erased where it holds a whole sector, or where it is
 * padding: 16 bytes or more beside an object, or all up to the next one. What
 * lies inside an object's stated size belongs to the object.
 */
enum { SECTOR = 4096, LEAST_PADDING = 16 };
enum sector_kind { SECTOR_MIXED, SECTOR_FF, SECTOR_00, SECTOR_UNSEEN };

/*
 * fd is where v's bytes can be pread() from [0, v.len), or -1: reading in
 * pieces is faster and smaller in memory than touching a large map. v must
 * then be a shared map of that file: its pages are given back after use.
 * The same input gives the same result whatever the number of workers.
 */
int scan_run(struct scan *s, struct view v, int fd, const struct scan_opts *o,
	     struct err *e);
/* The same without a word about what it saw: truncated objects, limits. */
int scan_silently(struct scan *s, struct view v, int fd,
		  const struct scan_opts *o, struct err *e);
void scan_free(struct scan *s);		/* takes a zeroed one too */

/*
 * Cut borderless objects (jffs2 next to jffs2) at the partition borders, which
 * are rising offsets, by probing them again inside each partition.
 */
void scan_cut(struct scan *s, struct view v, const uint64_t *border, size_t n);

/*
 * How long the run of one value at [at, end) is, hardly touching v; 0 where
 * that is neither 0xff nor 0x00.
 */
uint64_t scan_run_at(const struct scan *s, struct view v, uint64_t at,
		     uint64_t end);

/* Shannon entropy in bits a byte, of up to 4 MiB taken evenly from v. */
double scan_entropy(struct view v);

/*
 * Look inside compressed payloads too, o->depth levels deep. After this the
 * scan can be shown, but not be cut any more.
 */
void scan_decode(struct scan *s, struct view v, const struct scan_opts *o);

/* The outermost object that begins at `at`, or that holds it; or NULL. */
const struct found *scan_at(const struct scan *s, uint64_t at);
const struct found *scan_over(const struct scan *s, uint64_t at);

#endif
