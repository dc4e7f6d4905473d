/* putsuper.c - writing squashfs superblocks, and what the compressor is told */
#include "fs/squashfs/put.h"

enum { LZO_999 = 4, LZ4_VERSION_1 = 1 };

static void put_new(const struct squash_super *s, struct buf *b)
{
	put32(b, s->inodes);
	put32(b, s->mkfs_time);
	put32(b, s->block_size);
	put32(b, s->fragments);
	put16(b, (uint16_t)s->compression);
	put16(b, (uint16_t)s->block_log);
	put16(b, (uint16_t)s->flags);
	put16(b, (uint16_t)s->ids);
	put16(b, (uint16_t)s->major);
	put16(b, (uint16_t)s->minor);
	put64(b, s->root);
	put64(b, s->used);
	put64(b, s->id_table);
	put64(b, s->xattr_table);
	put64(b, s->inode_table);
	put64(b, s->dir_table);
	put64(b, s->fragment_table);
	put64(b, s->export_table);
}

static void put_old(const struct squash_super *s, struct buf *b)
{
	const uint64_t at[] = {
		s->used, s->id_table, s->guid_table, s->inode_table, s->dir_table,
		s->fragment_table, s->export_table,
	};
	bool wide = s->major > 2;

	put32(b, s->inodes);
	for (int i = 0; i < 5; i++)
		put32(b, wide ? 0 : (uint32_t)at[i]);
	put16(b, (uint16_t)s->major);
	put16(b, (uint16_t)s->minor);
	put16(b, (uint16_t)s->block_size);
	put16(b, (uint16_t)s->block_log);
	put8(b, (uint8_t)s->flags);
	put8(b, (uint8_t)s->ids);
	put8(b, (uint8_t)s->guids);
	put32(b, s->mkfs_time);
	put64(b, s->root);
	if (s->major > 1) {
		put32(b, s->block_size);
		put32(b, s->fragments);
		put32(b, wide ? 0 : (uint32_t)s->fragment_table);
	}
	for (int i = 0; wide && i < 7; i++)
		put64(b, at[i]);
}

void squash_put_super(const struct squash_super *s, size_t start, struct buf *out)
{
	struct buf b = { .endian = BIG };

	put32(&b, s->magic);
	b.endian = s->endian;
	(s->major < 4 ? put_old : put_new)(s, &b);
	memcpy(out->p + start, b.p, b.len);
	buf_free(&b);
}

static void put_gzip(const struct squash_how *how, struct buf *b)
{
	put32(b, how->level);
	put16(b, (uint16_t)how->window);
	put16(b, (uint16_t)how->filters);
}

static void put_lzo(const struct squash_how *how, struct buf *b)
{
	put32(b, how->algorithm);
	put32(b, how->algorithm == LZO_999 ? how->level : 0);
}

static void put_xz(const struct squash_how *how, struct buf *b)
{
	put32(b, how->dict);
	put32(b, how->filters);
}

static void put_lz4(const struct squash_how *how, struct buf *b)
{
	put32(b, LZ4_VERSION_1);
	put32(b, how->hc);
}

static void put_zstd(const struct squash_how *how, struct buf *b)
{
	put32(b, how->level);
}

void squash_put_options(const struct squash_plan *p, const struct squash_super *s,
			struct buf *out)
{
	static void (*const puts[SQUASH_COMPS])(const struct squash_how *,
						struct buf *) = {
		[SQUASH_GZIP] = put_gzip, [SQUASH_LZO] = put_lzo,
		[SQUASH_XZ] = put_xz, [SQUASH_LZ4] = put_lz4,
		[SQUASH_ZSTD] = put_zstd,
	};
	struct buf b = { .endian = s->endian };

	if (!p->stores_options || (!puts[p->how.comp] && !p->odd_options))
		return;
	if (p->odd_options)
		put(&b, p->odd_option, p->odd_options);
	else
		puts[p->how.comp](&p->how, &b);
	squash_put_meta(s, NULL, buf_view(&b), out);
	buf_free(&b);
}
