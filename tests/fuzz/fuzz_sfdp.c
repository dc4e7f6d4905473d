/* fuzz_sfdp.c - a chip that says anything of itself is identified or refused */
#include <assert.h>

#include "acquire/sfdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct liar { struct spi spi; struct view says; unsigned frames; };

/* 9f, 05 and 5a are answered from the input, reads by their place. */
static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct liar *l = (struct liar *)s;

	(void)e;
	for (size_t i = 0; i < n; i++, l->frames++) {
		uint64_t at = op[i].ntx > 3 ? (uint64_t)op[i].tx[2] << 8 | op[i].tx[3] : 0;

		for (size_t k = 0; k < op[i].nrx; k++)
			op[i].rx[k] = op[i].tx[0] == 0x05 ? 0
				    : view_has(l->says, at + k, 1) ? l->says.p[at + k]
				    : (uint8_t)(at + k);
	}
	return 0;
}

static void close_liar(struct spi *s)
{
	(void)s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct liar l = { .spi = { .run = run, .close = close_liar },
			  .says = { data, size, 0 } };
	const struct nor_opts opts = { NULL, 0 };
	struct nor_chip chip;
	struct sfdp sfdp;
	struct err e;

	if (sfdp_parse(l.says, &sfdp)) {
		assert(sfdp.size);
		for (unsigned i = 1; i < NOR_ERASES; i++)
			assert(!sfdp.erase[i].size ||
			       sfdp.erase[i].size >= sfdp.erase[i - 1].size);
	}
	if (nor_identify(&l.spi, &opts, &chip, &e) == 0) {
		assert(chip.size && chip.page && chip.page <= NOR_PAGE);
		assert(chip.erase[0].size);
	}
	assert(l.frames < 10000);
	return 0;
}
