/* compress.h - pages to node payloads, as mkfs.jffs2 chooses them */
#ifndef FS_JFFS2_COMPRESS_H
#define FS_JFFS2_COMPRESS_H

#include "core/buf.h"
#include "core/err.h"

struct jffs2_options;

enum pack_mode { PACK_PRIORITY, PACK_SIZE, PACK_FAVOURLZO, PACK_NONE };

/* Which compressors, the first one first; and how one is chosen. */
struct pack_how {
	uint8_t order[4];	/* JFFS2_COMPR_*, ends with 0 (none) */
	enum pack_mode mode;
	bool smaller;		/* libdeflate makes the zlib streams */
};

/* "zlib,rtime", "lzo,zlib", "none"; e names what is not a compressor. */
int pack_parse(struct pack_how *how, const char *list, struct err *e);

/* What one node carries: `used` bytes of the page as `size` bytes. */
struct packed { uint32_t used, size; uint8_t compr; };

/* The states of the encoders, reused from page to page. One per thread. */
struct packer;
struct packer *packer_new(const struct pack_how *how);
void packer_free(struct packer *p);	/* takes NULL */

/*
 * Make one node's payload from the start of page into at most `space` bytes
 * at out (space is no more than page.len). It may take less than the page
 * where space is short. The same arguments give the same bytes.
 */
struct packed pack_page(struct packer *p, struct view page, size_t space,
			uint8_t *out);

#endif
