/* nor.c - SPI NOR flash: read, erase, program */
#include "acquire/nor.h"

#include <unistd.h>

#include "acquire/clock.h"

enum { READ_PIECE = 64 * 1024, SEGMENT = 1 << 24, POLLS = 16, ERASE_MS = 3000 };
enum { WIP = 1, WEL = 2 };

static unsigned put_command(const struct nor *n, uint8_t op, uint64_t at,
			    uint8_t *tx)
{
	unsigned k = 0;

	at = n->chip.die ? at % n->chip.die : at;
	tx[k++] = op;
	for (unsigned i = n->chip.address_bytes; i-- > 0; )
		tx[k++] = (uint8_t)(at >> 8 * i);
	return k;
}

/* Which die is meant, and the upper address byte where a register has it. */
static int set_segment(struct nor *n, uint64_t at, struct err *e)
{
	const uint8_t wren[] = { 0x06 };
	const uint8_t die[] = { 0xc2, (uint8_t)(n->chip.die ? at / n->chip.die : 0) };
	const uint8_t extend[] = { 0xc5, (uint8_t)(at / SEGMENT) };
	const struct spi_op ops[] = { { wren, 1, NULL, 0 }, { extend, 2, NULL, 0 } };

	if (n->chip.die && spi_one(n->spi, die, 2, NULL, 0, e) < 0)
		return -1;
	if (n->chip.mode != NOR_4BYTE_EXTENDED)
		return 0;
	return n->spi->run(n->spi, ops, 2, e);
}

static size_t read_piece(const struct nor *n, uint64_t at, size_t len)
{
	size_t most = n->spi->most_rx && n->spi->most_rx < READ_PIECE
		? n->spi->most_rx : READ_PIECE;

	if (len > most)
		len = most;
	/* Stacked dies wrap at their ends, and a register reaches no further. */
	if (len > SEGMENT - at % SEGMENT)
		len = SEGMENT - at % SEGMENT;
	return len;
}

static int tick(struct nor *n, uint64_t done, uint64_t total, struct err *e)
{
	if (n->tick && n->tick(done, total, n->arg))
		return fail(e, ERR_DEVICE, "stopped; run again with --resume");
	return 0;
}

/* One piece; after an error a smaller one, as long as the cable offers that. */
static int read_some(struct nor *n, uint64_t at, uint8_t *dst, size_t len,
		     size_t *got, struct err *e)
{
	uint8_t tx[16];

	for (;;) {
		size_t piece = read_piece(n, at, len);
		unsigned k = put_command(n, n->chip.read_op, at, tx);

		for (unsigned i = 0; i < n->chip.read_dummy; i++)
			tx[k++] = 0;
		*got = piece;
		if (!set_segment(n, at, e) && !spi_one(n->spi, tx, k, dst, piece, e))
			return 0;
		if (e->kind != ERR_DEVICE || read_piece(n, at, len) >= piece)
			return -1;
	}
}

int nor_read(struct nor *n, uint64_t at, uint8_t *dst, size_t len, struct err *e)
{
	for (size_t done = 0, got; done < len; done += got)
		if (read_some(n, at + done, dst + done, len - done, &got, e) < 0 ||
		    tick(n, done + got, len, e) < 0)
			return -1;
	return 0;
}

/* Status is read continuously: one frame gives many looks. */
static int wait_ready(struct nor *n, uint64_t at, unsigned most_ms, struct err *e)
{
	static const uint8_t rdsr[] = { 0x05 }, rdfsr[] = { 0x70 };
	int64_t end = now_ms() + most_ms;
	uint8_t sr[POLLS], flag = 0x80;

	for (unsigned pause = 0; ; pause = pause < 2000 ? pause + 50 : pause) {
		if (spi_one(n->spi, rdsr, 1, sr, POLLS, e) < 0 ||
		    (n->chip.flag_status && spi_one(n->spi, rdfsr, 1, &flag, 1, e) < 0))
			return -1;
		if (!(sr[POLLS - 1] & WIP) && flag & 0x80 && sr[POLLS - 1] != 0xff)
			return 0;
		if (now_ms() > end)
			break;
		usleep(pause);
	}
	fail_at(e, at, "the chip is still busy after %u ms (status %02x); check the "
		"clip and run again with --resume", most_ms, sr[POLLS - 1]);
	e->kind = ERR_DEVICE;
	return err_about(e, "chip");
}

/* The largest unit that begins at `at` and fits, smallest if none does. */
static const struct nor_erase *unit_for(const struct nor *n, uint64_t at,
					uint64_t size)
{
	const struct nor_erase *best = NULL;

	for (unsigned i = 0; i < NOR_ERASES && n->chip.erase[i].size; i++) {
		const struct nor_erase *u = &n->chip.erase[i];

		if (at % u->size == 0 && u->size <= size)
			best = u;
	}
	return best;
}

int nor_erase(struct nor *n, uint64_t at, uint64_t size, struct err *e)
{
	static const uint8_t wren[] = { 0x06 };

	for (uint64_t done = 0; done < size; ) {
		const struct nor_erase *u = unit_for(n, at + done, size - done);
		struct spi_op ops[2] = { { wren, 1, NULL, 0 } };
		uint8_t tx[8];

		if (!u) {
			fail_at(e, at + done, "no erase unit of the chip fits %llu bytes "
				"here; give whole blocks",
				(unsigned long long)(size - done));
			return err_about(e, "chip");
		}
		ops[1] = (struct spi_op){ tx, put_command(n, u->opcode, at + done, tx),
					  NULL, 0 };
		if (set_segment(n, at + done, e) < 0 ||
		    n->spi->run(n->spi, ops, 2, e) < 0 ||
		    wait_ready(n, at + done, ERASE_MS + u->size / 16, e) < 0)
			return -1;
		done += u->size;
		if (tick(n, done, size, e) < 0)
			return -1;
	}
	return 0;
}

static int program_page(struct nor *n, uint64_t at, struct view page, struct err *e)
{
	static const uint8_t wren[] = { 0x06 }, rdsr[] = { 0x05 };
	uint8_t tx[8 + NOR_PAGE], sr[POLLS];
	unsigned k = put_command(n, n->chip.program_op, at, tx);
	const struct spi_op ops[] = {
		{ wren, 1, NULL, 0 }, { tx, k + page.len, NULL, 0 },
		{ rdsr, 1, sr, POLLS },
	};

	memcpy(tx + k, page.p, page.len);
	if (n->spi->run(n->spi, ops, 3, e) < 0)
		return -1;
	if (!(sr[POLLS - 1] & WIP) && !n->chip.flag_status && sr[POLLS - 1] != 0xff)
		return 0;
	return wait_ready(n, at, 1000, e);
}

int nor_program(struct nor *n, uint64_t at, struct view bytes, struct err *e)
{
	for (uint64_t done = 0; done < bytes.len; ) {
		uint64_t room = n->chip.page - (at + done) % n->chip.page;
		struct view page = view_upto(bytes, done, room);

		if (view_run(page, 0xff) != page.len &&
		    (set_segment(n, at + done, e) < 0 ||
		     program_page(n, at + done, page, e) < 0))
			return -1;
		done += page.len;
		if (tick(n, done, bytes.len, e) < 0)
			return -1;
	}
	return 0;
}

void nor_release(struct nor *n)
{
	static const uint8_t wrdi[] = { 0x04 }, leave[] = { 0xe9 };
	const struct spi_op ops[] = { { leave, 1, NULL, 0 }, { wrdi, 1, NULL, 0 } };
	bool entered = n->chip.mode == NOR_4BYTE_ENTER ||
		       n->chip.mode == NOR_4BYTE_WREN_ENTER;
	struct err ignored;

	if (n->chip.mode == NOR_4BYTE_EXTENDED)
		set_segment(n, 0, &ignored);
	n->spi->run(n->spi, entered ? ops : ops + 1, entered ? 2 : 1, &ignored);
}
