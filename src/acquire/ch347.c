/*
 * ch347.c - the WCH CH347T and CH347F in SPI mode
 *
 * A frame is a command, a length of 16 bits, and that many bytes, at most 510
 * together: C0 sets the bus up (29 bytes as CA gives them; the divider of 60
 * MHz in bits 5:3 of byte 15), C1 moves the selects (80 low, C0 high) and has
 * no answer, C2 sends and receives, C3 receives what its 32 bits say, in
 * frames, C4 sends and is answered by a status byte. Sources: the vendor's
 * driver, and the public notes on what it puts on the wire.
 */
#include <stdio.h>
#include <stdlib.h>

#include "acquire/usb.h"
#include "core/buf.h"
#include "core/mem.h"

enum { OUT = 0x06, IN = 0x86, HEAD = 3, LOAD = 507 };
enum { SET_UP = 0xc0, SELECT = 0xc1, EXCHANGE = 0xc2, RECEIVE = 0xc3, SEND = 0xc4,
       GET_SETUP = 0xca };
enum { CS_LOW = 0x80, CS_HIGH = 0xc0 };
enum { BASE_HZ = 60000000, USUAL_HZ = 15000000, SLOWEST = 7 };
enum { DEPTH = 16, TIMEOUT_MS = 2000, MOST_RX = 64 * 1024, LEAST_RX = 512, TRIES = 3 };

static const struct usb_id ids[] = {
	{ 0x1a86, 0x55db, 2 }, { 0x1a86, 0x55de, 4 }, { 0, 0, 0 }
};
/* The same chip with other functions: serial ports, HID, JTAG. */
static const struct usb_id wrong_mode[] = {
	{ 0x1a86, 0x55da, 0 }, { 0x1a86, 0x55dc, 0 }, { 0x1a86, 0x55dd, 0 }, { 0, 0, 0 }
};

struct ch347 {
	struct spi spi;
	struct usb usb;
	unsigned divider;	/* the clock is 60 MHz shifted by it */
	size_t most;		/* of one frame; halved after an error */
	struct buf out;		/* commands not sent yet, */
	struct view *outs;	/* each a transfer of its own */
	size_t nouts, cap;
};

/* Answers as they come: command, length, bytes, as a stream. */
struct answer {
	uint8_t command, *dst;
	size_t want, got;
	uint8_t head[HEAD];
	size_t nhead, left;
};

static int take(void *arg, const uint8_t *p, size_t n)
{
	struct answer *a = arg;

	while (n) {
		size_t some = n < a->left ? n : a->left;

		if (some) {
			memcpy(a->dst + a->got, p, some);
			a->got += some;
			a->left -= some;
			p += some;
			n -= some;
			if (!a->left)
				a->nhead = 0;
			continue;
		}
		a->head[a->nhead++] = *p++;
		n--;
		if (a->nhead < HEAD)
			continue;
		a->left = a->head[1] | (size_t)a->head[2] << 8;
		if (a->head[0] != a->command || !a->left || a->left > a->want - a->got)
			return -1;
	}
	return a->got == a->want;
}

static void put_command(struct ch347 *c, uint8_t command, const void *p, size_t n)
{
	c->outs = xgrow(c->outs, &c->cap, c->nouts + 1, sizeof(*c->outs));
	c->outs[c->nouts++] = (struct view){ .at = c->out.len, .len = HEAD + n };
	put8(&c->out, command);
	put8(&c->out, (uint8_t)n);
	put8(&c->out, (uint8_t)(n >> 8));
	put(&c->out, p, n);
}

static void put_select(struct ch347 *c, uint8_t level)
{
	const uint8_t pins[10] = { level };

	put_command(c, SELECT, pins, sizeof(pins));
}

/* Send what waits; `want` bytes of answers to `command` go to dst. */
static int converse(struct ch347 *c, uint8_t command, void *dst, size_t want,
		    size_t packets)
{
	struct answer a = { .command = command, .dst = dst, .want = want };
	const struct usb_exchange x = {
		.eo = OUT, .ei = IN, .depth = DEPTH, .timeout_ms = TIMEOUT_MS,
		.out = c->outs, .nout = c->nouts, .npieces = packets, .take = take,
		.arg = &a,
	};
	int r;

	for (size_t i = 0; i < c->nouts; i++)
		c->outs[i].p = c->out.p + c->outs[i].at;
	r = usb_exchange(&c->usb, &x, &c->spi.count);
	buf_clear(&c->out);
	c->nouts = 0;
	return r;
}

/* Mode 0, most significant bit first, both selects active low; all high. */
static int init(struct ch347 *c)
{
	const uint8_t setup[26] = { [2] = 4, [3] = 1, [11] = 2,
				    [12] = (uint8_t)(c->divider << 3), [16] = 7 };
	const uint8_t one = 1;
	uint8_t was[26], status;

	buf_clear(&c->out);
	c->nouts = 0;
	put_command(c, GET_SETUP, &one, 1);
	if (converse(c, GET_SETUP, was, sizeof(was), 1))
		return 1;
	put_command(c, SET_UP, setup, sizeof(setup));
	if (converse(c, SET_UP, &status, 1, 1))
		return 1;
	put_select(c, CS_HIGH);
	return converse(c, 0, NULL, 0, 0);
}

/* Short ones go out and come back in one packet. */
static int small_frame(struct ch347 *c, const struct spi_op *op)
{
	uint8_t bytes[LOAD];
	size_t n = op->ntx + op->nrx;

	memset(bytes, 0xff, sizeof(bytes));
	memcpy(bytes, op->tx, op->ntx);
	put_command(c, EXCHANGE, bytes, n);
	if (converse(c, EXCHANGE, bytes, n, 1))
		return 1;
	memcpy(op->rx, bytes + op->ntx, op->nrx);
	return 0;
}

static int large_frame(struct ch347 *c, const struct spi_op *op)
{
	size_t packets = (op->ntx + LOAD - 1) / LOAD;
	const uint8_t count[4] = { (uint8_t)op->nrx, (uint8_t)(op->nrx >> 8),
				   (uint8_t)(op->nrx >> 16), (uint8_t)(op->nrx >> 24) };
	uint8_t *status = xmalloc(packets);
	int r;

	for (size_t at = 0; at < op->ntx; at += LOAD)
		put_command(c, SEND, op->tx + at,
			    op->ntx - at < LOAD ? op->ntx - at : LOAD);
	r = converse(c, SEND, status, packets, packets);
	free(status);
	if (r || !op->nrx)
		return r;
	put_command(c, RECEIVE, count, sizeof(count));
	return converse(c, RECEIVE, op->rx, op->nrx, (op->nrx + LOAD - 1) / LOAD);
}

static int exchange(struct ch347 *c, const struct spi_op *op, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool is_small = op[i].nrx && op[i].ntx + op[i].nrx <= LOAD;

		put_select(c, CS_LOW);
		if (is_small ? small_frame(c, &op[i]) : large_frame(c, &op[i]))
			return 1;
		put_select(c, CS_HIGH);
	}
	return converse(c, 0, NULL, 0, 0);
}

/* Cancelled already: throw away what comes, begin again, slower, with less. */
static void recover(struct ch347 *c)
{
	c->spi.count.recoveries++;
	usb_drain(&c->usb, IN);
	if (c->most > LEAST_RX)
		c->most /= 2;
	if (c->divider < SLOWEST)
		c->divider++;
	c->spi.hz = BASE_HZ >> c->divider;
	c->spi.top_hz = 0;
	if (init(c))
		usb_drain(&c->usb, IN);
}

static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct ch347 *c = (struct ch347 *)s;

	for (int i = 0; i < TRIES; i++) {
		if (!exchange(c, op, n))
			return 0;
		recover(c);
		s->most_rx = c->most;
	}
	fail(e, ERR_DEVICE, "does not answer after %d tries; plug it in again, into "
	     "another port, and add --resume", TRIES);
	return err_about(e, s->name);
}

static int set_speed(struct spi *s, uint64_t hz, struct err *e)
{
	struct ch347 *c = (struct ch347 *)s;

	for (c->divider = 0; c->divider < SLOWEST; c->divider++)
		if ((uint64_t)BASE_HZ >> c->divider <= hz)
			break;
	s->hz = BASE_HZ >> c->divider;
	if (!init(c))
		return 0;
	fail(e, ERR_DEVICE, "does not answer; plug it in again");
	return err_about(e, s->name);
}

static void close_ch347(struct spi *s)
{
	struct ch347 *c = (struct ch347 *)s;

	usb_close(&c->usb);
	buf_free(&c->out);
	free(c->outs);
	free(c);
}

static struct spi *open_ch347(const struct spi_opts *o, struct err *e)
{
	struct ch347 *c = xcalloc(1, sizeof(*c));

	c->spi = (struct spi){ .run = run, .set_speed = set_speed, .close = close_ch347,
			       .most_rx = MOST_RX, .most_tx = MOST_RX,
			       .top_hz = o->hz ? 0 : BASE_HZ };
	c->most = MOST_RX;
	if (usb_open(&c->usb, ids, o->id, "CH347", e) < 0) {
		usb_other_mode(ids, wrong_mode, "the CH347 is in another mode (%s); set "
			       "its mode pins to mode 1 (SPI) and plug it in again", e);
		free(c);
		return NULL;
	}
	snprintf(c->spi.name, sizeof(c->spi.name), "CH347%c 1a86:%04x, bus %u device %u",
		 c->usb.id->interface == 2 ? 'T' : 'F', c->usb.id->product, c->usb.bus,
		 c->usb.address);
	usb_drain(&c->usb, IN);
	if (set_speed(&c->spi, o->hz ? o->hz : USUAL_HZ, e) < 0) {
		close_ch347(&c->spi);
		return NULL;
	}
	return &c->spi;
}

static int list(struct plugged *p, int most)
{
	return usb_list(ids, "ch347", p, most);
}

const struct programmer programmer_ch347 = {
	.name = "ch347",
	.arg = "ID",
	.summary = "WCH CH347T and CH347F",
	.open = open_ch347,
	.list = list,
};
