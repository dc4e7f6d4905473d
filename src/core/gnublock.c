/* gnublock.c - one block of deflate, with the code that GNU gzip gives it */
#include <string.h>

#include "core/gnudeflate.h"
#include "core/gnutree.h"

enum {
	LITERALS = 256, END = 256, LCODES = 286, DCODES = 30, BLCODES = 19,
	MOST_BLBITS = 7,
	REP_3_6 = 16, REPZ_3_10 = 17, REPZ_11_138 = 18,
};

static const uint8_t extra_len[29] = {
	0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4,
	5, 5, 5, 5, 0,
};
static const uint8_t extra_dist[DCODES] = {
	0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10,
	11, 11, 12, 12, 13, 13,
};
static const uint8_t extra_bl[BLCODES] = { [16] = 2, [17] = 3, [18] = 7 };
static const uint8_t bl_order[BLCODES] = {
	16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
};

/* The highest bit of n, which is not 0. */
static unsigned high_bit(unsigned n)
{
	return 31 - (unsigned)__builtin_clz(n);
}

/* Four codes for each number of extra bits; but the longest has its own. */
static unsigned length_code(unsigned lc)
{
	unsigned extra;

	if (lc < 8 || lc == 255)
		return lc < 8 ? lc : 28;
	extra = high_bit(lc) - 2;
	return 4 * extra + 4 + (lc >> extra & 3);
}

static unsigned length_base(unsigned code)
{
	return code < 8 ? code : code == 28 ? 255
		: (4 + (code & 3)) << (code / 4 - 1);
}

/* dist counts from 0 here. */
static unsigned dist_code(unsigned dist)
{
	unsigned high;

	if (dist < 4)
		return dist;
	high = high_bit(dist);
	return 2 * high + (dist >> (high - 1) & 1);
}

static unsigned dist_base(unsigned code)
{
	return code < 4 ? code : (2 + (code & 1)) << (code / 2 - 1);
}

void gnublock_init(struct gnublock *b)
{
	b->n = b->matches = 0;
	memset(b->litfreq, 0, sizeof(b->litfreq));
	memset(b->distfreq, 0, sizeof(b->distfreq));
	b->litfreq[END] = 1;
}

/* Does it pay to end the block after these 4096? An upper bound says so. */
static bool pays(const struct gnublock *b, uint64_t covered)
{
	uint64_t out = 8 * (uint64_t)b->n;

	for (unsigned i = 0; i < DCODES; i++)
		out += (uint64_t)b->distfreq[i] * (5 + extra_dist[i]);
	return b->matches < b->n / 2 && out / 8 < covered / 2;
}

bool gnublock_add(struct gnublock *b, unsigned dist, unsigned lc, int level,
		  uint64_t covered)
{
	b->lit[b->n] = (uint8_t)lc;
	b->dist[b->n++] = (uint16_t)dist;
	if (dist) {
		b->litfreq[LITERALS + 1 + length_code(lc)]++;
		b->distfreq[dist_code(dist - 1)]++;
		b->matches++;
	} else {
		b->litfreq[lc]++;
	}
	if (level > 2 && b->n % 4096 == 0 && pays(b, covered))
		return true;
	return b->n == GNU_MOST - 1;
}

/* Lengths of codes as runs; bl NULL: only count. */
static void put_lengths(const uint8_t *len, unsigned n, uint32_t *freq,
			const struct gnutree *bl, struct bits *to)
{
	static const struct { uint8_t bits, base; } reps[] = {
		{ 2, 3 }, { 3, 3 }, { 7, 11 },
	};
	int prev = -1;
	unsigned run = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned cur = len[i], next = i + 1 < n ? len[i + 1] : 256, sym;
		unsigned most = !cur ? 138 : (int)cur == prev ? 6 : 7;
		unsigned least = !cur || (int)cur == prev ? 3 : 4;

		if (++run < most && cur == next)
			continue;
		sym = run < least ? cur : cur ? REP_3_6 : run <= 10 ? REPZ_3_10
								    : REPZ_11_138;
		if (run >= least && cur && (int)cur != prev) {
			if (bl)
				bits_put(to, bl->code[cur], bl->len[cur]);
			else
				freq[cur]++;
			run--;
		}
		for (unsigned k = sym < REP_3_6 ? run : 1; k; k--) {
			if (bl)
				bits_put(to, bl->code[sym], bl->len[sym]);
			else
				freq[sym]++;
		}
		if (bl && sym >= REP_3_6)
			bits_put(to, run - reps[sym - REP_3_6].base,
				 reps[sym - REP_3_6].bits);
		run = 0;
		prev = (int)cur;
	}
}

static void put_data(const struct gnublock *b, struct bits *to,
		     const uint8_t *llen, const uint16_t *lcode,
		     const uint8_t *dlen, const uint16_t *dcode)
{
	for (unsigned i = 0; i < b->n; i++) {
		unsigned lc = b->lit[i], dist = b->dist[i], code, n;

		if (!dist) {
			bits_put(to, lcode[lc], llen[lc]);
			continue;
		}
		code = length_code(lc);
		n = llen[LITERALS + 1 + code];
		bits_put(to, lcode[LITERALS + 1 + code] |
			 (lc - length_base(code)) << n, n + extra_len[code]);
		code = dist_code(--dist);
		n = dlen[code];
		bits_put(to, dcode[code] | (dist - dist_base(code)) << n,
			 n + extra_dist[code]);
	}
	bits_put(to, lcode[END], llen[END]);
}

static void put_stored(struct bits *to, struct view v)
{
	bits_align(to);
	bits_put(to, (uint32_t)v.len, 16);
	bits_put(to, (uint32_t)~v.len & 0xffff, 16);
	for (size_t i = 0; i < v.len; i++)
		bits_put(to, v.p[i], 8);
}

static void fixed_lengths(uint8_t llen[LCODES + 2], uint8_t dlen[DCODES])
{
	for (unsigned i = 0; i < LCODES + 2; i++)
		llen[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	memset(dlen, 5, DCODES);
}

static void put_own(const struct gnublock *b, struct bits *to,
		    const struct gnutree *l, const struct gnutree *d,
		    const struct gnutree *bl, unsigned nbl)
{
	bits_put(to, l->max + 1 - 257, 5);
	bits_put(to, d->max + 1 - 1, 5);
	bits_put(to, nbl - 4, 4);
	for (unsigned i = 0; i < nbl; i++)
		bits_put(to, bl->len[bl_order[i]], 3);
	put_lengths(l->len, l->max + 1, NULL, bl, to);
	put_lengths(d->len, d->max + 1, NULL, bl, to);
	put_data(b, to, l->len, l->code, d->len, d->code);
}

void gnublock_put(struct gnublock *b, struct bits *to, struct view stored,
		  bool last)
{
	uint8_t llen[LCODES + 2], dlen[DCODES];
	uint16_t lcode[LCODES + 2], dcode[DCODES];
	uint32_t blfreq[2 * BLCODES + 1] = { 0 };
	struct gnutree l = { .freq = b->litfreq, .extra = extra_len, .fixed = llen,
			     .base = LITERALS + 1, .elems = LCODES, .most = GNU_BITS };
	struct gnutree d = { .freq = b->distfreq, .extra = extra_dist, .fixed = dlen,
			     .elems = DCODES, .most = GNU_BITS };
	struct gnutree bl = { .freq = blfreq, .extra = extra_bl, .elems = BLCODES,
			      .most = MOST_BLBITS };
	unsigned nbl = BLCODES;
	uint64_t own, fixed;

	fixed_lengths(llen, dlen);
	gnutree_build(&l);
	gnutree_build(&d);
	put_lengths(l.len, l.max + 1, blfreq, NULL, NULL);
	put_lengths(d.len, d.max + 1, blfreq, NULL, NULL);
	gnutree_build(&bl);
	while (nbl > 4 && !bl.len[bl_order[nbl - 1]])
		nbl--;
	own = (l.bits + d.bits + bl.bits + 3 * nbl + 14 + 3 + 7) / 8;
	fixed = (l.fixed_bits + d.fixed_bits + 3 + 7) / 8;
	if (fixed <= own)
		own = fixed;
	if (stored.len + 4 <= own) {
		bits_put(to, last, 3);
		put_stored(to, stored);
	} else if (fixed == own) {
		bits_put(to, 2 + last, 3);
		gnutree_codes(llen, LCODES + 2, lcode);
		gnutree_codes(dlen, DCODES, dcode);
		put_data(b, to, llen, lcode, dlen, dcode);
	} else {
		bits_put(to, 4 + last, 3);
		put_own(b, to, &l, &d, &bl, nbl);
	}
	gnublock_init(b);
	if (last)
		bits_align(to);
}
