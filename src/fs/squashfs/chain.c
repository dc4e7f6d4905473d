/* chain.c - chains of metadata blocks being written */
#include "core/mem.h"
#include "fs/squashfs/put.h"

enum { STORED = 0x8000, CHECKED = 0xff };

void squash_put_meta(const struct squash_super *s, struct squash_packer *p,
		     struct view v, struct buf *out)
{
	uint8_t packed[SQUASH_META];
	size_t n = p ? squash_pack(p, v, packed) : 0;
	enum endian was = out->endian;

	out->endian = s->lengths;
	put16(out, n ? (uint16_t)n : (uint16_t)(v.len | STORED));
	out->endian = was;
	if (s->major < 4 && s->flags & SQUASH_CHECK)
		put8(out, CHECKED);
	if (n)
		put(out, packed, n);
	else
		put_view(out, v);
}

static void flush(struct squash_chain *c, size_t least)
{
	size_t at = 0;

	while (c->plain.len - at >= least && c->plain.len > at) {
		struct view v = view_upto(buf_view(&c->plain), at, SQUASH_META);

		squash_put_meta(c->s, c->packer, v, &c->done);
		at += v.len;
	}
	if (at)
		memmove(c->plain.p, c->plain.p + at, c->plain.len - at);
	c->plain.len -= at;
}

uint64_t squash_chain_here(struct squash_chain *c)
{
	flush(c, SQUASH_META);
	return (uint64_t)c->done.len << 16 | c->plain.len;
}

void squash_chain_end(struct squash_chain *c)
{
	flush(c, 1);
}

void squash_chain_free(struct squash_chain *c)
{
	buf_free(&c->plain);
	buf_free(&c->done);
}
