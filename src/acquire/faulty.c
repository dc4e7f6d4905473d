/* faulty.c - a cable that spoils what passes, by a seed, for tests */
#include "acquire/faulty.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

enum { PACKET = 32, LEAST = 64 };

struct faulty {
	struct spi spi;
	struct spi *inner;
	struct faults f;
	uint64_t state, passed;
};

/* xorshift64*: the same seed spoils the same bytes. */
static uint64_t next(struct faulty *y)
{
	uint64_t x = y->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	y->state = x;
	return x * UINT64_C(0x2545f4914f6cdd1d);
}

static bool chance(struct faulty *y, double p)
{
	return p > 0 && (double)(next(y) >> 11) / 9007199254740992.0 < p;
}

static void spoil(struct faulty *y, uint8_t *p, size_t n)
{
	/* Ids and status come in short frames; they are the clip's business. */
	for (size_t i = 0; n >= LEAST && i < n; i++) {
		if (chance(y, y->f.flip))
			p[i] ^= (uint8_t)(1u << (next(y) & 7));
		if (i % PACKET == 0 && n - i >= PACKET && chance(y, y->f.lose))
			memset(p + i, 0xff, PACKET);
	}
	for (size_t i = 0; i < n; i++)
		p[i] |= y->f.silent ? 0xff : y->f.stuck_high;
}

static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct faulty *y = (struct faulty *)s;

	if (chance(y, y->f.fail) || (y->f.die_after && y->passed > y->f.die_after))
		return fail(e, ERR_DEVICE, "the programmer does not answer; plug it in "
			    "again and add --resume");
	if (y->inner->run(y->inner, op, n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		y->passed += op[i].nrx;
		spoil(y, op[i].rx, op[i].nrx);
	}
	s->count = y->inner->count;
	return 0;
}

static void close_faulty(struct spi *s)
{
	struct faulty *y = (struct faulty *)s;

	y->inner->close(y->inner);
	free(y);
}

struct spi *faulty_spi(struct spi *inner, const struct faults *f)
{
	struct faulty *y = xcalloc(1, sizeof(*y));

	y->spi = *inner;
	y->spi.run = run;
	y->spi.close = close_faulty;
	y->inner = inner;
	y->f = *f;
	y->state = f->seed * 2 + 1;
	return &y->spi;
}
