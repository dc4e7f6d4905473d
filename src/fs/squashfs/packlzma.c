/* packlzma.c - packing squashfs blocks by xz, and by LZMA as vendors had it */
#include "core/buf.h"
#include "fs/squashfs/packer.h"
#include "fs/squashfs/super.h"

enum { LZMA_PRESET = 5 };

static size_t lzma_head(const struct squash_lzma *l, uint32_t dict, size_t plain,
			uint8_t *dst)
{
	struct buf b = { .endian = LITTLE };
	size_t n;

	if (l->layout == SQUASH_LZMA_7Z)
		put(&b, "7z\0\0", 4);
	if (l->layout == SQUASH_LZMA_DDWRT) {
		put8(&b, (uint8_t)l->shape.pb);
		put8(&b, (uint8_t)l->shape.lc);
		put8(&b, (uint8_t)l->shape.lp);
		put8(&b, (uint8_t)l->shape.dict);
	} else if (l->layout != SQUASH_LZMA_BARE) {
		put8(&b, (uint8_t)((l->shape.pb * 5 + l->shape.lp) * 9 + l->shape.lc));
		put32(&b, dict);
	}
	if (l->layout == SQUASH_LZMA_13)
		put64(&b, plain);
	n = b.len;
	if (n)
		memcpy(dst, b.p, n);
	buf_free(&b);
	return n;
}

size_t squash_pack_lzma(struct squash_packer *p, struct view v, uint8_t *dst)
{
	const struct squash_lzma *l = &p->how.lzma;
	uint32_t dict = l->shape.dict ? l->shape.dict : (uint32_t)p->most;
	lzma_options_lzma opt;
	lzma_filter chain[] = {
		{ LZMA_FILTER_LZMA1EXT, &opt }, { LZMA_VLI_UNKNOWN, NULL },
	};
	size_t n = lzma_head(l, dict, v.len, p->other);

	lzma_lzma_preset(&opt, LZMA_PRESET);
	opt.dict_size = (uint32_t)p->most;
	opt.lc = l->shape.lc;
	opt.lp = l->shape.lp;
	opt.pb = l->shape.pb;
	opt.ext_flags = l->mark ? LZMA_LZMA1EXT_ALLOW_EOPM : 0;
	lzma_set_ext_size(opt, l->mark ? UINT64_MAX : v.len);
	if (lzma_raw_buffer_encode(chain, lzma_room_for(&p->room, chain), v.p, v.len,
				   p->other, &n, p->most) != LZMA_OK)
		return 0;
	memcpy(dst, p->other, n);
	return n;
}

static const lzma_vli bcj[] = {
	LZMA_FILTER_X86, LZMA_FILTER_POWERPC, LZMA_FILTER_IA64, LZMA_FILTER_ARM,
	LZMA_FILTER_ARMTHUMB, LZMA_FILTER_SPARC,
};

/* With the BCJ filter i, or with none (-1). */
static size_t xz_once(struct squash_packer *p, struct view v, int i, uint8_t *dst)
{
	lzma_options_lzma opt;
	lzma_filter chain[3] = { { LZMA_VLI_UNKNOWN, NULL } };
	size_t got = 0, n = 0;

	lzma_lzma_preset(&opt, LZMA_PRESET_DEFAULT);
	opt.dict_size = p->data ? p->how.dict : p->how.meta_dict;
	opt.lc = p->how.xz.lc;
	opt.lp = p->how.xz.lp;
	opt.pb = p->how.xz.pb;
	opt.nice_len = p->how.xz.nice;
	if (i >= 0)
		chain[n++] = (lzma_filter){ bcj[i], NULL };
	chain[n++] = (lzma_filter){ LZMA_FILTER_LZMA2, &opt };
	chain[n] = (lzma_filter){ LZMA_VLI_UNKNOWN, NULL };
	if (lzma_stream_buffer_encode(chain, LZMA_CHECK_CRC32,
				      lzma_room_for(&p->room, chain), v.p, v.len,
				      dst, &got, p->most) != LZMA_OK)
		return 0;
	return got;
}

size_t squash_pack_xz(struct squash_packer *p, struct view v, uint8_t *dst)
{
	size_t best = xz_once(p, v, -1, dst);

	for (int i = 0; p->data && i < 6; i++) {
		size_t n = p->how.filters >> i & 1 ? xz_once(p, v, i, p->other) : 0;

		if (n && (!best || n < best)) {
			best = n;
			memcpy(dst, p->other, n);
		}
	}
	return best;
}
