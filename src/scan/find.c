/* find.c - many short strings at once: choose fingerprints, deal buckets */
#include "scan/find.h"

#include "core/mem.h"

enum { BUCKETS = 8, WINDOW = 4096 };

/* Which nibbles a bucket takes at each byte of the fingerprint. */
struct bucket { uint16_t lo[PRINT], hi[PRINT]; };

static unsigned chain_of(const uint8_t *p)
{
	uint32_t x = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;

	return x * UINT32_C(2654435761) >> 20;
}

/* How often a byte stands in firmware, roughly. */
static unsigned commonness(uint8_t byte)
{
	if (byte == 0xff || byte == 0)
		return 64;
	return byte < 16 ? 8 : byte >= 0x20 && byte < 0x7f ? 4 : 1;
}

static unsigned print_size(const struct needle *n)
{
	return n->len < PRINT ? n->len : PRINT;
}

static unsigned rarest(const struct needle *n)
{
	unsigned best = 0, least = ~0u, size = print_size(n);

	for (unsigned i = 0; i + size <= n->len && i < 16; i++) {
		unsigned sum = 0;

		for (unsigned k = 0; k < size; k++)
			sum += commonness(n->p[i + k]);
		if (sum < least) {
			least = sum;
			best = i;
		}
	}
	return best;
}

static struct bucket with(struct bucket b, const uint8_t *print, unsigned size)
{
	for (unsigned k = 0; k < PRINT; k++) {
		b.lo[k] |= k < size ? (uint16_t)(1u << (print[k] & 15)) : 0xffff;
		b.hi[k] |= k < size ? (uint16_t)(1u << (print[k] >> 4)) : 0xffff;
	}
	return b;
}

/* How often random bytes pass. */
static double leak(const struct bucket *b)
{
	double x = 1;

	for (unsigned k = 0; k < PRINT; k++)
		x *= (double)__builtin_popcount(b->lo[k]) *
		     (double)__builtin_popcount(b->hi[k]) / 256;
	return x;
}

/* Into the bucket that then leaks least more than before. */
static void deal(struct bucket *bucket, const uint8_t *print, unsigned size)
{
	unsigned best = 0;
	double least = 0;

	for (unsigned i = 0; i < BUCKETS; i++) {
		struct bucket b = with(bucket[i], print, size);
		double more = leak(&b) - leak(&bucket[i]);

		if (!i || more < least) {
			least = more;
			best = i;
		}
	}
	bucket[best] = with(bucket[best], print, size);
}

static void fill_tables(struct finder *f, const struct bucket *bucket)
{
	for (unsigned i = 0; i < BUCKETS * PRINT * 16; i++) {
		unsigned x = i % 16, k = i / 16 % PRINT, n = i / 16 / PRINT;

		f->lo[k][x] |= (uint8_t)((bucket[n].lo[k] >> x & 1) << n);
		f->hi[k][x] |= (uint8_t)((bucket[n].hi[k] >> x & 1) << n);
	}
}

enum find_level find_best(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return FIND_AVX2;
	if (__builtin_cpu_supports("ssse3"))
		return FIND_SSSE3;
#endif
	return FIND_PLAIN;
}

void finder_init(struct finder *f, const struct needle *needle, size_t n)
{
	struct bucket bucket[BUCKETS] = { 0 };

	*f = (struct finder){ .needle = needle, .n = n, .level = find_best() };
	for (size_t i = n; i-- > 0;) {
		const struct needle *w = &needle[i];
		unsigned at = rarest(w), chain = chain_of(w->p + at);

		deal(bucket, w->p + at, print_size(w));
		f->print[i] = (uint8_t)at;
		f->next[i] = f->head[chain];
		f->head[chain] = (uint16_t)(i + 1);
		if (at > f->before)
			f->before = at;
		if (w->len > f->after)
			f->after = w->len;
	}
	fill_tables(f, bucket);
}

/* Needles are short: a call of memcmp() costs more than the bytes. */
static bool is_there(struct view v, size_t at, const struct needle *w)
{
	const uint8_t *p = v.p + at;

	if (!view_has(v, at, w->len))
		return false;
	for (unsigned i = 0; i < w->len; i++)
		if (p[i] != w->p[i])
			return false;
	return true;
}

/* No real image has one magic so often: a flood of it is cut here. */
static bool is_too_many(const struct finder *f, struct hits *out, size_t at,
			unsigned needle)
{
	uint32_t window = (uint32_t)(at / WINDOW) + 1;

	if (!f->most)
		return false;
	if (window != out->window) {
		memset(out->seen, 0, f->n * sizeof(*out->seen));
		out->window = window;
	}
	if (out->seen[needle] == f->most) {
		out->dropped++;
		return true;
	}
	out->seen[needle]++;
	return false;
}

void finder_compare(const struct finder *f, struct view v, size_t at,
		    struct hits *out)
{
	if (!view_has(v, at, LEAST_NEEDLE))
		return;
	for (unsigned i = f->head[chain_of(v.p + at)]; i; i = f->next[i - 1]) {
		const struct needle *w = &f->needle[i - 1];
		size_t print = f->print[i - 1];

		if (at < print || !is_there(v, at - print, w))
			continue;
		if (is_too_many(f, out, at - print, i - 1))
			continue;
		if (out->n == out->cap)
			out->v = xgrow(out->v, &out->cap, out->n + 1,
				       sizeof(*out->v));
		out->v[out->n++] = (struct hit){ (uint32_t)(at - print),
						 (uint16_t)(i - 1) };
	}
}

static unsigned buckets_of(const struct finder *f, const uint8_t *p)
{
	unsigned m = 0xff;

	for (unsigned k = 0; k < PRINT; k++)
		m &= f->lo[k][p[k] & 15] & f->hi[k][p[k] >> 4];
	return m;
}

void finder_run(const struct finder *f, struct view v, size_t from, size_t to,
		struct hits *out)
{
	size_t at = from;

	if (f->level == FIND_AVX2)
		at = find_avx2(f, v, from, to, out);
	else if (f->level == FIND_SSSE3)
		at = find_ssse3(f, v, from, to, out);
	for (; at < to && at + PRINT <= v.len; at++)
		if (buckets_of(f, v.p + at))
			finder_compare(f, v, at, out);
	for (; at < to; at++)
		finder_compare(f, v, at, out);
}
