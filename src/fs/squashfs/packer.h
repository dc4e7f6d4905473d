/* packer.h - what packs squashfs blocks: the state of each kind */
#ifndef FS_SQUASHFS_PACKER_H
#define FS_SQUASHFS_PACKER_H

#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include "core/lzmaroom.h"
#include "fs/squashfs/pack.h"

struct squash_packer {
	struct squash_how how;
	bool data;
	size_t most;		/* bytes of a block, and room for what comes out */
	z_stream z;
	struct libdeflate_compressor *fast, *few;
	ZSTD_CCtx *zstd;
	struct lzma_room room;
	void *memory;		/* lzo's, or lz4's */
	uint8_t *other;		/* what another filter made */
};

typedef size_t pack_fn(struct squash_packer *p, struct view v, uint8_t *dst);

pack_fn squash_pack_lzma, squash_pack_xz;

#endif
