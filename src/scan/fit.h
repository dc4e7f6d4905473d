/* fit.h - U-Boot's flattened image trees (mkimage -f) */
#ifndef SCAN_FIT_H
#define SCAN_FIT_H

#include "scan/fdt.h"

enum { FIT_HASHES = 8 };

/* One node of /images. Its data may lie behind the tree. */
struct fit_image {
	const char *name;
	struct view type, arch, compression, data;
	struct { struct view algo, value; } hash[FIT_HASHES];
	struct view offset, position, size;	/* cells that say where it is */
	unsigned nhash;
	bool more;			/* hashes than have room */
	bool whole;		/* the data is all there */
	bool behind;		/* ... and behind the tree, not in it */
};

struct fit {
	struct fdt t;
	struct view v;		/* all there is, the data behind included */
	uint64_t total;		/* of the tree */
	uint64_t end;		/* of the last data */
	struct view description;
	bool done;		/* the tree ended as it should */
	bool inside;		/* in /images */
	bool is_signed;		/* a node named signature* was met */
};

/* False where it is no FIT. Then call fit_next() until it gives false. */
bool fit_open(struct view v, struct fit *f);
bool fit_next(struct fit *f, struct fit_image *image);

/* Append the digest of data by that algorithm. False: it is not known. */
bool fit_digest(struct view algo, struct view data, struct buf *out);

extern const struct wrap wrap_fit;

enum fit_hash { FIT_UNKNOWN, FIT_WRONG, FIT_HOLDS };
enum fit_hash fit_check(const struct fit_image *image, unsigned i);

#endif
