/* norspeed.c - the fastest clock at which a chip still reads the same */
#include <stdlib.h>

#include "acquire/nor.h"
#include "core/mem.h"

enum { PLACES = 3, SAMPLE = 1024, IDS = 16, ROOM = PLACES * SAMPLE + IDS * 3,
       READS = 3, LEAST_HZ = 500000 };
/* Some chips promise no more than this for 03h (datasheets of the MX25L). */
enum { PLAIN_READ_HZ = 33000000 };

/* The id, many times, and the beginning, the middle and the end. */
static int take_sample(struct nor *n, uint8_t *p, struct err *e)
{
	static const uint8_t rdid[] = { 0x9f };
	struct spi_op ops[IDS];

	for (unsigned i = 0; i < IDS; i++, p += 3)
		ops[i] = (struct spi_op){ rdid, 1, p, 3 };
	if (n->spi->run(n->spi, ops, IDS, e) < 0)
		return -1;
	for (unsigned i = 0; i < PLACES; i++, p += SAMPLE)
		if (nor_read(n, (n->chip.size - SAMPLE) / (PLACES - 1) * i, p, SAMPLE,
			     e) < 0)
			return -1;
	return 0;
}

/* How often in a row the sample is `want`: READS, or fewer; -1: no cable. */
static int agree(struct nor *n, const uint8_t *want, struct err *e)
{
	uint8_t *got = xmalloc(ROOM);
	int r = 0, i;

	for (i = 0; !r && i < READS; i++) {
		r = take_sample(n, got, e);
		if (!r && memcmp(got, want, ROOM))
			break;
	}
	free(got);
	return r < 0 ? -1 : i;
}

static void read_fast(struct nor_chip *c)
{
	if (c->read_dummy)
		return;
	c->read_op = c->read_op == 0x13 ? 0x0c : 0x0b;
	c->read_dummy = 1;
}

/* One step: 1 it holds, 0 it does not and all is as before, -1 no cable. */
static int try_twice_the_clock(struct nor *n, const uint8_t *want, struct err *e)
{
	struct nor_chip was = n->chip;
	uint64_t hz = n->spi->hz;
	int r = n->spi->set_speed(n->spi, hz * 2, e);

	if (n->spi->hz > PLAIN_READ_HZ)
		read_fast(&n->chip);
	if (!r)
		r = agree(n, want, e);
	if (r == READS && n->spi->hz > hz)
		return 1;
	n->chip = was;
	n->spi->top_hz = 0;
	return n->spi->set_speed(n->spi, hz, e);
}

int nor_raise_speed(struct nor *n, struct err *e)
{
	uint8_t *want;
	int r;

	if (!n->spi->set_speed || !n->spi->hz || n->spi->hz * 2 > n->spi->top_hz ||
	    n->chip.size < SAMPLE)
		return 0;
	want = xmalloc(ROOM);
	r = take_sample(n, want, e);
	if (!r)
		r = agree(n, want, e) == READS;
	while (r > 0 && n->spi->hz * 2 <= n->spi->top_hz)
		r = try_twice_the_clock(n, want, e);
	free(want);
	return r < 0 ? -1 : 0;
}

void nor_lower_speed(struct nor *n)
{
	struct err ignored;

	if (n->spi->set_speed && n->spi->hz / 2 >= LEAST_HZ)
		n->spi->set_speed(n->spi, n->spi->hz / 2, &ignored);
}
