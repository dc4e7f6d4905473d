/* minifs.h - the read-only file system of TP-Link's VxWorks routers */
#ifndef FS_MINIFS_MINIFS_H
#define FS_MINIFS_MINIFS_H

#include "fs/fs.h"

/*
 *	image = "MINIFS" 0[10] version files ? names:size { name 0 }
 *		{ file } { blob } { LZMA }
 *	file = directory:names name:names blob:index offset size
 *	blob = offset size unpacked
 *
 * All words are big-endian. The blobs go up to the highest one that a file
 * names. Their offsets count from behind their table, those of files within
 * what a blob unpacks to.
 */
enum { MINIFS_HEAD = 32, MINIFS_FILE = 20, MINIFS_BLOB = 12 };

#define MINIFS_MAGIC "MINIFS\0\0\0\0\0\0\0\0\0\0"

struct minifs {
	struct view v, names;
	uint32_t files, blobs;
	uint64_t table, data;		/* of files; behind the one of blobs */
};

struct minifs_file { struct view dir, name; uint32_t blob, offset, size; };
struct minifs_blob { uint64_t at; uint32_t size, plain; };

/* false: the tables do not fit in v, or v does not begin with one. */
bool minifs_open(struct minifs *m, struct view v);
/* false: it names what is not there. i is one of the files. */
bool minifs_file(const struct minifs *m, uint32_t i, struct minifs_file *f);
/* i is one of the blobs; it may lie outside of v. */
void minifs_blob(const struct minifs *m, uint32_t i, struct minifs_blob *b);

extern const struct fs minifs_fs;

#endif
