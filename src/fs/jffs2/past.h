/* past.h - what a jffs2 log still has of files as they were */
#ifndef FS_JFFS2_PAST_H
#define FS_JFFS2_PAST_H

#include "fs/jffs2/read.h"
#include "fs/pastlog.h"

/* fs->history; as fs/past.h says. */
int jffs2_history(struct view v, struct tree *t, struct err *e);

struct oldlog {
	struct past_log p;
	const struct jlog *log;
	const struct jrec **node;	/* all that are proven, obsolete ones too,
					   by inode, rising in version, each once */
};

int oldlog_collect(struct past_log *p, struct err *e);
bool oldlog_attributes(const struct past_log *p, const struct past_state *s,
		       struct node *n);
void oldlog_fill(struct past_log *p, const struct past_state *s, struct node *n);

/* What the node says; false where it is cut off. */
static inline bool oldlog_inode(const struct oldlog *o, const struct jrec *n,
				struct jinode *i)
{
	return jinode_get(o->log->v, n->at, o->log->endian, i);
}

#endif
