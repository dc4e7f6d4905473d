/* ambarella.h - the read-only file system of Ambarella's cameras */
#ifndef FS_AMBARELLA_AMBARELLA_H
#define FS_AMBARELLA_AMBARELLA_H

#include "fs/fs.h"

/*
 *	image = count magic:8a32fc66 0xff[2040] { entry } pad { data pad }
 *	entry = name[116] offset size magic:76ab8723
 *
 * All little-endian. Up to a multiple of 2048 bytes of 0xff follow, and 2048
 * more of them where it is one already. Names may have directories in them.
 */
enum {
	AMBARELLA_HEAD = 2048, AMBARELLA_ENTRY = 128, AMBARELLA_NAME = 116,
	AMBARELLA_PAD = 2048,
};

#define AMBARELLA_MAGIC "\x8a\x32\xfc\x66"

struct ambarella_file { struct view name; uint32_t offset, size; };

/* How many files v says it holds, if there is room for their entries. */
uint32_t ambarella_count(struct view v);
/* Entry i; false: it is none. The data may be outside of v. */
bool ambarella_entry(struct view v, uint32_t i, struct ambarella_file *f);
uint64_t ambarella_padded(uint64_t end);

int ambarella_write(const struct tree *t, const void *opts, struct buf *out,
		    struct err *e);
int ambarella_prepare(struct tree *t, const void *opts, bool anew,
		      struct err *e);

extern const struct fs ambarella_fs;

#endif
