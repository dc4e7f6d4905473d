/* past.h - what a jffs2 log still has of files as they were */
#ifndef FS_JFFS2_PAST_H
#define FS_JFFS2_PAST_H

#include "fs/jffs2/read.h"
#include "fs/past.h"

/* fs->history; as fs/past.h says. */
int jffs2_history(struct view v, struct tree *t, struct err *e);

/* A name that led to an inode. */
struct oldname {
	const struct jrec *rec;
	struct view name;
	uint32_t dir, ino, mctime;
};

/* An inode with all nodes that are proven, obsolete ones too. */
struct oldfile {
	uint32_t ino;
	const struct jrec **nodes;	/* rising in version, each once */
	size_t n;
	const struct oldname *named;	/* the last that led to it; or NULL */
	struct node *live;		/* what it is now; NULL: deleted */
	struct node *dir;		/* a directory: in the tree of the past */
	bool busy;			/* its own place is being looked for */
};

/* The nodes [first, end) of f make one state that it had. */
struct oldstate {
	const struct oldfile *f;
	size_t first, end;
	uint32_t dir, age;		/* of the name: where, and its version */
	const char *name;
	size_t length;
};

struct oldlog {
	struct tree *t;			/* of the past */
	struct tree live;
	const struct jreader *r;	/* ... and its reader */
	const struct jlog *log;
	struct oldfile *file;		/* rising in ino */
	size_t nfiles;
	const struct jrec **node;	/* what oldfile.nodes point into */
	struct oldname *name;		/* all that are proven, rising by the
					   inode named, then by age */
	size_t nnames;
	struct oldstate *state;
	size_t n, cap;
	uint64_t left;			/* of the work that is allowed */
};

void oldlog_collect(struct oldlog *p);
/* What was there of f and is no more: appended to p->state. */
void oldlog_states(struct oldlog *p, const struct oldfile *f);
/* All of p->state as files in p->t. */
int oldlog_put(struct oldlog *p, struct err *e);


/* The directory of the past for inode ino; NULL: too many files. */
struct node *oldlog_dir(struct oldlog *p, uint32_t ino, struct err *e);
/*
 * "#12", a file with past or else a directory: of an inode that no name leads
 * to, or none that can be one.
 */
struct node *oldlog_nameless(struct oldlog *p, uint32_t ino, struct past *past,
			     struct err *e);
/* Make n, new in p->t, what s says. */
void oldlog_fill(struct oldlog *p, struct node *n, const struct oldstate *s);
struct oldfile *oldlog_file(const struct oldlog *p, uint32_t ino);
/* What the node says; false where it is cut off. */
static inline bool oldlog_inode(const struct oldlog *p, const struct jrec *n,
				struct jinode *i)
{
	return jinode_get(p->log->v, n->at, p->log->endian, i);
}

#endif
