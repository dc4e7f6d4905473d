/* file.h - the header of a file in romfs */
#ifndef FS_ROMFS_FILE_H
#define FS_ROMFS_FILE_H

#include "fs/fs.h"

/*
 *	image  = "-rom1fs-" size sum name\0 pad16 { file }
 *	file   = next:28 exec:1 type:3 spec size sum name\0 pad16 data pad16
 *
 * All big-endian. The 32-bit words of the first min(512, size) bytes add up
 * to zero, and so do those of each file's header with its name.
 */
enum { ROMFS_HEADER = 16, ROMFS_SUMMED = 512, ROMFS_PAD = 1024 };

enum romfs_type {
	ROMFS_HARD, ROMFS_DIR, ROMFS_FILE, ROMFS_LINK, ROMFS_BLOCK, ROMFS_CHAR,
	ROMFS_SOCKET, ROMFS_FIFO,
};

#define ROMFS_MAGIC "-rom1fs-"

struct romfs_file {
	uint32_t next;		/* of the same directory; 0: it is the last */
	bool exec;
	enum romfs_type type;
	uint32_t spec;		/* a directory's first, a link's target, a device */
	uint32_t size;
	struct view name;
	struct view head;	/* with the name */
	uint64_t data;		/* where it begins */
};

/* The sum of the 32-bit words. */
uint32_t romfs_sum(struct view v);
/* How long the header at `at` is, which ends in a name; 0: there is none. */
size_t romfs_head(struct view v, uint64_t at);
/* The file whose header is at `at`; false: it has no end. */
bool romfs_file(struct view v, uint32_t at, struct romfs_file *f);

extern const struct fs romfs_fs;

#endif
