/*
 * ubi.h - the headers of UBI
 *
 *	block  = ec at 0, vid at ec.vid_at, data at ec.data_at
 *	ec     = "UBI#" version:8 0[3] count:64 vid_at data_at seq 0[32] crc
 *	vid    = "UBI!" version:8 type:8 copy:8 compat:8 volume lnum 0[4]
 *		 data_size used_ebs data_pad data_crc 0[4] sqnum:64 0[12] crc
 *
 * All big-endian; sums begin with ones and have no final inversion. Volume
 * 0x7fffefff holds the table of volumes: 128 records of 172 bytes, twice.
 */
#ifndef FS_UBI_UBI_H
#define FS_UBI_UBI_H

#include "core/format.h"

enum {
	UBI_HEADER = 64, UBI_RECORD = 172, UBI_RECORDS = 128,
	UBI_LAYOUT = 0x7fffefff, UBI_DYNAMIC = 1, UBI_STATIC = 2,
};

struct ubi_ec {
	uint64_t count;
	uint32_t vid_at, data_at, seq;
};

struct ubi_vid {
	unsigned type, copy, compat;
	uint32_t volume, lnum, data_size, used_ebs, data_pad, data_crc;
	uint64_t sqnum;
};

struct ubi_record {
	uint32_t reserved, alignment, data_pad;
	unsigned type, updating, flags;
	struct view name;
};

/* False where the magic, the version or the sum is wrong. */
bool ubi_ec(struct view block, struct ubi_ec *h);
bool ubi_vid(struct view block, uint32_t at, struct ubi_vid *h);
/* Record i of a table of volumes; reserved is 0 where there is none. */
bool ubi_record(struct view table, unsigned i, struct ubi_record *rec);
/* Whether all records that are there hold; a table may be cut short. */
bool ubi_table_holds(struct view table);

/* Whether a block of the same UBI as `first` begins at off. */
bool ubi_is_next(struct view v, uint64_t off, const struct ubi_ec *first,
		 struct ubi_ec *h);
/* The size of the blocks of v, which begins with one; 0: nothing tells. */
uint64_t ubi_block_size(struct view v, const struct ubi_ec *first);

#endif
