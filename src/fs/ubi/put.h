/* put.h - erase blocks of UBI, written */
#ifndef FS_UBI_PUT_H
#define FS_UBI_PUT_H

#include "fs/ubi/ubi.h"

/* Append one header, 64 bytes with its sum. */
void ubi_put_ec(struct buf *out, const struct ubi_ec *h);
void ubi_put_vid(struct buf *out, const struct ubi_vid *h);
/* Append one record of the table of volumes; name at most 127 bytes. */
void ubi_put_record(struct buf *out, const struct ubi_record *rec);

/* What lies in one erase block: its headers, then the data. */
struct ubi_fill {
	struct ubi_ec ec;
	const struct ubi_vid *vid;	/* NULL: free */
	struct view data;
};

/* Append a block of `size` bytes. */
void ubi_put_block(struct buf *out, const struct ubi_fill *f, uint64_t size);

/* Sizes and sum of what lies in a block of a static volume. */
void ubi_set_data(struct ubi_vid *h, struct view data, uint32_t used);

#endif
