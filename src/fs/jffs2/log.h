/* log.h - the nodes of a jffs2 image, one by one as they lie */
#ifndef FS_JFFS2_LOG_H
#define FS_JFFS2_LOG_H

#include "core/err.h"
#include "fs/jffs2/jffs2.h"

/* What is to be thought of a node whose header is right. */
enum jstate {
	J_GOOD,		/* every sum holds */
	J_OBSOLETE,	/* marked so: not part of the file system any more */
	J_BAD_NODE,	/* node_crc is wrong: no field can be believed */
	J_BAD_DATA,	/* ... is right, that of data, name or value is wrong */
	J_BAD_SHAPE,	/* the sums hold, but its lengths contradict each other */
};

/* One node in short; decode it at `at` for the rest. */
struct jrec {
	uint32_t at, totlen;	/* jffs2_pad(totlen) bytes are taken up */
	uint32_t ino;		/* inode, xref: whose; dirent: in which
				   directory; xattr: its xid */
	uint32_t version;	/* xref: seqno */
	uint32_t from, size;	/* inode: the part of the file that it holds;
				   dirent: from is the inode named, 0: deletion;
				   xref: from is the xid */
	uint16_t type;		/* with JFFS2_ACCURATE, obsolete or not */
	uint8_t state;		/* enum jstate */
	uint8_t compr;		/* inode */
	bool proven;		/* its sums hold, whether obsolete or not */
};

/*
 * Steps from header to header the way the kernel does: over erased bytes, over
 * dirt by fours. Zeroed plus v and endian is a valid start.
 */
struct jwalk {
	struct view v;
	enum endian endian;
	uint32_t erase;		/* no node crosses a multiple; 0: not known */
	uint64_t most_dirt;	/* give up after so much of it; 0: never */
	uint64_t pos;		/* where to look next */
	struct jhead head;	/* of the node found ... */
	uint64_t at;		/* ... here */
	uint64_t erased, dirt;	/* bytes stepped over just before it */
	uint64_t cut;		/* end of a node that goes past the end of v */
	bool marked;		/* stopped at de ad c0 de: OpenWrt's end mark */
};

bool jwalk_next(struct jwalk *w);

/* Check every sum of the node that w found; fills r. */
void jrec_check(const struct jwalk *w, struct jrec *r);

/*
 * The size of the erase blocks, guessed from what lies where: cleanmarkers and
 * summaries lie at borders, nodes after erased bytes mostly do, and no node
 * crosses one.
 */
struct jgeom {
	uint64_t origin;	/* where the first node is */
	uint64_t first_mark;	/* the first border that is sure */
	uint64_t mark, gap;	/* gcd of what lies between sure borders; of
				   that between the origin and likely ones */
	unsigned marks, gaps;
	uint64_t low;		/* no node crosses a multiple of this */
};

void jgeom_node(struct jgeom *g, const struct jwalk *w);
uint32_t jgeom_erase(const struct jgeom *g);

/* The byte order that most of the first nodes have; false: there is none. */
bool jffs2_endian(struct view v, enum endian *e);

/* All nodes, obsolete and bad ones too, in the order in which they lie. */
struct jlog {
	struct view v;
	enum endian endian;
	uint32_t erase;
	struct jrec *rec;
	size_t n, cap;
	size_t good, bad, obsolete;	/* dirents, inodes, xattrs, xrefs */
	uint64_t end;			/* of the last node */
	bool marked;			/* ends with OpenWrt's mark, at `end` or
					   later; what follows is not looked at */
};

/* Fails if there is no node at all, or v is larger than jffs2 can be. */
int jlog_scan(struct jlog *l, struct view v, struct err *e);
void jlog_free(struct jlog *l);		/* takes a zeroed one too */

#endif
