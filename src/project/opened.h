/*
 * opened.h - what lies inside the parts: containers opened, level by level
 *
 * The bytes of a part are a content, and so is each payload of a container
 * once it is unpacked. In a content lie objects. An object is a file system,
 * whose tree is fs/NAME with its fs/NAME.fwmeta, or a container (a wrap of
 * core/format.h), whose payloads are contents again:
 *
 *	part KERNEL            parts/01-KERNEL.bin
 *	  uimage, payload 0    lzma         -> open/KERNEL-kernel.bin
 *	    cpio in it                      -> fs/KERNEL-cpio/
 *
 * One entry is one payload, or one file system. It stands in the list
 * "opened" of fwtool.json behind its parent. A payload is written to open/
 * unless an object begins it, which then stands for it. Where a tree or a
 * file of open/ was changed, repack goes the same way back: the file system
 * is built into its place, the payload packed as it was, the container refit.
 */
#ifndef PROJECT_OPENED_H
#define PROJECT_OPENED_H

#include "core/codec.h"
#include "core/hash.h"
#include "project/extract.h"

enum {
	MOST_OPENED = 1000, MOST_OPENED_DEPTH = 16, MOST_PAYLOADS = 64,
	MOST_CONTENT = 256 << 20,	/* that one packed payload unpacks to */
	MOST_CONTENTS = 512 << 20,	/* of all payloads of one part, or twice as
					   much as the part where that is more */
};

struct opened {
	long parent;			/* index in the list; -1: the part */
	size_t part;
	char name[96];			/* no other entry and no part has it */
	const struct format *format;	/* of the object ... */
	uint64_t at, size;		/* ... in the content it lies in */
	bool inner;			/* ... amid bytes of another kind */
	int payload;			/* of the object; -1: a file system */
	const struct codec *codec;	/* how it is packed; NULL: as it is */
	uint64_t length;		/* of the content; of the list of a tree */
	char sha256[SHA256_TEXT];	/* the same */
	char file[112];			/* in open/; "": not written */
};

static inline bool is_tree(const struct opened *x) { return x->payload < 0; }

/* What was opened of one part, and the contents while it is looked at. */
struct opening {
	const struct plan *plan;
	struct opened *v;
	struct unpacked { struct view v; struct image own; } *content;
	size_t n, cap, capcontent;
	size_t done;			/* entries of parts looked at before */
	unsigned depth;			/* levels of containers to open */
	uint64_t left;			/* bytes that may still be unpacked */
};

/*
 * Open what is in part, depth levels deep, and append it to the list. What
 * cannot be unpacked is said and stays as it is. The main file system of a
 * part is no entry: its tree is fs/DIR. Contents are kept until
 * opening_forget(); content i is that of payload i, or the bytes of tree i.
 */
void opening_part(struct opening *o, const struct part *part);
void opening_forget(struct opening *o);
/* Entry i, a tree, as what extract_fs() takes; while its content is there. */
void source_of_opened(struct source *s, const struct opening *o, size_t i);
void opening_free(struct opening *o);	/* takes a zeroed one too */

/*
 * Whether object i is a header left over: its sums do not hold, and something
 * whole lies in it. Whether it is in something that is opened itself.
 */
bool scan_hollow(const struct scan *s, size_t i);
bool scan_covered(const struct scan *s, size_t i);
bool format_opens(const struct format *f);

#endif
