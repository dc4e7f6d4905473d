/* build.h - an image of UBI out of volumes, as ubinize makes it */
#ifndef FS_UBI_BUILD_H
#define FS_UBI_BUILD_H

#include "core/opt.h"
#include "fs/ubi/ubi.h"

struct ubi_options {
	uint64_t peb, min_io, sub_page, vid_at, count, seq;
};

extern const struct option ubi_option_table[];
extern const struct ubi_options ubi_defaults;

/* A section of the configuration; 0 and NULL where it says nothing. */
struct ubi_section {
	char name[128];
	char image[1024];		/* "": without content */
	uint64_t id, size, alignment;
	unsigned type, flags;
	struct view content;		/* filled in by who reads the files */
	uint64_t line;
};

enum { UBI_AUTORESIZE = 1, UBI_SKIP_CHECK = 2 };

/*
 *	config  = { "[" NAME "]" { KEY "=" VALUE } }, comments from ; or #
 *
 * KEY is mode (always ubi), image, vol_id, vol_size, vol_type, vol_name,
 * vol_alignment or vol_flags. Returns how many sections there are, or -1.
 */
int ubi_config(struct view text, struct ubi_section *v, int most, struct err *e);

/* Append the image of n volumes, in this order, to out. */
int ubi_build(const struct ubi_options *o, const struct ubi_section *v, int n,
	      struct buf *out, struct err *e);

#endif
