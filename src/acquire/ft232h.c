/*
 * ft232h.c - FTDI's FT232H, FT2232H and FT4232H in MPSSE mode
 *
 * D0 is the clock, D1 MOSI, D2 MISO, D3 chip select. Commands: 80 value
 * direction sets the pins; 11 length-1 data clocks bytes out on the falling
 * edge; 20 length-1 clocks bytes in on the rising one; 87 sends at once; 8a
 * takes the 60 MHz clock; 86 divides it. Source: FTDI's AN_108 and AN_135.
 */
#include <stdio.h>
#include <stdlib.h>

#include "acquire/clock.h"
#include "acquire/ft232h.h"
#include "core/buf.h"
#include "core/mem.h"

enum { SET_PINS = 0x80, WRITE = 0x11, READ = 0x20, SEND_NOW = 0x87,
       NO_DIVIDE_BY_5 = 0x8a, DIVISOR = 0x86, NO_LOOPBACK = 0x85 };
enum { CS_LOW = 0x00, CS_HIGH = 0x08, OUTPUTS = 0x0b };
enum { BASE_HZ = 60000000, USUAL_HZ = 15000000, LATENCY_MS = 2, TIMEOUT_MS = 300 };
enum { MOST_RX = 64 * 1024, LEAST_RX = 512, PIECE = 4096, BUFFER = 512,
       TRIES = 3 };

struct ft232h {
	struct spi spi;
	struct ftdi_context *ftdi;
	struct buf out;
	size_t most;
	bool is_open;
};

static int say(struct ft232h *f)
{
	int n = ftdi_write_data(f->ftdi, f->out.p, (int)f->out.len);

	f->spi.count.out++;
	f->spi.count.bytes += f->out.len;
	return n != (int)f->out.len;
}

static void put_divisor(struct buf *b, uint64_t hz)
{
	uint64_t x = (BASE_HZ / 2 + hz - 1) / hz;

	x = x ? x - 1 : 0;
	x = x < 0xffff ? x : 0xffff;
	put8(b, DIVISOR);
	put8(b, (uint8_t)x);
	put8(b, (uint8_t)(x >> 8));
}

static uint64_t nearest_hz(uint64_t hz)
{
	uint64_t x = (BASE_HZ / 2 + hz - 1) / hz;

	return BASE_HZ / 2 / (x ? x : 1);
}

/* MPSSE on, the clock set, chip select high. */
static int init(struct ft232h *f)
{
	static const uint8_t setup[] = { NO_DIVIDE_BY_5, NO_LOOPBACK, SET_PINS, CS_HIGH,
					 OUTPUTS };

	ftdi_tcioflush(f->ftdi);
	if (ftdi_set_bitmode(f->ftdi, 0, BITMODE_RESET) ||
	    ftdi_set_bitmode(f->ftdi, 0, BITMODE_MPSSE))
		return 1;
	buf_clear(&f->out);
	put_divisor(&f->out, f->spi.hz);
	put(&f->out, setup, sizeof(setup));
	return say(f);
}

static void put_pins(struct buf *b, uint8_t value)
{
	put8(b, SET_PINS);
	put8(b, value);
	put8(b, OUTPUTS);
}

static void put_length(struct buf *b, uint8_t command, size_t n)
{
	put8(b, command);
	put8(b, (uint8_t)(n - 1));
	put8(b, (uint8_t)((n - 1) >> 8));
}

/* Reads are asked for in small pieces, chip select held: chips of this family
   lose bytes in very long ones. */
static void put_frame(struct buf *b, const struct spi_op *op)
{
	put_pins(b, CS_LOW);
	for (size_t at = 0; at < op->ntx; at += PIECE) {
		size_t n = op->ntx - at < PIECE ? op->ntx - at : PIECE;

		put_length(b, WRITE, n);
		put(b, op->tx + at, n);
	}
	for (size_t at = 0; at < op->nrx; at += PIECE)
		put_length(b, READ, op->nrx - at < PIECE ? op->nrx - at : PIECE);
	put_pins(b, CS_HIGH);
}

static int hear(struct ft232h *f, uint8_t *p, size_t n)
{
	int64_t end = now_ms() + TIMEOUT_MS;

	while (n) {
		int got = ftdi_read_data(f->ftdi, p, (int)n);

		f->spi.count.in++;
		if (got < 0 || (!got && now_ms() > end))
			return 1;
		p += got;
		n -= (size_t)got;
		f->spi.count.bytes += (uint64_t)got;
		if (got)
			end = now_ms() + TIMEOUT_MS;
	}
	return 0;
}

/*
 * Frames in one go, as many as its buffer holds: one that is full of answers
 * takes no more commands, and we would not hear before all is said.
 */
static int exchange(struct ft232h *f, const struct spi_op *op, size_t n)
{
	int r = 0;

	for (size_t i = 0, k; !r && i < n; i = k) {
		buf_clear(&f->out);
		for (k = i; k < n && (k == i || f->out.len < BUFFER); k++)
			put_frame(&f->out, &op[k]);
		put8(&f->out, SEND_NOW);
		r = say(f);
		for (; !r && i < k; i++)
			r = op[i].nrx && hear(f, op[i].rx, op[i].nrx);
	}
	return r;
}

/* Purged and set up again, slower and with less at once. */
static void recover(struct ft232h *f)
{
	f->spi.count.recoveries++;
	if (f->most > LEAST_RX)
		f->most /= 2;
	if (f->spi.hz > BASE_HZ / 60)
		f->spi.hz = nearest_hz(f->spi.hz / 2);
	init(f);
}

static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct ft232h *f = (struct ft232h *)s;

	for (int i = 0; i < TRIES; i++) {
		if (!exchange(f, op, n))
			return 0;
		recover(f);
		s->most_rx = f->most;
	}
	fail(e, ERR_DEVICE, "does not answer after %d tries (%s); plug it in again, "
	     "directly into the computer, and add --resume", TRIES,
	     ftdi_get_error_string(f->ftdi));
	return err_about(e, s->name);
}

static int set_speed(struct spi *s, uint64_t hz, struct err *e)
{
	struct ft232h *f = (struct ft232h *)s;

	s->hz = nearest_hz(hz);
	if (!init(f))
		return 0;
	fail(e, ERR_DEVICE, "does not answer; plug it in again");
	return err_about(e, s->name);
}

static void close_ft232h(struct spi *s)
{
	struct ft232h *f = (struct ft232h *)s;

	if (f->is_open) {
		ftdi_set_bitmode(f->ftdi, 0, BITMODE_RESET);
		ftdi_usb_close(f->ftdi);
	}
	ftdi_free(f->ftdi);
	buf_free(&f->out);
	free(f);
}

static struct spi *open_ft232h(const struct spi_opts *o, struct err *e)
{
	struct ft232h *f = xcalloc(1, sizeof(*f));

	f->spi = (struct spi){ .run = run, .set_speed = set_speed,
			       .close = close_ft232h, .most_rx = MOST_RX,
			       .most_tx = MOST_RX };
	f->most = MOST_RX;
	f->spi.hz = nearest_hz(o->hz ? o->hz : USUAL_HZ);
	f->ftdi = ftdi_new();
	if (!f->ftdi) {
		free(f);
		fail(e, ERR_DEVICE, "USB cannot be used here; is /dev/bus/usb there?");
		return NULL;
	}
	ftdi_set_interface(f->ftdi, INTERFACE_A);
	if (ft232h_open(f->ftdi, o->id, f->spi.hz, f->spi.name,
			sizeof(f->spi.name), e) < 0) {
		close_ft232h(&f->spi);
		return NULL;
	}
	f->is_open = true;
	if (f->ftdi->type == TYPE_2232C) {
		fail(e, ERR_DEVICE, "is an FT2232C or D, which has no 60 MHz clock; take "
		     "an FT232H, FT2232H or FT4232H");
		err_about(e, f->spi.name);
		close_ft232h(&f->spi);
		return NULL;
	}
	if (ftdi_usb_reset(f->ftdi) || ftdi_set_latency_timer(f->ftdi, LATENCY_MS) ||
	    init(f)) {
		fail(e, ERR_DEVICE, "does not answer (%s); plug it in again",
		     ftdi_get_error_string(f->ftdi));
		err_about(e, f->spi.name);
		close_ft232h(&f->spi);
		return NULL;
	}
	return &f->spi;
}

const struct programmer programmer_ft232h = {
	.name = "ft232h",
	.arg = "ID",
	.summary = "FTDI FT232H, FT2232H, FT4232H",
	.open = open_ft232h,
	.list = ft232h_list,
};
