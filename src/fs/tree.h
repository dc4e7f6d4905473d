/* tree.h - a file system in memory: the waist of the hourglass */
#ifndef FS_TREE_H
#define FS_TREE_H

#include <sys/stat.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/mem.h"

/*
 * Every reader (cramfs, jffs2, a directory, a tar) makes a tree; every writer
 * takes one. The tree owns all it holds and frees it at once. Names were
 * checked by tree_add(), so a tree is safe to write out as it stands.
 * A zeroed tree plus tree_init() is an empty root directory 0755 0:0.
 */
struct tree {
	struct node *root;
	struct arena arena;
	size_t nodes;
	size_t most_nodes;		/* 0: TREE_MOST_NODES */
	struct node **slot;		/* (parent, name) -> node */
	size_t slots;
	struct damage *damage, **damage_end;	/* what could not be read */
	size_t damages;
	void (*on_free)(struct tree *t);	/* the reader's, for `reader` */
	void *reader;
};

enum { TREE_MOST_NODES = 4 << 20, TREE_MOST_DEPTH = 1024, TREE_MOST_NAME = 255 };

/*
 * Where a file's bytes come from. Read only when somebody wants them; load()
 * appends exactly node->size bytes to out and may be called from several
 * threads for different nodes. It fails with the offset where it is damaged.
 */
struct content {
	int (*load)(const struct content *c, struct buf *out, struct err *e);
	const void *from;	/* the reader's own context, in the tree's arena */
	uint64_t key;		/* a block, an inode offset: from's business */
};

/* Appends n bytes of c from off on, which it has. */
typedef int content_part(const struct content *c, uint64_t off, size_t n,
			 struct buf *out, struct err *e);

struct xattr { const char *name; struct view value; struct xattr *next; };

/* Something a reader lost: where in the image, of which node, what. */
struct damage {
	uint64_t at;
	const struct node *node;	/* NULL: nobody's, or not known whose */
	uint64_t from, size;		/* of the file's content; size 0: all of it */
	const char *text;		/* "jffs2 node with a wrong data crc" */
	const char *code;		/* "jffs2.data-crc" */
	struct damage *next;
};

struct node {
	const char *name;		/* "" for the root; any byte but '/' and NUL */
	uint32_t mode;			/* S_IFMT and permissions */
	uint32_t uid, gid;
	uint32_t major, minor;		/* devices */
	uint32_t ino;			/* in the original; 0: not known */
	int64_t mtime;			/* seconds; TREE_NO_TIME where unknown */
	uint64_t size;			/* regular files */
	struct content content;		/* regular files */
	uint64_t place;			/* those near each other are best read
					   together: one block may hold them */
	bool solid;			/* on disk, blocks of zeros are no holes */
	content_part *part;		/* ... of large ones; NULL: load() it all */
	const char *target;		/* symbolic links */
	struct node *same;		/* the node this is a hard link to, or NULL;
					   never a link itself. A link carries
					   the mode of its target, not more. */
	struct xattr *xattr;		/* in the order they were found in */
	const char *as;			/* how the original had this name, for the
					   writer of its format alone; or NULL */
	const struct node *was;		/* the node of the original at this path, if
					   of a file the content is known to be its */
	struct past *past;		/* an old version: which; or NULL */
	struct node *parent, *child, *next;	/* children sorted by strcmp of
					   name, unique, after tree_finish() */
	struct node *before, *last;	/* its neighbour; the child added last */
	uint64_t mark;			/* scratch for whoever writes the tree */
};

#define TREE_NO_TIME INT64_MIN

void tree_init(struct tree *t);
void tree_free(struct tree *t);		/* takes a zeroed one too */

/*
 * Add a child called name (n bytes, not NUL-terminated). Fails with
 * ERR_FORMAT if it is empty, ".", "..", longer than 255, has '/' or NUL, or
 * is there already; with ERR_LIMIT if the tree becomes too deep or too large.
 */
struct node *tree_add(struct tree *t, struct node *dir, const char *name,
		      size_t n, uint32_t mode, struct err *e);

/* Sort every directory. Every reader ends with this. */
void tree_finish(struct tree *t);

/* The child of dir with that name, at any time; or NULL. */
struct node *tree_child(const struct tree *t, const struct node *dir,
			const char *name, size_t n);
/* "etc/passwd", "/etc//passwd", "" (the root); no link is followed. */
struct node *tree_find(const struct tree *t, const char *path);
void tree_remove(struct tree *t, struct node *n);	/* and all below it */

/* Parents first, in order; stops at the first -1. path has no leading '/'. */
int tree_each(const struct tree *t,
	      int (*visit)(const struct node *n, const char *path, void *arg),
	      void *arg);

/*
 * Leave only what is at the n paths and below, and the directories on the
 * way. Fails, before anything is changed, where one of them is not there.
 */
int tree_prune(struct tree *t, char *const *paths, size_t n, struct err *e);

/* The reverse: leave these out; fails likewise. */
int tree_exclude(struct tree *t, const char *const *paths, size_t n, struct err *e);

/* The path of n without a leading '/', appended to out. */
void tree_path(const struct node *n, struct buf *out);

/* Set one extended attribute: replaced, or the last now; value is copied. */
void tree_xattr(struct tree *t, struct node *n, const char *name,
		struct view value);

/* Whether both have the same extended attributes, in any order. */
bool tree_same_xattrs(const struct node *a, const struct node *b);

/* The node that carries content and attributes: n, or what it links to. */
static inline struct node *tree_self(const struct node *n)
{
	return n->same ? n->same : (struct node *)(uintptr_t)n;
}

/*
 * Content that lies in memory as it is: bytes must live as long as the tree
 * (in the image, or in its arena).
 */
void tree_bytes(struct tree *t, struct node *n, struct view bytes);

struct damage *tree_damage(struct tree *t, uint64_t at, const struct node *n,
			   const char *code, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
