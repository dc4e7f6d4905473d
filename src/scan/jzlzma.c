/* jzlzma.c - LZMA's words as plain bits: unpacked, and packed again */
#include "scan/jzlzma.h"

#include "core/work.h"
#include "scan/matches.h"

enum { FIRST_TREE = 4, END_TREE = 14, ALIGN = 4, MOST_LENGTH = 273 };

struct bits { struct view v; uint64_t at; bool bad; };

static unsigned get_bit(struct bits *b)
{
	if (b->at >= 8 * (uint64_t)b->v.len) {
		b->bad = true;
		return 0;
	}
	b->at++;
	return b->v.p[(b->at - 1) / 8] >> (b->at - 1) % 8 & 1;
}

static uint32_t get_bits(struct bits *b, unsigned n)
{
	uint32_t x = 0;

	while (n--)
		x = x << 1 | get_bit(b);
	return x;
}

static uint32_t get_reversed(struct bits *b, unsigned n)
{
	uint32_t x = 0;

	for (unsigned i = 0; i < n; i++)
		x |= get_bit(b) << i;
	return x;
}

static uint32_t get_length(struct bits *b)
{
	if (!get_bit(b))
		return get_bits(b, 3) + 2;
	return get_bit(b) ? get_bits(b, 8) + 18 : get_bits(b, 3) + 10;
}

static uint32_t get_distance(struct bits *b)
{
	uint32_t slot = get_bits(b, 6), base;
	unsigned direct = (slot >> 1) - 1;

	if (slot < FIRST_TREE)
		return slot;
	base = (2 | (slot & 1)) << direct;
	if (slot < END_TREE)
		return base + get_reversed(b, direct);
	base += get_bits(b, direct - ALIGN) << ALIGN;
	return base + get_reversed(b, ALIGN);
}

/* The distance that is used again comes to the front. */
static void move_front(uint32_t rep[4], unsigned from)
{
	uint32_t x = rep[from];

	memmove(rep + 1, rep, from * sizeof(*rep));
	rep[0] = x;
}

/* What follows a 1: how many bytes from rep[0] back. */
static uint32_t get_match(struct bits *b, uint32_t rep[4])
{
	uint32_t length;

	if (!get_bit(b)) {
		length = get_length(b);
		move_front(rep, 3);
		rep[0] = get_distance(b);
		return length;
	}
	if (!get_bit(b)) {
		if (!get_bit(b))
			return 1;
	} else if (!get_bit(b)) {
		move_front(rep, 1);
	} else {
		move_front(rep, get_bit(b) ? 3 : 2);
	}
	return get_length(b);
}

static bool copy(struct buf *out, size_t done, uint64_t most, uint32_t back,
		 uint32_t length)
{
	uint8_t *p;

	if (back >= done || length > most - done)
		return false;
	p = buf_room(out, length);
	for (uint32_t i = 0; i < length; i++)
		p[i] = *(p + i - back - 1);
	out->len += length;
	return true;
}

int jzlzma_unpack(struct view in, uint64_t n, struct buf *out, size_t *used,
		  struct err *e)
{
	struct bits b = { .v = in };
	uint32_t rep[4] = { 0 };
	size_t start = out->len;

	while (out->len - start < n && !b.bad) {
		uint32_t length;

		if (!get_bit(&b)) {
			put8(out, (uint8_t)get_bits(&b, 8));
			continue;
		}
		length = get_match(&b, rep);
		if (!b.bad && !copy(out, out->len - start, n, rep[0], length))
			return fail_at(e, in.at + b.at / 8, "jzlzma stream damaged");
	}
	*used = (size_t)((b.at + 7) / 8);
	work_add(8 * (uint64_t)*used + n);
	return !b.bad ? 0 : fail_at(e, in.at + in.len, "jzlzma stream cut off");
}

struct writer { struct buf *out; unsigned n; };

static void put_bit(struct writer *w, unsigned bit)
{
	if (!(w->n++ % 8))
		put8(w->out, 0);
	w->out->p[w->out->len - 1] |= (uint8_t)(bit << (w->n - 1) % 8);
}

static void put_bits(struct writer *w, uint32_t x, unsigned n)
{
	while (n--)
		put_bit(w, x >> n & 1);
}

static void put_reversed(struct writer *w, uint32_t x, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		put_bit(w, x >> i & 1);
}

static void put_length(struct writer *w, uint32_t n)
{
	if (n < 10) {
		put_bits(w, n - 2, 4);
	} else if (n < 18) {
		put_bits(w, 2, 2);
		put_bits(w, n - 10, 3);
	} else {
		put_bits(w, 3, 2);
		put_bits(w, n - 18, 8);
	}
}

static void put_distance(struct writer *w, uint32_t far)
{
	unsigned direct = 0, slot;

	while (far >> direct > 3)
		direct++;
	if (far < FIRST_TREE) {
		put_bits(w, far, 6);
		return;
	}
	slot = 2 * (direct + 1) + (far >> direct & 1);
	put_bits(w, slot, 6);
	if (slot < END_TREE) {
		put_reversed(w, far, direct);
		return;
	}
	put_bits(w, (far >> ALIGN) & ((UINT32_C(1) << (direct - ALIGN)) - 1),
		 direct - ALIGN);
	put_reversed(w, far, ALIGN);
}

void jzlzma_pack(struct view plain, uint32_t dict, struct buf *out)
{
	struct matches m = matches_of(plain);
	struct writer w = { .out = out };
	size_t last = 0, far = 0;

	m.most_far = dict;
	m.most_long = MOST_LENGTH;
	for (size_t at = 0, n; at < plain.len; at += n) {
		n = matches_longest(&m, at, &far);
		if (n && far == last) {
			put_bits(&w, 13, 4);
			put_length(&w, (uint32_t)n);
		} else if (n) {
			put_bits(&w, 2, 2);
			put_length(&w, (uint32_t)n);
			put_distance(&w, (uint32_t)far - 1);
			last = far;
		} else {
			n = 1;
			put_bits(&w, plain.p[at], 9);
		}
		matches_add(&m, at, n);
	}
	matches_free(&m);
}
