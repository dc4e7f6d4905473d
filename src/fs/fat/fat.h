/* fat.h - the grammar of FAT, as far as reading needs it */
#ifndef FS_FAT_FAT_H
#define FS_FAT_FAT_H

#include "fs/fs.h"

/*
 *	volume	= boot reserved* fat+ root? cluster*
 *	boot	= jump oem[8]  u16 bytes per sector  u8 sectors per cluster
 *		  u16 reserved sectors  u8 fats  u16 root entries  u16 sectors
 *		  u8 media  u16 sectors per fat ... u32 sectors @32
 *		  [FAT32: u32 sectors per fat @36, u32 root cluster @44]
 *		  ... 55 aa @510
 *	entry	= name[8] ext[3] u8 attributes, case, tenths  u16 time, date,
 *		  accessed, cluster high @20, time @22, date, cluster @26
 *		  u32 size		32 bytes; name[0]: 0 end, e5 deleted
 *
 * Little-endian. Clusters count from 2; a FAT holds for each the next one of
 * its chain, in 12, 16 or 28 bits. How many clusters there are decides which.
 */
enum {
	FAT_ENTRY = 32, FAT_MOST_DIR = 65536 * FAT_ENTRY, FAT_MOST_DEPTH = 128,
	FAT_READ_ONLY = 1, FAT_LABEL = 8, FAT_DIR = 16, FAT_LONG = 15,
};

struct fat {
	struct view v;
	uint32_t cluster;		/* bytes in one */
	uint32_t clusters;		/* how many, numbered from 2 */
	unsigned bits;			/* 12, 16, 32 */
	uint64_t table, table_size;	/* the first FAT */
	unsigned tables;
	uint64_t root, root_size;	/* FAT12, FAT16 */
	uint32_t root_cluster;		/* FAT32 */
	uint64_t data, size;
};

/* What the boot sector says; false: it is none. size may be beyond v. */
bool fat_get(struct view v, struct fat *f);
/* The cluster after c, which is one; 0: c is the last, or the chain breaks. */
uint32_t fat_next(const struct fat *f, uint32_t c, bool *broken);
static inline bool fat_is_cluster(const struct fat *f, uint32_t c)
{
	return c >= 2 && c - 2 < f->clusters;
}
/* Its bytes; shorter where the volume is cut off. */
static inline struct view fat_bytes(const struct fat *f, uint32_t c)
{
	return view_upto(f->v, f->data + (uint64_t)(c - 2) * f->cluster, f->cluster);
}

/*
 * The name of the entry at p, which n long entries precede, appended to out:
 * the long one where its checksum is that of the short one.
 */
void fat_name(const uint8_t *p, size_t n, struct buf *out);

int fat_read(struct view v, struct tree *t, struct err *e);

#endif
