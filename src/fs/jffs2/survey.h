/* survey.h - how far a jffs2 reaches in an image, and what is in it */
#ifndef FS_JFFS2_SURVEY_H
#define FS_JFFS2_SURVEY_H

#include "fs/jffs2/log.h"
#include "fs/jffs2/read.h"
#include "fs/jffs2/unpack.h"

struct survey {
	uint64_t start, end;		/* whole blocks, or the end of the image */
	uint64_t cut;			/* where its last node would end, or 0 */
	uint32_t erase;
	uint64_t good, bad, obsolete;	/* dirents, inodes, xattrs, xrefs */
	uint64_t summaries;
	uint64_t method[JFFS2_COMPRS];	/* nodes packed so; none of them: [0] */
	bool marked;
	struct jgeom geom;
};

/*
 * The jffs2 whose first node is at `at`. False if there is no node there that
 * holds. Goes on over erased blocks as long as nodes of the same byte order
 * follow at block borders, and ends before a block that repeats an (inode,
 * version) with other bytes: that is a neighbour.
 */
bool jffs2_survey(struct survey *s, struct view image, uint64_t at,
		  enum endian e);

#endif
