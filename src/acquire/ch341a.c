/*
 * ch341a.c - the WCH CH341A in SPI mode
 *
 * Packets of 32 bytes; the first byte is the command. A8 clocks up to 31 bytes
 * and answers as many in one packet; AB drives the pins (80|out, 40|dir,
 * 20 ends). Bits go out LSB first, so every byte is turned round. Chip select
 * is pin D0. Source: the vendor's and the kernel's drivers for the chip.
 */
#include <stdio.h>
#include <stdlib.h>

#include "acquire/usb.h"
#include "core/buf.h"
#include "core/mem.h"

enum { OUT = 0x02, IN = 0x82, PACKET = 32, LOAD = 31 };
enum { SPI_STREAM = 0xa8, UIO_STREAM = 0xab, UIO_END = 0x20 };
enum { CS_HIGH = 0xb7, CS_LOW = 0xb6, DIR_OUT = 0x7f, DIR_IN = 0x40 };
enum { DEPTH = 32, TIMEOUT_MS = 2000, MOST_RX = 64 * 1024, LEAST_RX = 256,
       TRIES = 3 };

static const struct usb_id ids[] = { { 0x1a86, 0x5512, 0 }, { 0, 0, 0 } };
/* The same chip with its jumper elsewhere; the last is a CH340 as well. */
static const struct usb_id wrong_mode[] = {
	{ 0x1a86, 0x5523, 0 }, { 0x1a86, 0x7523, 0 }, { 0, 0, 0 }
};

struct ch341a {
	struct spi spi;
	struct usb usb;
	size_t most;		/* of one frame; halved after an error */
	struct buf out, in;
	struct view *outs;	/* one a frame, into out */
	size_t nouts, capouts;
	uint16_t *piece;	/* the lengths of the replies */
	size_t npieces, cap;
};

static uint8_t turn(uint8_t b)
{
	b = (uint8_t)(b >> 4 | b << 4);
	b = (uint8_t)((b & 0xcc) >> 2 | (b & 0x33) << 2);
	return (uint8_t)((b & 0xaa) >> 1 | (b & 0x55) << 1);
}

static int pins(struct ch341a *c, const uint8_t *cmd, size_t n)
{
	int sent = 0;

	return libusb_bulk_transfer(c->usb.dev, OUT, (unsigned char *)(uintptr_t)cmd,
				    (int)n, &sent, TIMEOUT_MS) || sent != (int)n;
}

/* 60h|1: the clock of the vendor's tool; then the pins as outputs, CS high. */
static int init(struct ch341a *c)
{
	static const uint8_t speed[] = { 0xaa, 0x61, 0x00 };
	static const uint8_t drive[] = { UIO_STREAM, CS_HIGH, DIR_OUT, UIO_END };

	return pins(c, speed, sizeof(speed)) || pins(c, drive, sizeof(drive));
}

/* CS up for some microseconds, then down, in a packet of its own. */
static void put_select(struct ch341a *c)
{
	static const uint8_t pluck[] = { UIO_STREAM, CS_HIGH, CS_HIGH, CS_HIGH, CS_LOW,
					 UIO_END };

	put(&c->out, pluck, sizeof(pluck));
	put_fill(&c->out, 0, PACKET - sizeof(pluck));
}

static void put_frame(struct ch341a *c, const struct spi_op *op)
{
	size_t total = op->ntx + op->nrx;

	put_select(c);
	for (size_t at = 0; at < total; ) {
		size_t n = total - at < LOAD ? total - at : LOAD;

		put8(&c->out, SPI_STREAM);
		for (size_t i = 0; i < n; i++, at++)
			put8(&c->out, at < op->ntx ? turn(op->tx[at]) : 0xff);
		c->piece = xgrow(c->piece, &c->cap, c->npieces + 1, sizeof(*c->piece));
		c->piece[c->npieces++] = (uint16_t)n;
	}
}

/* CS must rise for an erase or a program to begin. */
static void put_deselect(struct ch341a *c)
{
	static const uint8_t up[] = { UIO_STREAM, CS_HIGH, UIO_END };

	put(&c->out, up, sizeof(up));
}

/* Where each frame lies is known when out has stopped growing. */
static void mark(struct ch341a *c, size_t *from)
{
	c->outs = xgrow(c->outs, &c->capouts, c->nouts + 1, sizeof(*c->outs));
	c->outs[c->nouts++] = (struct view){ .at = *from, .len = c->out.len - *from };
	*from = c->out.len;
}

static void settle(struct ch341a *c)
{
	for (size_t i = 0; i < c->nouts; i++)
		c->outs[i].p = c->out.p + c->outs[i].at;
}

static void take_replies(struct ch341a *c, const struct spi_op *op, size_t n)
{
	const uint8_t *p = c->in.p;

	for (size_t i = 0; i < n; i++) {
		p += op[i].ntx;
		for (size_t k = 0; k < op[i].nrx; k++)
			op[i].rx[k] = turn(*p++);
	}
}

/*
 * A frame is a transfer of its own: only the last packet of a transfer can be
 * short, and a packet's length is what the chip clocks.
 */
static int exchange(struct ch341a *c, const struct spi_op *op, size_t n)
{
	struct usb_exchange x = { .eo = OUT, .ei = IN, .depth = DEPTH,
				  .timeout_ms = TIMEOUT_MS };
	size_t total = 0, from = 0;

	buf_clear(&c->out);
	c->npieces = c->nouts = 0;
	for (size_t i = 0; i < n; i++) {
		put_frame(c, &op[i]);
		mark(c, &from);
		total += op[i].ntx + op[i].nrx;
	}
	if (n && !op[n - 1].nrx) {
		put_deselect(c);
		mark(c, &from);
	}
	settle(c);
	buf_clear(&c->in);
	x.in = buf_room(&c->in, total);
	x.out = c->outs;
	x.nout = c->nouts;
	x.piece = c->piece;
	x.npieces = c->npieces;
	if (usb_exchange(&c->usb, &x, &c->spi.count))
		return 1;
	take_replies(c, op, n);
	return 0;
}

/* Cancelled already: throw away what comes, begin again, with half as much. */
static void recover(struct ch341a *c)
{
	c->spi.count.recoveries++;
	usb_drain(&c->usb, IN);
	init(c);
	usb_drain(&c->usb, IN);
	if (c->most > LEAST_RX)
		c->most /= 2;
}

/* After an error most_rx is smaller: the engine asks again for less. */
static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct ch341a *c = (struct ch341a *)s;

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

static void close_ch341a(struct spi *s)
{
	static const uint8_t let_go[] = { UIO_STREAM, CS_HIGH, DIR_IN, UIO_END };
	struct ch341a *c = (struct ch341a *)s;

	if (c->usb.dev)
		pins(c, let_go, sizeof(let_go));
	usb_close(&c->usb);
	buf_free(&c->out);
	buf_free(&c->in);
	free(c->piece);
	free(c->outs);
	free(c);
}

static struct spi *open_ch341a(const struct spi_opts *o, struct err *e)
{
	struct ch341a *c = xcalloc(1, sizeof(*c));

	c->spi = (struct spi){ .run = run, .close = close_ch341a,
			       .most_rx = MOST_RX, .most_tx = MOST_RX, .hz = 1500000 };
	c->most = MOST_RX;
	if (usb_open(&c->usb, ids, o->id, "CH341A", e) < 0) {
		usb_other_mode(ids, wrong_mode, "no CH341A is plugged in, or it is in "
			       "UART mode (%s); move its jumper to SPI", e);
		free(c);
		return NULL;
	}
	snprintf(c->spi.name, sizeof(c->spi.name),
		 "CH341A 1a86:5512, bus %u device %u, SPI 1.5 MHz", c->usb.bus,
		 c->usb.address);
	if (init(c)) {
		recover(c);
		if (init(c)) {
			fail(e, ERR_DEVICE, "does not answer; plug it in again");
			err_about(e, c->spi.name);
			close_ch341a(&c->spi);
			return NULL;
		}
	}
	return &c->spi;
}

static int list(struct plugged *p, int most)
{
	return usb_list(ids, "ch341a", p, most);
}

const struct programmer programmer_ch341a = {
	.name = "ch341a",
	.arg = "ID",
	.summary = "WCH CH341A",
	.open = open_ch341a,
	.list = list,
};
