/* entry.h - the grammar of tar archives */
#ifndef FS_TAR_ENTRY_H
#define FS_TAR_ENTRY_H

#include "fs/fs.h"
#include "fs/place.h"

/*
 *	archive	= entry* zeros[1024]
 *	entry	= (extra data)* header data	each padded to 512
 *	header	= name[100] mode[8] uid[8] gid[8] size[12] mtime[12] sum[8]
 *		  type target[100] "ustar" 00 "00" user[32] group[32]
 *		  major[8] minor[8] prefix[155] pad
 *	extra	= a header of type L, K (GNU: long name, long target), x or g
 *		  (pax: records for the next one, for all that follow)
 *	record	= length " " key "=" value "\n"		the length is that of all
 *
 * Numbers are octal text, or big-endian with the first bit set. The sum is
 * that of the header's bytes, its own place taken as blanks. GNU has "ustar  "
 * and, from 345 on, times and the runs of a file with holes: { at[12] size[12] }
 * four times, more[1], size of all[12].
 */
enum { TAR_BLOCK = 512, TAR_RECORD = 10240, TAR_MOST_LONG = 1 << 16,
       TAR_MOST_GLOBAL = 4096, TAR_MOST_XATTRS = 512 };

struct tar_header {
	struct view raw;
	char type;
	uint64_t mode, uid, gid, size, major, minor;
	int64_t mtime;
	bool gnu, old;			/* old: before ustar, with no magic at all */
};

/* False: it is none, its sum is wrong. */
bool tar_header_get(struct view v, uint64_t at, struct tar_header *h);
/* The number of a field. False: it is none, or has no place in 64 bits. */
bool tar_number(struct view field, int64_t *n);
/* A text that a NUL may end. */
struct view tar_text(struct view field);

/* The next record. False: there is no more. */
bool pax_next(struct view *v, struct view *key, struct view *value);
/* The last record of that name; .p NULL: there is none. */
struct view pax_find(struct view v, const char *key);
/* A decimal number with whatever sign and fraction; rounded down. */
bool pax_number(struct view value, int64_t *n);

/* What an entry says, with all that came before it. */
struct tar_entry {
	struct tar_header h;
	struct buf name, target;
	struct view pax, global;
	uint64_t at;			/* of its header */
	uint64_t data, size;		/* what is stored; may be cut off */
};

struct tar_walk {
	struct view v;
	uint64_t at;
	struct view global;
	bool ended;			/* zeros were there */
	struct tar_entry e;
};

/* The next entry. False: there is none, or a damaged header. */
bool tar_next(struct tar_walk *w);
void tar_walk_free(struct tar_walk *w);

/* A file with holes: what is stored, in order. */
struct tar_run { uint64_t at, size; };
struct tar_sparse {
	uint64_t size;			/* of the file */
	uint64_t skip;			/* bytes of the data that are the list */
	struct tar_run *run;
	size_t n;
};
/* Whether e is one; runs are in a. *ok: its list is right. */
bool tar_sparse_get(struct view v, const struct tar_entry *e, struct arena *a,
		    struct tar_sparse *s, bool *ok);

/* The content of n: data between holes. */
void tar_sparse_content(struct tree *t, struct node *n, struct view data,
			const struct tar_sparse *s);

/* Returns how many access control lists name people without a number. */
size_t tar_xattrs(struct tree *t, struct node *n, struct view pax);
/* As getxattr() would give it. False: see there. */
bool tar_acl(struct view text, struct buf *out);

int tar_read(struct view v, struct tree *t, struct err *e);

#endif
