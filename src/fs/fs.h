/* fs.h - what it takes to be a file system here */
#ifndef FS_FS_H
#define FS_FS_H

#include "core/format.h"
#include "core/opt.h"
#include "fs/tree.h"

/* What an update() did, for the "changed:" line of repack. */
struct kept { uint64_t kept, total; };	/* nodes or blocks of the original */

struct fs {
	/*
	 * Read all of v, which is exactly one file system, into t, which was
	 * tree_init()ed. What is lost is recorded by tree_damage() and the
	 * rest is read; -1 only if nothing sensible can be read at all.
	 * v must live as long as the tree.
	 */
	int (*read)(struct view v, struct tree *t, struct err *e);

	/*
	 * As read(), but what v has no more: deleted files, and older versions
	 * of those that are there, as fs/past.h says. NULL: it keeps none.
	 */
	int (*history)(struct view v, struct tree *t, struct err *e);

	/*
	 * Append the file system image of t to out. The same tree and options
	 * give the same bytes, always. NULL: read-only support.
	 */
	int (*write)(const struct tree *t, const void *opts, struct buf *out,
		     struct err *e);

	/*
	 * Append to out the image `was` changed so that it holds t: what is
	 * unchanged keeps its bytes; nothing changed gives `was` again.
	 * room: the most bytes the result may have (0: no limit). NULL: not
	 * possible, write() is used.
	 */
	int (*update)(struct view was, const struct tree *t, const void *opts,
		      uint64_t room, struct buf *out, struct kept *kept,
		      struct err *e);

	/*
	 * Change t into what write() (anew) or update() with these options
	 * will hold: owners squashed, attributes left out. What is read back
	 * must equal that. NULL: t as it is.
	 */
	int (*prepare)(struct tree *t, const void *opts, bool anew,
		       struct err *e);

	/*
	 * Whether two files of trees that read() made are stored alike, so that
	 * their content is the same without looking. NULL: cannot tell; else
	 * update() is given trees whose nodes say what they were (node->was).
	 */
	bool (*alike)(const struct node *a, const struct node *b);

	/*
	 * Take back from learnt options what does not go with those the command
	 * line made of them; false: all of it does. Or NULL.
	 */
	bool (*forget)(void *learnt, const void *given);

	/* Set *opts for an image that need not be like anybody's; or NULL. */
	void (*fresh)(void *opts);

	/* Set *opts (defaults before) so that write() makes an image like v. */
	int (*learn)(struct view v, const struct tree *t, void *opts,
		     struct err *e);

	/* What is damaged or gone shows only when its files are read. */
	bool hides_damage;

	/* One line for people: "little-endian, zlib, 64 KiB blocks, ..." */
	void (*describe)(const void *opts, struct buf *out);

	const struct option *opts;	/* --erase, --block, --comp ... */
	const void *defaults;		/* an options struct to start from */
	size_t optsize;
};

#endif
