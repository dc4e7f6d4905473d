/* find_x86.c - the nibble filter, 32 or 16 places at a time */
#include "scan/find.h"

#ifdef __x86_64__
#include <immintrin.h>

/* Where bit i of m is set, a bucket remained at `at` + i. */
static void compare_each(const struct finder *f, struct view v, size_t at,
			 uint32_t m, struct hits *out)
{
	for (; m; m &= m - 1)
		finder_compare(f, v, at + (size_t)__builtin_ctz(m), out);
}

struct tables256 { __m256i lo[PRINT], hi[PRINT]; };

__attribute__((target("avx2")))
static inline __m256i twice(const uint8_t *table)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)table));
}

__attribute__((target("avx2")))
static inline __m256i filter256(const struct tables256 *t, const uint8_t *p)
{
	const __m256i nibble = _mm256_set1_epi8(15);
	__m256i m = _mm256_set1_epi8(-1);

	for (unsigned k = 0; k < PRINT; k++) {
		__m256i x = _mm256_loadu_si256((const void *)(p + k));
		__m256i lo = _mm256_and_si256(x, nibble);
		__m256i hi = _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble);

		m = _mm256_and_si256(m, _mm256_and_si256(
			_mm256_shuffle_epi8(t->lo[k], lo),
			_mm256_shuffle_epi8(t->hi[k], hi)));
	}
	return m;
}

__attribute__((target("avx2")))
static inline uint32_t places256(__m256i m)
{
	return ~(uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(m, _mm256_setzero_si256()));
}

__attribute__((target("avx2")))
size_t find_avx2(const struct finder *f, struct view v, size_t from, size_t to,
		 struct hits *out)
{
	struct tables256 t;
	size_t at = from;

	for (unsigned k = 0; k < PRINT; k++) {
		t.lo[k] = twice(f->lo[k]);
		t.hi[k] = twice(f->hi[k]);
	}
	for (; at + 64 <= to && view_has(v, at, 64 + PRINT - 1); at += 64) {
		__m256i a = filter256(&t, v.p + at);
		__m256i b = filter256(&t, v.p + at + 32);
		__m256i any = _mm256_or_si256(a, b);

		if (_mm256_testz_si256(any, any))
			continue;
		compare_each(f, v, at, places256(a), out);
		compare_each(f, v, at + 32, places256(b), out);
	}
	return at;
}

struct tables128 { __m128i lo[PRINT], hi[PRINT]; };

__attribute__((target("ssse3")))
static inline __m128i filter128(const struct tables128 *t, const uint8_t *p)
{
	const __m128i nibble = _mm_set1_epi8(15);
	__m128i m = _mm_set1_epi8(-1);

	for (unsigned k = 0; k < PRINT; k++) {
		__m128i x = _mm_loadu_si128((const void *)(p + k));
		__m128i lo = _mm_and_si128(x, nibble);
		__m128i hi = _mm_and_si128(_mm_srli_epi16(x, 4), nibble);

		m = _mm_and_si128(m, _mm_and_si128(
			_mm_shuffle_epi8(t->lo[k], lo),
			_mm_shuffle_epi8(t->hi[k], hi)));
	}
	return m;
}

__attribute__((target("ssse3")))
size_t find_ssse3(const struct finder *f, struct view v, size_t from, size_t to,
		  struct hits *out)
{
	struct tables128 t;
	size_t at = from;

	for (unsigned k = 0; k < PRINT; k++) {
		t.lo[k] = _mm_loadu_si128((const void *)f->lo[k]);
		t.hi[k] = _mm_loadu_si128((const void *)f->hi[k]);
	}
	for (; at + 16 <= to && view_has(v, at, 16 + PRINT - 1); at += 16) {
		__m128i m = filter128(&t, v.p + at);
		__m128i none = _mm_cmpeq_epi8(m, _mm_setzero_si128());
		uint32_t places = ~(uint32_t)_mm_movemask_epi8(none) & 0xffff;

		compare_each(f, v, at, places, out);
	}
	return at;
}

#else

size_t find_avx2(const struct finder *f, struct view v, size_t from, size_t to,
		 struct hits *out)
{
	(void)f, (void)v, (void)to, (void)out;
	return from;
}

size_t find_ssse3(const struct finder *f, struct view v, size_t from, size_t to,
		  struct hits *out)
{
	return find_avx2(f, v, from, to, out);
}

#endif
