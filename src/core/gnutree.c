/* gnutree.c - the Huffman code of an alphabet, as gzip and zlib build it */
#include "core/gnutree.h"

#include <stdbool.h>
#include <string.h>

/* An entry: how often, how deep it goes below, and which node it is. */
struct heap { uint64_t v[GNU_HEAP + 1]; unsigned n, top; };

enum { NODE = 1024, DEPTH = 256 };

static uint64_t entry(uint32_t freq, unsigned depth, unsigned node)
{
	return ((uint64_t)freq * DEPTH + depth) * NODE + node;
}

static unsigned node_of(uint64_t entry)
{
	return (unsigned)(entry % NODE);
}

static unsigned depth_of(uint64_t entry)
{
	return (unsigned)(entry / NODE % DEPTH);
}

static bool smaller(uint64_t a, uint64_t b)
{
	return a / NODE <= b / NODE;
}

static void sift(struct heap *h, unsigned k)
{
	uint64_t v = h->v[k];

	for (unsigned j = 2 * k; j <= h->n; j *= 2) {
		j += j < h->n && smaller(h->v[j + 1], h->v[j]);
		if (smaller(v, h->v[j]))
			break;
		h->v[k] = h->v[j];
		k = j;
	}
	h->v[k] = v;
}

/* Too long codes become shorter at the cost of the next best ones. */
static void shorten(struct gnutree *t, const struct heap *h, uint16_t *count,
		    int over)
{
	unsigned at = GNU_HEAP, bits;

	for (; over > 0; over -= 2) {
		for (bits = t->most - 1; !count[bits]; bits--)
			;
		count[bits]--;
		count[bits + 1] = (uint16_t)(count[bits + 1] + 2);
		count[t->most]--;
	}
	for (bits = t->most; bits; bits--)
		for (unsigned n = count[bits]; n; ) {
			unsigned m = node_of(h->v[--at]);

			if (m > t->max)
				continue;
			t->bits += ((uint64_t)bits - t->len[m]) * t->freq[m];
			t->len[m] = (uint8_t)bits;
			n--;
		}
}

static void set_lengths(struct gnutree *t, const struct heap *h,
			const uint16_t *parent, uint16_t *count)
{
	int over = 0;

	t->len[node_of(h->v[h->top])] = 0;
	for (unsigned i = h->top + 1; i < GNU_HEAP; i++) {
		unsigned n = node_of(h->v[i]), bits = t->len[parent[n]] + 1u, x = 0;

		if (bits > t->most) {
			bits = t->most;
			over++;
		}
		t->len[n] = (uint8_t)bits;
		if (n > t->max)
			continue;
		count[bits]++;
		if (n >= t->base)
			x = t->extra[n - t->base];
		t->bits += (uint64_t)t->freq[n] * (bits + x);
		if (t->fixed)
			t->fixed_bits += (uint64_t)t->freq[n] * (t->fixed[n] + x);
	}
	if (over)
		shorten(t, h, count, over);
}

/* The n lowest bits of c, the first of them last. */
static uint16_t reversed(unsigned c, unsigned n)
{
	c = (c & 0x5555) << 1 | (c >> 1 & 0x5555);
	c = (c & 0x3333) << 2 | (c >> 2 & 0x3333);
	c = (c & 0x0f0f) << 4 | (c >> 4 & 0x0f0f);
	c = (c & 0x00ff) << 8 | (c >> 8 & 0x00ff);
	return (uint16_t)(c >> (16 - n));
}

void gnutree_codes(const uint8_t *len, unsigned n, uint16_t *code)
{
	uint16_t next[GNU_BITS + 2] = { 0 }, count[GNU_BITS + 1] = { 0 };

	for (unsigned i = 0; i < n; i++)
		count[len[i]]++;
	count[0] = 0;
	for (unsigned b = 1; b <= GNU_BITS; b++)
		next[b + 1] = (uint16_t)((next[b] + count[b]) << 1);
	for (unsigned i = 0; i < n; i++)
		code[i] = len[i] ? reversed(next[len[i]]++, len[i]) : 0;
}

/* The heap begins with the symbols in use; there are two of them at least. */
static void fill_heap(struct gnutree *t, struct heap *h)
{
	h->n = 0;
	h->top = GNU_HEAP;
	memset(t->len, 0, sizeof(t->len));
	for (unsigned i = 0; i < t->elems; i++)
		if (t->freq[i])
			h->v[++h->n] = entry(t->freq[i], 0, t->max = i);
	while (h->n < 2) {
		unsigned n = h->n && t->max < 2 ? ++t->max : 0;

		h->v[++h->n] = entry(1, 0, n);
		t->freq[n] = 1;
		t->bits--;
		if (t->fixed)
			t->fixed_bits -= t->fixed[n];
	}
	for (unsigned i = h->n / 2; i; i--)
		sift(h, i);
}

void gnutree_build(struct gnutree *t)
{
	uint16_t parent[GNU_HEAP] = { 0 }, count[GNU_BITS + 1] = { 0 };
	unsigned node = t->elems;
	struct heap h;

	fill_heap(t, &h);
	do {
		uint64_t a = h.v[1], b;
		unsigned x = depth_of(a), y;

		h.v[1] = h.v[h.n--];
		sift(&h, 1);
		b = h.v[1];
		y = depth_of(b);
		h.v[--h.top] = a;
		h.v[--h.top] = b;
		t->freq[node] = t->freq[node_of(a)] + t->freq[node_of(b)];
		parent[node_of(a)] = parent[node_of(b)] = (uint16_t)node;
		h.v[1] = entry(t->freq[node], (x > y ? x : y) + 1, node);
		node++;
		sift(&h, 1);
	} while (h.n >= 2);
	h.v[--h.top] = h.v[1];
	set_lengths(t, &h, parent, count);
	gnutree_codes(t->len, t->max + 1, t->code);
}
