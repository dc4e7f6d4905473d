/* tags.c - the tags of a chunk, packed in all their ways */
#include "fs/yaffs/yaffs.h"

#include "core/maps.h"

const char *const yaffs_kinds[] = { "yaffs2", "yaffs2-inband", "yaffs1",
				    "yaffs1-packed", NULL };
const char *const yaffs_endians[] = { "little", "big", NULL };

enum { EXTRA = 0x10000000 };		/* lowest of the four flags */

struct tags_ecc { uint8_t column; uint32_t line, prime; };

/* Parities of columns, in pairs, and of lines; the lowest bit is of all. */
static struct tags_ecc ecc_of(struct view v)
{
	static const uint8_t bits[8] = { 0x55, 0x59, 0x65, 0x69, 0x95, 0x99, 0xa5, 0xa9 };
	struct tags_ecc e = { 0 };

	for (uint32_t i = 0; i < v.len; i++) {
		uint8_t b = 0;

		for (unsigned k = 0; k < 8; k++)
			b ^= v.p[i] >> k & 1 ? bits[k] : 0;
		e.column ^= b;
		if (b & 1) {
			e.line ^= i;
			e.prime ^= ~i;
		}
	}
	e.column = e.column >> 2 & 0x3f;
	return e;
}

static bool ecc2_holds(struct view v, enum endian e)
{
	struct cursor c = cursor(view_from(v, YAFFS_TAGS2), e);
	struct tags_ecc want = ecc_of(view_sub(v, 0, YAFFS_TAGS2));
	uint8_t column = get8(&c);
	uint32_t line, prime;

	get_skip(&c, 3);
	line = get32(&c);
	prime = get32(&c);
	return cursor_ok(&c) && column == want.column && line == want.line &&
	       prime == want.prime;
}

static void get_tags2(const struct yaffs_shape *s, struct view v, struct yaffs_tags *t)
{
	struct cursor c = cursor(v, (enum endian)s->tags);

	t->sequence = get32(&c);
	t->object = get32(&c);
	t->chunk = get32(&c);
	t->bytes = get32(&c);
	t->is_erased = t->sequence == UINT32_MAX && t->object == UINT32_MAX &&
		       t->chunk == UINT32_MAX;
	if (t->chunk & 0x80000000 && !t->is_erased) {
		t->chunk = 0;
		t->object &= EXTRA - 1;
	}
	t->is_right = t->sequence >= YAFFS_LEAST_SEQUENCE &&
		      t->sequence < YAFFS_MOST_SEQUENCE && t->object &&
		      t->object < 1 << 20 && t->chunk < 1 << 24 &&
		      (!t->chunk || t->bytes <= yaffs_data(s));
	t->is_right |= t->sequence == YAFFS_CHECKPOINT && t->object < 1 << 20;
	/* Most of what is tried is not: the sum is for what may be. */
	t->ecc_right = t->is_right && ecc2_holds(v, (enum endian)s->tags);
}

/* The place of every set bit, the twelve of the ecc counting as 0. */
static unsigned ecc1_of(const uint8_t b[8], enum endian e)
{
	unsigned ecc = 0, place = 0;
	uint8_t copy[8];

	memcpy(copy, b, 8);
	if (e == LITTLE) {
		copy[6] &= 0x03;
		copy[7] &= 0xc0;
	} else {
		copy[6] &= 0xc0;
		copy[7] &= 0x03;
	}
	for (unsigned i = 0; i < 8; i++)
		for (unsigned k = 1; k < 256; k <<= 1) {
			place++;
			if (copy[i] & k)
				ecc ^= place;
		}
	return ecc;
}

static const uint8_t native[8] = { 0, 1, 2, 3, 6, 7, 11, 12 };

/* Bit fields fill from the low end on little-endian, from the high on big. */
static void unpack1(const uint8_t b[8], enum endian e, struct yaffs_tags *t)
{
	uint32_t a = peek32((struct view){ b, 8, 0 }, 0, e);
	uint32_t o = peek32((struct view){ b, 8, 0 }, 4, e);
	unsigned ecc;

	if (e == LITTLE) {
		t->chunk = a & 0xfffff;
		t->serial = a >> 20 & 3;
		t->bytes = a >> 22;
		t->object = o & 0x3ffff;
		ecc = o >> 18 & 0xfff;
	} else {
		t->chunk = a >> 12;
		t->serial = a >> 10 & 3;
		t->bytes = a & 0x3ff;
		t->object = o >> 14;
		ecc = o >> 2 & 0xfff;
	}
	t->ecc_right = ecc == ecc1_of(b, e);
}

static void pack1(const struct yaffs_tags *t, enum endian e, uint8_t b[8])
{
	struct buf w = { .endian = e };
	unsigned shift = e == LITTLE ? 18 : 2;
	uint32_t o;

	if (e == LITTLE) {
		put32(&w, t->chunk | t->serial << 20 | (t->bytes & 0x3ff) << 22);
		o = t->object | 3u << 30;
	} else {
		put32(&w, t->chunk << 12 | t->serial << 10 | (t->bytes & 0x3ff));
		o = t->object << 14 | 3;
	}
	put32(&w, o);
	memcpy(b, w.p, 8);
	patch32(&w, 4, o | ecc1_of(b, e) << shift);
	memcpy(b, w.p, 8);
	buf_free(&w);
}

static void get_tags1(const struct yaffs_shape *s, struct view spare,
		      struct yaffs_tags *t)
{
	uint8_t b[8], all = 0xff;
	bool is_native = s->kind == YAFFS1_NATIVE;

	for (unsigned i = 0; i < 8; i++) {
		size_t at = is_native ? native[i] : (size_t)s->offset + i;

		b[i] = at < spare.len ? spare.p[at] : 0xff;
		all &= b[i];
	}
	t->is_erased = all == 0xff;
	unpack1(b, (enum endian)s->tags, t);
	t->sequence = YAFFS_LEAST_SEQUENCE;
	t->is_deleted = is_native && __builtin_popcount(spare.p[4]) < 7;
	t->is_right = t->ecc_right && t->object &&
		      (!t->chunk || t->bytes <= YAFFS_HEADER);
}

void yaffs_get_tags(const struct yaffs_shape *s, struct view step,
		    struct yaffs_tags *t)
{
	struct view spare = view_from(step, s->chunk);

	*t = (struct yaffs_tags){ 0 };
	maps_touched(step);
	if (step.len != yaffs_step(s))
		return;
	if (s->kind == YAFFS2_SPARE)
		get_tags2(s, view_upto(spare, s->offset, YAFFS_TAGS2_ECC), t);
	else if (s->kind == YAFFS2_INBAND)
		get_tags2(s, view_sub(step, s->chunk - YAFFS_TAGS2, YAFFS_TAGS2), t);
	else
		get_tags1(s, spare, t);
}

static void put_tags2(const struct yaffs_shape *s, const struct yaffs_tags *t,
		      struct buf *out)
{
	struct tags_ecc e;
	size_t at = out->len;

	out->endian = (enum endian)s->tags;
	put32(out, t->sequence);
	put32(out, t->object);
	put32(out, t->chunk);
	put32(out, t->bytes);
	if (!s->ecc)
		return;
	e = ecc_of(view_sub(buf_view(out), at, YAFFS_TAGS2));
	put32(out, s->tags == LITTLE ? e.column : (uint32_t)e.column << 24);
	put32(out, e.line);
	put32(out, e.prime);
}

/* SmartMedia's code over half a chunk: places of bits, in pairs, inverted. */
static void put_code(struct view half, uint8_t ecc[3])
{
	unsigned one = 0, n = 0, column = 0;

	for (unsigned i = 0; i < half.len; i++)
		for (unsigned k = 0; k < 8; k++)
			if (half.p[i] >> k & 1) {
				one ^= i << 3 | k;
				n ^= 1;
			}
	ecc[0] = ecc[1] = 0;
	for (unsigned k = 0; k < 8; k++) {
		unsigned set = one >> (k + 3) & 1, pair = set << 1 | (set ^ n);

		ecc[k / 4] |= (uint8_t)(pair << k % 4 * 2);
	}
	for (unsigned k = 0; k < 3; k++)
		column |= ((one >> k & 1) << 1 | ((one >> k & 1) ^ n)) << 2 * k;
	ecc[0] = (uint8_t)~ecc[0];
	ecc[1] = (uint8_t)~ecc[1];
	ecc[2] = (uint8_t)(~column << 2 | 3);
}

static void put_tags1(const struct yaffs_shape *s, struct view data,
		      const struct yaffs_tags *t, uint8_t *spare)
{
	uint8_t b[8];

	pack1(t, (enum endian)s->tags, b);
	if (s->kind == YAFFS1_PACKED) {
		memcpy(spare + s->offset, b, 8);
		return;
	}
	for (unsigned i = 0; i < 8; i++)
		spare[native[i]] = b[i];
	put_code(view_sub(data, 0, 256), spare + 8);
	put_code(view_sub(data, 256, 256), spare + 13);
}

void yaffs_put_chunk(const struct yaffs_shape *s, struct view data,
		     const struct yaffs_tags *t, struct buf *out)
{
	struct buf tags = { 0 };
	size_t at;

	put_view(out, data);
	put_fill(out, 0xff, yaffs_data(s) - data.len);
	if (s->kind == YAFFS2_SPARE || s->kind == YAFFS2_INBAND)
		put_tags2(s, t, &tags);
	if (s->kind == YAFFS2_INBAND)
		put_view(out, view_sub(buf_view(&tags), 0, YAFFS_TAGS2));
	at = out->len;
	put_fill(out, 0xff, (size_t)s->spare);
	if (s->kind == YAFFS2_SPARE)
		memcpy(out->p + at + s->offset, tags.p, tags.len);
	else if (s->kind != YAFFS2_INBAND)
		put_tags1(s, view_sub(buf_view(out), at - (size_t)s->chunk, 512), t,
			  out->p + at);
	buf_free(&tags);
}
