/* map.h - which erase block of UBI holds which block of which volume */
#ifndef FS_UBI_MAP_H
#define FS_UBI_MAP_H

#include "fs/ubi/ubi.h"

struct ubi_volume {
	uint32_t id;
	bool fixed;		/* static: its blocks have sums and an end */
	struct ubi_record rec;	/* reserved 0: no table names it */
	char name[33];		/* printable; "volume-3" where it has none */
	uint32_t *block;	/* by number in the volume: 1 + the erase
				   block, 0 where there is none */
	uint32_t n;
	uint32_t usable;	/* bytes of content in a block */
	uint64_t size;		/* ... and in all of them */
};

/* What is wrong, and where; volume -1: nobody knows whose. */
struct ubi_fault { uint64_t at; long volume; char text[96]; };

struct ubi_map {
	struct view v;
	struct ubi_ec first;
	uint64_t block;			/* bytes of an erase block */
	uint32_t blocks;
	struct view table;		/* of volumes; empty: lost */
	struct ubi_volume vol[UBI_RECORDS];	/* by rising id */
	size_t n;
	struct ubi_fault *fault;
	size_t faults, cap;
};

/* v begins with a block of UBI. Free the map, also after a failure. */
int ubi_map(struct ubi_map *m, struct view v, struct err *e);
void ubi_map_free(struct ubi_map *m);	/* takes a zeroed one too */

/* The bytes of one erase block, and of what it holds for volume i. */
struct view ubi_block(const struct ubi_map *m, uint32_t block);
struct view ubi_content(const struct ubi_map *m, size_t i, uint32_t lnum);

/* The bytes v is when volume i has this content: struct wrap's refit(). */
int ubi_refit(struct view v, int i, struct view payload, struct buf *out,
	      struct err *e);

extern const struct wrap wrap_ubi;

#endif
