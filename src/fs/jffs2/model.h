/* model.h - what a jffs2 log means: which nodes count, and for what */
#ifndef FS_JFFS2_MODEL_H
#define FS_JFFS2_MODEL_H

#include "core/mem.h"
#include "fs/jffs2/log.h"

enum { JNONE = UINT32_MAX };

/* The name that counts for one (directory, name); ino 0: it was deleted. */
struct jname {
	const struct jrec *rec;
	const uint8_t *name;
	uint8_t n;			/* up to the first NUL */
	uint8_t dtype;
	uint32_t dir, ino;
};

/* An inode: all its nodes, what counts of them, and the names in it. */
struct jfile {
	uint32_t ino;
	const struct jrec **nodes;	/* good and bad ones, rising in version,
					   then in place; not obsolete ones */
	size_t n, bad;
	const struct jname *names;	/* of a directory, rising by name */
	size_t nnames;
	const struct jrec *latest;	/* gives mode, owner and times; NULL: no
					   good node is left */
	uint32_t most_version;		/* of its good nodes, and for a
					   directory of the names in it */
	void *mark;			/* scratch for whoever reads the model */
};

struct jmodel {
	struct jlog log;
	struct jfile *file;		/* rising in ino */
	size_t nfiles;
	struct jname *name;		/* rising by directory, then by name */
	size_t nnames;
	const struct jrec **node;	/* what jfile.nodes point into */
	struct arena arena;		/* of names: looking at them is cheap */
	uint32_t *slot;			/* ino -> index in file */
	size_t slots;
};

/*
 * The nodes of inodes that want() is for, by inode, rising in version, then in
 * place; how many are in *n. To be freed.
 */
const struct jrec **jlog_inodes(const struct jlog *l,
				bool (*want)(const struct jrec *r), size_t *n);

/* Fails only if there is no jffs2 at all. v must outlive m. */
int jmodel_make(struct jmodel *m, struct view v, struct err *e);
void jmodel_free(struct jmodel *m);	/* takes a zeroed one too */

struct jfile *jmodel_file(const struct jmodel *m, uint32_t ino);

/*
 * The content of a file as pieces that do not overlap, rising in from, without
 * gaps up to the last one's end: each is the part of a node that no newer one
 * covers. node NULL is a hole that no node speaks of.
 */
struct jfrag {
	uint32_t from, size;
	const struct jrec *node;
};

struct jfrags {
	struct jfrag *v;
	size_t n, cap;
};

/*
 * Those of f below end (0: all). With bad ones the damaged nodes count as if
 * they were good: what is then theirs is what the damage took.
 */
void jfrags_make(struct jfrags *fr, const struct jfile *f, uint64_t end,
		 bool with_bad);
void jfrags_free(struct jfrags *fr);

/* Whether r can be used: its sums hold. */
static inline bool jrec_good(const struct jrec *r)
{
	return r->state == J_GOOD;
}

#endif
