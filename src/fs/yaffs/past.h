/* past.h - what a YAFFS image still has of files as they were */
#ifndef FS_YAFFS_PAST_H
#define FS_YAFFS_PAST_H

#include "fs/pastlog.h"
#include "fs/yaffs/read.h"

struct oldchunks {
	struct past_log p;
	struct survey s;		/* deleted chunks too */
	struct past_numbers blocks;	/* YAFFS2: their sequence numbers */
};

/* Put the records of each object into the order of their writing. */
void oldchunks_order(struct survey *s);
/* All files that were, from o->s. */
int oldchunks_collect(struct past_log *p, struct err *e);
/* One state. */
bool oldchunks_attributes(const struct past_log *p, const struct past_state *s,
			  struct node *n);
void oldchunks_fill(struct past_log *p, const struct past_state *s, struct node *n);

/* The header that record k is; false: it is data, or says nothing. */
static inline bool oldchunks_header(const struct oldchunks *o, size_t k,
				    struct yaffs_header *h)
{
	const struct yaffs_rec *r = &o->s.rec[k];

	return !r->chunk && yaffs_get_header(&o->s.shape, survey_chunk(&o->s, r), h);
}

static inline bool oldchunks_is_two(const struct oldchunks *o)
{
	return o->s.shape.kind == YAFFS2_SPARE || o->s.shape.kind == YAFFS2_INBAND;
}

#endif
