/*
 * serprog.c - programmers that speak serprog (flashrom's serial protocol)
 *
 * Little-endian, answers ACK (06) or NAK (15). 13h is one SPI frame: u24 slen,
 * u24 rlen, slen bytes; the answer is ACK and rlen bytes. Source: flashrom's
 * Documentation/serprog-protocol.
 */
#include <stdio.h>
#include <stdlib.h>

#include "acquire/spi.h"
#include "acquire/wire.h"
#include "core/mem.h"

enum { ACK = 0x06, NAK = 0x15, SYNCNOP = 0x10, SYNC_TRIES = 8,
       SYNC_MS = 300, TRIES = 4 };
enum { Q_CMDMAP = 0x02, Q_PGMNAME = 0x03, Q_SERBUF = 0x04, Q_WRNMAX = 0x08,
       Q_RDNMAX = 0x11, S_BUSTYPE = 0x12, O_SPIOP = 0x13, S_SPI_FREQ = 0x14,
       S_PIN_STATE = 0x15 };
enum { BUS_SPI = 8, ANSWER_MS = 3000, USUAL_PIECE = 64 * 1024, LEAST_PIECE = 256 };

struct serprog {
	struct spi spi;
	struct wire wire;
	struct buf in;
	uint8_t map[32];
	size_t room;		/* what it takes before it answers */
};

static bool knows(const struct serprog *p, unsigned command)
{
	return p->map[command / 8] >> (command % 8) & 1;
}

/* Wait until n bytes of answer are there. */
static int receive(struct serprog *p, size_t n, struct err *e)
{
	if (wire_expect(&p->wire, &p->in, n, ANSWER_MS, e) < 0)
		return -1;
	if (p->in.len >= n)
		return 0;
	fail(e, ERR_DEVICE, "the programmer does not answer (%zu of %zu bytes); plug it "
	     "in again", p->in.len, n);
	return err_about(e, p->wire.name);
}

/* NAK and ACK and nothing else as the answer to SYNCNOP. */
static bool is_in_step(struct serprog *p, struct err *e)
{
	static const uint8_t sync[] = { SYNCNOP };

	buf_clear(&p->in);
	return !wire_send(&p->wire, sync, 1, e) &&
	       !wire_expect(&p->wire, &p->in, 2, SYNC_MS, e) && p->in.len == 2 &&
	       p->in.p[0] == NAK && p->in.p[1] == ACK;
}

/* Whatever went wrong, both sides are at a command again. */
static int synchronise(struct serprog *p, struct err *e)
{
	static const uint8_t nops[8];

	for (int i = 0; i < SYNC_TRIES; i++) {
		buf_clear(&p->in);
		if (wire_send(&p->wire, nops, sizeof(nops), e) < 0 ||
		    wire_expect(&p->wire, &p->in, sizeof(nops), SYNC_MS, e) < 0)
			return -1;
		if (is_in_step(p, e))
			return 0;
		if (wire_receive(&p->wire, &p->in, 50, 300, e) < 0)
			return -1;
	}
	fail(e, ERR_DEVICE, "nobody speaks serprog there; check the port and the "
	     "programmer's firmware");
	return err_about(e, p->wire.name);
}

/* A command with a fixed answer. 0: ACK and n bytes in p->in; 1: NAK. */
static int command(struct serprog *p, const uint8_t *tx, size_t ntx, size_t n,
		   struct err *e)
{
	buf_clear(&p->in);
	if (wire_send(&p->wire, tx, ntx, e) < 0 || receive(p, 1, e) < 0)
		return -1;
	if (p->in.p[0] != ACK)
		return 1;
	return receive(p, n + 1, e);
}

static void put24(struct buf *b, size_t x)
{
	put8(b, (uint8_t)x);
	put8(b, (uint8_t)(x >> 8));
	put8(b, (uint8_t)(x >> 16));
}

static void put_frame(struct buf *b, const struct spi_op *op)
{
	put8(b, O_SPIOP);
	put24(b, op->ntx);
	put24(b, op->nrx);
	put(b, op->tx, op->ntx);
}

/* Some frames in one go; their answers follow each other. 1: out of step. */
static int exchange(struct serprog *p, const struct spi_op *op, size_t n,
		    struct err *e)
{
	struct buf tx = { 0 };
	size_t want = 0, at = 0;
	int r;

	for (size_t i = 0; i < n; i++) {
		put_frame(&tx, &op[i]);
		want += 1 + op[i].nrx;
	}
	buf_clear(&p->in);
	r = wire_send(&p->wire, tx.p, tx.len, e);
	p->spi.count.out++;
	p->spi.count.in++;
	p->spi.count.bytes += tx.len + want;
	buf_free(&tx);
	if (r < 0 || receive(p, want, e) < 0)
		return 1;
	for (size_t i = 0; i < n; i++) {
		if (p->in.p[at++] != ACK)
			return 1;
		if (op[i].nrx)
			memcpy(op[i].rx, p->in.p + at, op[i].nrx);
		at += op[i].nrx;
	}
	return p->in.len != want;
}

/* How many frames may be on their way: no more than its buffer holds. */
static size_t group(const struct serprog *p, const struct spi_op *op, size_t n)
{
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++) {
		bytes += 7 + op[i].ntx;
		if (i && bytes > p->room)
			return i;
	}
	return n;
}

/*
 * Frames that only read may be sent again after an error; those that write
 * too: a page program or an erase done twice does no harm, and without its
 * write enable it does nothing.
 */
static int run_group(struct serprog *p, const struct spi_op *op, size_t n,
		     struct err *e)
{
	for (int i = 0; i < TRIES; i++) {
		if (!exchange(p, op, n, e))
			return 0;
		p->spi.count.recoveries++;
		if (synchronise(p, e) < 0)
			return -1;
	}
	/* Some take no long frames, whatever they say: less the next time. */
	if (p->spi.most_rx > LEAST_PIECE)
		p->spi.most_rx /= 2;
	fail(e, ERR_DEVICE, "the programmer refuses (NAK) %d times; use a shorter cable "
	     "or a lower --speed", TRIES);
	return err_about(e, p->wire.name);
}

static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct serprog *p = (struct serprog *)s;

	for (size_t i = 0, some; i < n; i += some) {
		some = group(p, op + i, n - i);
		if (run_group(p, op + i, some, e) < 0)
			return -1;
	}
	return 0;
}

static int set_speed(struct spi *s, uint64_t hz, struct err *e)
{
	struct serprog *p = (struct serprog *)s;
	const uint8_t tx[] = { S_SPI_FREQ, (uint8_t)hz, (uint8_t)(hz >> 8),
			       (uint8_t)(hz >> 16), (uint8_t)(hz >> 24) };
	int r;

	if (!knows(p, S_SPI_FREQ))
		return 0;
	r = command(p, tx, sizeof(tx), 4, e);
	if (r)
		return r < 0 ? -1 : 0;
	s->hz = p->in.p[1] | (uint64_t)p->in.p[2] << 8 | (uint64_t)p->in.p[3] << 16 |
		(uint64_t)p->in.p[4] << 24;
	return 0;
}

static void close_serprog(struct spi *s)
{
	struct serprog *p = (struct serprog *)s;
	const uint8_t off[] = { S_PIN_STATE, 0 };
	struct err ignored;

	if (knows(p, S_PIN_STATE))
		command(p, off, sizeof(off), 0, &ignored);
	wire_close(&p->wire);
	buf_free(&p->in);
	free(p);
}

/* The largest transfer of one kind; 0 in the answer means 2^24. */
static size_t ask_limit(struct serprog *p, uint8_t query, struct err *e)
{
	size_t n;

	if (!knows(p, query) || command(p, &query, 1, 3, e))
		return USUAL_PIECE;
	n = p->in.p[1] | (size_t)p->in.p[2] << 8 | (size_t)p->in.p[3] << 16;
	return n && n < USUAL_PIECE ? n : USUAL_PIECE;
}

/* Where it does not say, one frame at a time. */
static size_t ask_room(struct serprog *p, struct err *e)
{
	const uint8_t query[] = { Q_SERBUF };

	if (!knows(p, Q_SERBUF) || command(p, query, 1, 2, e))
		return 0;
	return p->in.p[1] | (size_t)p->in.p[2] << 8;
}

static int introduce(struct serprog *p, struct err *e)
{
	static const uint8_t map[] = { Q_CMDMAP }, name[] = { Q_PGMNAME },
			     bus[] = { S_BUSTYPE, BUS_SPI }, on[] = { S_PIN_STATE, 1 };
	int r = command(p, map, 1, 32, e);

	if (r < 0)
		return -1;
	if (!r)
		memcpy(p->map, p->in.p + 1, sizeof(p->map));
	if (r || !knows(p, O_SPIOP)) {
		fail(e, ERR_DEVICE, "the programmer has no SPI (serprog command 13h); "
		     "take another");
		return err_about(e, p->wire.name);
	}
	snprintf(p->spi.name, sizeof(p->spi.name), "serprog at %.60s", p->wire.name);
	if (knows(p, Q_PGMNAME) && !command(p, name, 1, 16, e))
		snprintf(p->spi.name, sizeof(p->spi.name), "serprog \"%.16s\" at %.40s",
			 (const char *)p->in.p + 1, p->wire.name);
	if ((knows(p, S_BUSTYPE) && command(p, bus, sizeof(bus), 0, e) < 0) ||
	    (knows(p, S_PIN_STATE) && command(p, on, sizeof(on), 0, e) < 0))
		return -1;
	p->room = ask_room(p, e);
	p->spi.most_rx = ask_limit(p, Q_RDNMAX, e);
	p->spi.most_tx = ask_limit(p, Q_WRNMAX, e);
	return 0;
}

static struct spi *open_serprog(const struct spi_opts *o, struct err *e)
{
	struct serprog *p = xcalloc(1, sizeof(*p));

	p->wire.fd = -1;
	p->spi = (struct spi){ .run = run, .set_speed = set_speed,
			       .close = close_serprog };
	if (wire_open(&p->wire, o->id, 115200, e) < 0 || synchronise(p, e) < 0 ||
	    introduce(p, e) < 0 || (o->hz && set_speed(&p->spi, o->hz, e) < 0)) {
		close_serprog(&p->spi);
		return NULL;
	}
	return &p->spi;
}

const struct programmer programmer_serprog = {
	.name = "serprog",
	.arg = "PORT",
	.needs_arg = true,
	.summary = "serprog on a serial port or HOST:PORT",
	.open = open_serprog,
};
