/* meta.h - .fwmeta: what a directory on disk cannot hold, as a text */
#ifndef FS_META_H
#define FS_META_H

#include "core/format.h"
#include "core/hash.h"
#include "fs/tree.h"

/*
 *	text    = "fwtool.fwmeta/1\n" { comment | header } { node }
 *	header  = "format NAME\n" | "origin KEY=VALUE ...\n"
 *		| "option NAME[=VALUE]\n"
 *	node    = PATH TYPE MODE UID:GID MTIME { " " KEY=VALUE } "\n"
 *		| PATH " hard to=" PATH [ " as=" TEXT ] "\n"
 *
 * One line per node, a directory before what is in it. PATH begins with '/';
 * every byte outside of 0x21..0x7e, and the backslash, is \xNN. TYPE is dir,
 * file, link, char, block, fifo, socket or hard; MODE octal; MTIME seconds
 * or "-". Keys: ino, dev=MAJOR,MINOR, size and crc (of the file when it was
 * written to disk), to (a link's target), disk (the target on disk where it
 * is another), unmade (not on disk, the list alone says it exists), and
 * x:NAME=HEX for an extended attribute; as=TEXT is node->as, for links too.
 */
enum {
	ORIGIN_PAD = 4096,	/* what images are filled up to with zeros */
	ORIGIN_BEFORE = 1 << 30,	/* most bytes before one: made in memory */
};

struct origin {
	char name[256];		/* the input, without directories */
	char path[1024];	/* ... seen from where the .fwmeta lies, or "" */
	char part[64];		/* the part of it, or "" */
	uint64_t at, size;	/* the file system in it, after fix-ups */
	uint64_t room;		/* that it may grow to; 0: not known */
	uint64_t before;	/* equal bytes the input begins with, ... */
	uint8_t blank;		/* ... 0 or 0xff */
	uint64_t zeros;		/* bytes of 0 behind it, ... */
	uint64_t tail;		/* of 0xff behind these, then the input ends;
				   all counted where it is alone in the input */
	uint64_t damages;	/* what was lost when it was extracted */
	bool chosen;		/* the tree is only what was asked for */
	bool cleaned;		/* nothing of the original is to be left: it is
				   laid out anew, slack behind it erased */
	char sha256[SHA256_TEXT];	/* of these size bytes */
};

struct meta {
	const struct format *format;	/* NULL: not said, or not known here */
	struct origin from;
	void *opts;			/* of format->fs; or NULL */
	struct tree t;			/* the nodes; files have no content */
};

/* Read a list, which may be hostile; v must live as long as m. */
int meta_read(struct meta *m, struct view v, struct err *e);
void meta_free(struct meta *m);		/* takes a zeroed one too */

/* Append the list of t (of m only the header is used) after dir_save(). */
void meta_put(const struct meta *m, const struct tree *t, struct buf *out);

/* What people did to the directory since the list was written. */
enum change_kind { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_REPLACED };

struct change {
	enum change_kind kind;
	char *path;
};

/* modes: how many files on disk have another mode than the list, first of all
 * moded; the list counts. */
struct changes { struct change *v; size_t n, cap, modes; char *moded; };
void changes_free(struct changes *c);

/*
 * Make of a tree as loaded from disk (and the list) the tree that is meant:
 * the disk decides the existence and content of files, directories and
 * symbolic links, the list all else; a file with other content than the
 * list remembers has the time it has on disk; what the list does not know
 * is 0:0 with its mode on disk.
 */
int meta_apply(const struct meta *m, struct tree *disk, struct changes *c,
	       struct err *e);

/*
 * Whether two trees are the same in every attribute but inode numbers. Where
 * not, *why (may be NULL) becomes a path and what differs, and 0 returns; 1:
 * the same; -1: content could not be read.
 */
int tree_same(const struct tree *a, const struct tree *b, struct buf *why,
	      struct err *e);

/* The same, where b's files that are alike what a's were need no look. */
typedef bool alike_fn(const struct node *a, const struct node *b);
int tree_same_but(const struct tree *a, const struct tree *b, alike_fn *alike,
		  struct buf *why, struct err *e);

/* What of two nodes' attributes, and sizes, is not the same; or NULL. */
const char *node_difference(const struct node *a, const struct node *b);

#endif
