/* gnutree.c - the Huffman code of an alphabet, as gzip and zlib build it */
#include "core/gnutree.h"

#include <string.h>

/* rank: how often, then how deep it goes below. */
struct heap { uint16_t v[GNU_HEAP + 1]; unsigned n, top; uint32_t rank[GNU_HEAP]; };

enum { DEPTH = 256 };

static void sift(struct heap *h, unsigned k)
{
	uint16_t v = h->v[k];
	uint32_t rank = h->rank[v];

	for (unsigned j = 2 * k; j <= h->n; j *= 2) {
		j += j < h->n && h->rank[h->v[j + 1]] <= h->rank[h->v[j]];
		if (rank <= h->rank[h->v[j]])
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
			unsigned m = h->v[--at];

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

	t->len[h->v[h->top]] = 0;
	for (unsigned i = h->top + 1; i < GNU_HEAP; i++) {
		unsigned n = h->v[i], bits = t->len[parent[n]] + 1u, x = 0;

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

void gnutree_codes(const uint8_t *len, unsigned n, uint16_t *code)
{
	uint16_t next[GNU_BITS + 2] = { 0 }, count[GNU_BITS + 1] = { 0 };

	for (unsigned i = 0; i < n; i++)
		count[len[i]]++;
	count[0] = 0;
	for (unsigned b = 1; b <= GNU_BITS; b++)
		next[b + 1] = (uint16_t)((next[b] + count[b]) << 1);
	for (unsigned i = 0; i < n; i++) {
		uint16_t c = len[i] ? next[len[i]]++ : 0, reversed = 0;

		for (unsigned b = 0; b < len[i]; b++)
			reversed = (uint16_t)(reversed << 1 | (c >> b & 1));
		code[i] = reversed;
	}
}

/* The heap begins with the symbols in use; there are two of them at least. */
static void fill_heap(struct gnutree *t, struct heap *h)
{
	*h = (struct heap){ .top = GNU_HEAP };
	memset(t->len, 0, sizeof(t->len));
	for (unsigned i = 0; i < t->elems; i++)
		if (t->freq[i])
			h->v[++h->n] = (uint16_t)(t->max = i);
	while (h->n < 2) {
		unsigned n = h->n && t->max < 2 ? ++t->max : 0;

		h->v[++h->n] = (uint16_t)n;
		t->freq[n] = 1;
		t->bits--;
		if (t->fixed)
			t->fixed_bits -= t->fixed[n];
	}
	for (unsigned i = 1; i <= h->n; i++)
		h->rank[h->v[i]] = t->freq[h->v[i]] * DEPTH;
	for (unsigned i = h->n / 2; i; i--)
		sift(h, i);
}

void gnutree_build(struct gnutree *t)
{
	uint16_t parent[GNU_HEAP] = { 0 }, count[GNU_BITS + 1] = { 0 };
	unsigned node = t->elems;
	uint32_t x, y;
	struct heap h;

	fill_heap(t, &h);
	do {
		unsigned a = h.v[1], b;

		h.v[1] = h.v[h.n--];
		sift(&h, 1);
		b = h.v[1];
		h.v[--h.top] = (uint16_t)a;
		h.v[--h.top] = (uint16_t)b;
		t->freq[node] = t->freq[a] + t->freq[b];
		x = h.rank[a] % DEPTH;
		y = h.rank[b] % DEPTH;
		h.rank[node] = t->freq[node] * DEPTH + (x > y ? x : y) + 1;
		parent[a] = parent[b] = (uint16_t)node;
		h.v[1] = (uint16_t)node++;
		sift(&h, 1);
	} while (h.n >= 2);
	h.v[--h.top] = h.v[1];
	set_lengths(t, &h, parent, count);
	gnutree_codes(t->len, t->max + 1, t->code);
}
