/*
 * learn_xz.c - what xz was told when it packed the blocks of an image
 *
 * Router makers give it other parameters than mksquashfs does. Some of them
 * stand in the blocks, the others are found by packing some blocks again.
 * The stream: https://tukaani.org/xz/xz-file-format.txt; LZMA2's chunks: the
 * kernel's lib/xz/xz_dec_lzma2.c.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/version.h"

enum {
	MOST_SAMPLES = 4, STREAM_HEAD = 12, LZMA2_ID = 0x21, FILTERS = 3,
	NEW_PROPS = 0xc0, CHUNK_PROPS = 5, PROPS_END = 225,
};

struct sample { struct view packed; struct buf plain; bool data; };

struct learning {
	const struct squash_reader *r;
	struct sample sample[MOST_SAMPLES];
	unsigned n;
};

static void add(struct learning *l, struct view packed, size_t most, bool data)
{
	struct sample *s = &l->sample[l->n];
	long got = squash_unpack(l->r, packed, buf_room(&s->plain, most), most, 1);

	if (got <= 0) {
		buf_free(&s->plain);
		return;
	}
	s->plain.len = (size_t)got;
	s->packed = packed;
	s->data = data;
	l->n++;
}

/* The first block of files, if it is packed. */
static void add_data(struct learning *l)
{
	const struct squash_reader *r = l->r;
	struct view table = buf_view(&r->inodes.plain), v;

	for (size_t i = 0; i < r->nseen && l->n < MOST_SAMPLES; i++) {
		struct squash_stored b;
		struct squash_record n;

		if (!S_ISREG(r->seen[i].n->mode) ||
		    !squash_inode(&r->s, table, r->seen[i].inode, &n) ||
		    !squash_list_fits(&r->s, table, &n) || !squash_blocks(&r->s, &n))
			continue;
		b = squash_block(&r->s, table, &n, 0);
		v = view_sub(r->v, n.f[SQ_START], b.size);
		if (b.packed && v.len)
			add(l, v, r->s.block_size, true);
	}
}

static unsigned peek8(struct view v, size_t at)
{
	return view_has(v, at, 1) ? v.p[at] : 0;
}

/* Where LZMA2 begins in a stream; what was its dictionary. 0: nowhere. */
static size_t find_lzma2(struct view v, uint32_t *dict)
{
	size_t size = (peek8(v, STREAM_HEAD) + 1u) * 4, at = STREAM_HEAD + 2;
	unsigned flags = peek8(v, STREAM_HEAD + 1), props = 0;

	for (unsigned i = 0; i < 2; i++)	/* the sizes, packed and plain */
		while (flags >> (6 + i) & 1 && peek8(v, at++) & 0x80)
			;
	for (unsigned i = 0; i <= (flags & FILTERS); i++) {
		unsigned id = peek8(v, at), n = peek8(v, at + 1);

		if (id == LZMA2_ID)
			props = peek8(v, at + 2);
		at += 2 + n;
	}
	if (!view_has(v, STREAM_HEAD + size, CHUNK_PROPS + 1) || at > size + STREAM_HEAD ||
	    props > 36)
		return 0;
	*dict = (2 | (props & 1)) << (props / 2 + 11);
	return STREAM_HEAD + size;
}

static bool read_props(struct view v, struct squash_xz *x, uint32_t *dict)
{
	size_t at = find_lzma2(v, dict);
	unsigned props = peek8(v, at + CHUNK_PROPS);

	if (!at || peek8(v, at) < NEW_PROPS || props >= PROPS_END)
		return false;
	x->lc = props % 9;
	x->lp = props / 9 % 5;
	x->pb = props / 45;
	return x->lc + x->lp <= 4;
}

/* Whether all samples come out of this as they were. */
static bool makes(const struct learning *l, struct squash_how *how,
		  const struct squash_xz *x)
{
	bool same = true;

	how->xz = *x;
	for (unsigned i = 0; same && i < l->n; i++) {
		const struct sample *s = &l->sample[i];
		struct squash_packer *p = squash_packer_new(how, s->data);
		uint8_t *out = xmalloc(how->block_size + SQUASH_META);
		size_t n = squash_pack(p, buf_view(&s->plain), out);

		same = view_equal((struct view){ out, n, 0 }, s->packed);
		free(out);
		squash_packer_free(p);
	}
	return same;
}

static void try_all(const struct learning *l, struct squash_how *how,
		    struct squash_xz *x)
{
	static const unsigned nice[] = { 64, 273, 32, 48, 128, 16, 8 };

	for (unsigned i = 0; i < sizeof(nice) / sizeof(nice[0]); i++) {
		x->nice = nice[i];
		if (makes(l, how, x))
			return;
	}
	x->nice = nice[0];
}

/*
 * Where no length of a nice match makes the same blocks, another version of
 * xz made them; with what stands in them they become as small.
 */
void squash_learn_xz(const struct squash_reader *r, struct squash_how *how)
{
	struct squash_xz x = squash_usual_xz;
	struct view meta = squash_first_packed(r->v, &r->s);
	struct learning l = { .r = r };
	uint32_t dict;

	if (meta.len)
		add(&l, meta, SQUASH_META, false);
	if (!l.n || !makes(&l, how, &x)) {
		add_data(&l);
		for (unsigned i = 0; i < l.n; i++)
			if (read_props(l.sample[i].packed, &x, &dict) && l.sample[i].data)
				how->dict = dict;
		try_all(&l, how, &x);
	}
	how->xz = x;
	for (unsigned i = 0; i < l.n; i++)
		buf_free(&l.sample[i].plain);
}
