/* entropy.c - how dense bytes are */
#include <math.h>

#include "scan/engine.h"

/* What the kernel maps at a fault is read whole: few pages, long runs. */
enum { RUN = 64 << 10, MOST_RUNS = 64 };

/* Four tables, so that a run of one value does not wait for itself. */
struct histogram { uint32_t n[4][256]; };

static void count(struct histogram *h, const uint8_t *p, size_t n)
{
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		for (size_t k = 0; k < 4; k++)
			h->n[k][p[i + k]]++;
	for (; i < n; i++)
		h->n[0][p[i]]++;
}

static double bits(const struct histogram *h)
{
	double sum = 0, total = 0;

	for (size_t x = 0; x < 256; x++) {
		double n = (double)h->n[0][x] + h->n[1][x] + h->n[2][x] + h->n[3][x];

		total += n;
		if (n > 0)
			sum += n * log2(n);
	}
	return total > 0 ? log2(total) - sum / total : 0;
}

uint8_t entropy_window(const uint8_t *p, size_t n)
{
	struct histogram h = { 0 };
	double x;

	count(&h, p, n);
	x = bits(&h) * 32 + 0.5;
	return x < 255 ? (uint8_t)x : 255;
}

double scan_entropy(struct view v)
{
	struct histogram h = { 0 };
	size_t every = (v.len / RUN + MOST_RUNS) / MOST_RUNS;

	for (size_t i = 0; i * RUN < v.len; i += every) {
		struct view w = view_upto(v, (uint64_t)i * RUN, RUN);

		count(&h, w.p, w.len);
	}
	return bits(&h);
}
