/* norprotect.c - write protection: told, lifted when asked, put back */
#include "acquire/nor.h"

#include <unistd.h>

enum { WIP = 1, WEL = 2, COMPLEMENT = 0x40, BLOCK = 64 * 1024,
       SETTLE_US = 1000, SETTLES = 200 };

/*
 * Which bits of the first status register say how much is protected, lowest
 * first, and which one turns it to the bottom (datasheets). Types: 0 is any.
 */
static const struct layout {
	uint8_t maker, type, bits[4], bottom;
	bool by_block;		/* one step is 64 KiB, whatever the size */
} layouts[] = {
	{ 0xc2, 0x00, { 0x04, 0x08, 0x10, 0x20 }, 0, true },
	{ 0x9d, 0x00, { 0x04, 0x08, 0x10, 0x20 }, 0, true },
	{ 0x1c, 0x00, { 0x04, 0x08, 0x10, 0x20 }, 0, true },
	{ 0x20, 0xba, { 0x04, 0x08, 0x10, 0x40 }, 0x20, true },
	{ 0x20, 0xbb, { 0x04, 0x08, 0x10, 0x40 }, 0x20, true },
	{ 0x20, 0x70, { 0x04, 0x08, 0x10, 0x20 }, 0, true },
	{ 0x00, 0x00, { 0x04, 0x08, 0x10, 0 }, 0x20, false },
};

static const struct layout *layout_of(const struct nor *n)
{
	const struct layout *l = layouts;

	while (l->maker && (l->maker != n->chip.id[0] ||
			    (l->type && l->type != n->chip.id[1])))
		l++;
	return l;
}

static uint8_t mask_of(const struct layout *l)
{
	return (uint8_t)(l->bits[0] | l->bits[1] | l->bits[2] | l->bits[3]);
}

/* SST26 chips keep a bit for each block, all of them set at power-on. */
static size_t lock_bytes(const struct nor *n)
{
	return n->chip.id[0] == 0xbf && n->chip.id[1] == 0x26
		? 2 + n->chip.size / (512 * 1024) : 0;
}

int nor_status(struct nor *n, uint8_t *sr1, uint8_t *sr2, struct err *e)
{
	static const uint8_t one[] = { 0x05 }, two[] = { 0x35 };
	const struct spi_op ops[] = { { one, 1, sr1, 1 }, { two, 1, sr2, 1 } };

	return n->spi->run(n->spi, ops, 2, e);
}

int nor_lock_read(struct nor *n, struct nor_lock *l, struct err *e)
{
	static const uint8_t rbpr[] = { 0x72 };

	*l = (struct nor_lock){ .nbits = lock_bytes(n) };
	if (l->nbits > sizeof(l->bits))
		l->nbits = sizeof(l->bits);
	if (nor_status(n, &l->sr1, &l->sr2, e) < 0)
		return -1;
	return l->nbits ? spi_one(n->spi, rbpr, 1, l->bits, l->nbits, e) : 0;
}

/* Chips without a second register answer ff. */
static bool has_second(const struct nor *n, uint8_t sr2)
{
	return !layout_of(n)->by_block && sr2 != 0xff;
}

static struct nor_range range_of(const struct nor *n, const struct nor_lock *lock)
{
	const struct layout *l = layout_of(n);
	struct nor_range r = { 0, n->chip.size };
	uint64_t step = l->by_block ? BLOCK : n->chip.size / 64;
	unsigned value = 0, most = l->bits[3] ? 15 : 7;

	for (unsigned i = 0; i < 4; i++)
		value |= l->bits[i] && lock->sr1 & l->bits[i] ? 1u << i : 0;
	step = step < BLOCK ? BLOCK : step;
	if (!value)
		r.size = 0;
	else if (value < most && step << (value - 1) < n->chip.size)
		r.size = step << (value - 1);
	if (!l->bottom || !(lock->sr1 & l->bottom))
		r.at = n->chip.size - r.size;
	/* CMP: all but that. */
	if (!has_second(n, lock->sr2) || !(lock->sr2 & COMPLEMENT))
		return r;
	if (!r.size)
		return (struct nor_range){ 0, n->chip.size };
	return r.at ? (struct nor_range){ 0, r.at }
		    : (struct nor_range){ r.size, n->chip.size - r.size };
}

int nor_protected(struct nor *n, struct nor_range *r, struct err *e)
{
	struct nor_lock lock;

	*r = (struct nor_range){ 0 };
	if (nor_lock_read(n, &lock, e) < 0)
		return -1;
	if (lock.sr1 != 0xff)
		*r = range_of(n, &lock);
	for (size_t i = 0; i < lock.nbits; i++)
		if (lock.bits[i])
			*r = (struct nor_range){ 0, n->chip.size };
	return 0;
}

static int settle(struct nor *n, uint8_t *sr1, uint8_t *sr2, struct err *e)
{
	for (unsigned i = 0; i < SETTLES; i++) {
		if (nor_status(n, sr1, sr2, e) < 0)
			return -1;
		if (!(*sr1 & WIP))
			break;
		usleep(SETTLE_US);
	}
	return 0;
}

/* Where 01h does not reach it. */
static int write_second(struct nor *n, uint8_t two, struct err *e)
{
	static const uint8_t wren[] = { 0x06 };
	const uint8_t tx[] = { 0x31, two };
	const struct spi_op ops[] = { { wren, 1, NULL, 0 }, { tx, 2, NULL, 0 } };
	uint8_t sr1, sr2;

	if (n->spi->run(n->spi, ops, 2, e) < 0 || settle(n, &sr1, &sr2, e) < 0)
		return -1;
	if (!((sr2 ^ two) & COMPLEMENT))
		return 0;
	fail(e, ERR_DEVICE, "status register 2 stays %02x, the WP# pin holds it; connect "
	     "WP# to 3.3 V", sr2);
	return err_about(e, "chip");
}

/* Both registers at once where there are two; chips that want one byte alone
   ignore that, so they are asked again. */
static int write_status(struct nor *n, uint8_t one, uint8_t two, struct err *e)
{
	static const uint8_t wren[] = { 0x06 }, ewsr[] = { 0x50 };
	const uint8_t tx[] = { 0x01, one, two };
	bool old = n->chip.id[0] == 0xbf && n->chip.id[1] == 0x25;
	struct spi_op ops[] = { { old ? ewsr : wren, 1, NULL, 0 }, { tx, 3, NULL, 0 } };
	uint8_t mask = mask_of(layout_of(n)), sr1, sr2;

	for (ops[1].ntx = layout_of(n)->by_block || old ? 2 : 3; ops[1].ntx > 1;
	     ops[1].ntx--) {
		if (n->spi->run(n->spi, ops, 2, e) < 0 ||
		    settle(n, &sr1, &sr2, e) < 0)
			return -1;
		if ((sr1 & mask) == (one & mask))
			return has_second(n, sr2) && (sr2 ^ two) & COMPLEMENT
				? write_second(n, two, e) : 0;
	}
	fail(e, ERR_DEVICE, "status register stays %02x, the WP# pin holds it; connect "
	     "WP# to 3.3 V", sr1);
	return err_about(e, "chip");
}

int nor_unprotect(struct nor *n, const struct nor_lock *was, struct err *e)
{
	static const uint8_t wren[] = { 0x06 }, global[] = { 0x98 };
	const struct spi_op ops[] = { { wren, 1, NULL, 0 }, { global, 1, NULL, 0 } };
	uint8_t keep;

	if (was->nbits && n->spi->run(n->spi, ops, 2, e) < 0)
		return -1;
	keep = (uint8_t)~(mask_of(layout_of(n)) | WIP | WEL);
	return write_status(n, was->sr1 & keep, was->sr2 & (uint8_t)~COMPLEMENT, e);
}

int nor_protect(struct nor *n, const struct nor_lock *was, struct err *e)
{
	static const uint8_t wren[] = { 0x06 };
	uint8_t tx[1 + sizeof(was->bits)] = { 0x42 };
	const struct spi_op ops[] = { { wren, 1, NULL, 0 },
				      { tx, 1 + was->nbits, NULL, 0 } };

	memcpy(tx + 1, was->bits, was->nbits);
	if (was->nbits && n->spi->run(n->spi, ops, 2, e) < 0)
		return -1;
	return write_status(n, was->sr1 & (uint8_t)~(WIP | WEL), was->sr2, e);
}
