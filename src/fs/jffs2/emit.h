/* emit.h - nodes of a tree into a log: for new images and for old ones */
#ifndef FS_JFFS2_EMIT_H
#define FS_JFFS2_EMIT_H

#include "fs/jffs2/layout.h"
#include "fs/jffs2/pages.h"
#include "fs/jffs2/plan.h"

struct emit {
	const struct jffs2_plan *plan;
	struct layout l;
	struct buf node;		/* being encoded */
	struct packer *packer;		/* for pages that are cut */
	uint8_t *cut;			/* ... room for them */
};

/* The image begins at the end of out, which takes the plan's byte order. */
void emit_start(struct emit *m, const struct jffs2_plan *plan, struct buf *out);
void emit_free(struct emit *m);

/* What an inode is known by in the log. */
struct identity { uint32_t ino, version; };

/* The name n in directory pino; version is the dirent's. */
void emit_name(struct emit *m, const struct node *n, uint32_t pino, uint32_t ino,
	       uint32_t version);

/*
 * The one node of what is no file, or of an empty file; of another file one
 * that tells its attributes and size only. Counts id->version up.
 */
void emit_inode(struct emit *m, const struct node *n, struct identity *id);

/* One page of a file, in as many nodes as blocks make of it. */
void emit_page(struct emit *m, const struct node *n, const struct page *p,
	       struct identity *id);

#endif
