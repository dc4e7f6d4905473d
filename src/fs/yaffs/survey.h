/* survey.h - every chunk of an image, by object and age */
#ifndef FS_YAFFS_SURVEY_H
#define FS_YAFFS_SURVEY_H

#include "fs/yaffs/yaffs.h"

struct yaffs_rec {
	uint32_t object, chunk, bytes, sequence;
	uint64_t at;		/* in the image */
	uint8_t serial;		/* YAFFS1: of this chunk, the last two bits */
	bool deleted;		/* YAFFS1: marked so */
};

/* The records of one object, oldest first. */
struct yaffs_object {
	uint32_t id, first, n;
	uint32_t header;	/* the newest one: index, or none */
	struct node *node;
	bool placing;		/* its parents are being looked at */
	bool shadowed;		/* another was renamed over it */
};

#define YAFFS_NONE UINT32_MAX

struct survey {
	struct view v;
	struct yaffs_shape shape;
	struct yaffs_rec *rec;
	size_t n, cap;
	struct yaffs_object *object;	/* by id */
	size_t objects;
	uint64_t wrong, wrong_at;	/* chunks without right tags; the first */
	bool clean;		/* one sequence number, no chunk twice, none deleted */
	bool with_deleted;	/* chunks of YAFFS1 that are marked so, too */
};

int survey_make(struct survey *s, struct view v, struct err *e);
/* The same image once more, with what is marked deleted. */
void survey_again(struct survey *s, const struct survey *from);
void survey_free(struct survey *s);	/* takes a zeroed one too */
struct yaffs_object *survey_object(const struct survey *s, uint32_t id);
/* The newest header of an object; false where it has none. */
bool survey_header(const struct survey *s, const struct yaffs_object *o,
		   struct yaffs_header *h);
/* Whether a was written after b; YAFFS1 does not tell: no. */
bool survey_is_newer(const struct survey *s, const struct yaffs_rec *a,
		     const struct yaffs_rec *b);
struct view survey_chunk(const struct survey *s, const struct yaffs_rec *r);

#endif
