/* spidev.c - a bus of this machine's kernel: /dev/spidevB.C */
#include <errno.h>
#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "acquire/spi.h"
#include "core/mem.h"

/* The kernel takes that much at once unless its module was told otherwise. */
enum { USUAL_ROOM = 4096, MOST_ROOM = 64 * 1024, USUAL_HZ = 10000000, TRIES = 3 };

struct spidev { struct spi spi; int fd; };

static int about(struct spidev *d, const char *what, struct err *e)
{
	fail_sys(e, "%s", what);
	e->kind = ERR_DEVICE;
	return err_about(e, d->spi.name);
}

/* One chip-select frame is one message of up to two transfers. */
static int frame(struct spidev *d, const struct spi_op *op)
{
	struct spi_ioc_transfer t[2] = {
		{ .tx_buf = (uintptr_t)op->tx, .len = (uint32_t)op->ntx,
		  .speed_hz = (uint32_t)d->spi.hz, .bits_per_word = 8 },
		{ .rx_buf = (uintptr_t)op->rx, .len = (uint32_t)op->nrx,
		  .speed_hz = (uint32_t)d->spi.hz, .bits_per_word = 8 },
	};

	d->spi.count.out++;
	d->spi.count.in += op->nrx > 0;
	d->spi.count.bytes += op->ntx + op->nrx;
	return op->nrx ? ioctl(d->fd, SPI_IOC_MESSAGE(2), t)
		       : ioctl(d->fd, SPI_IOC_MESSAGE(1), t);
}

static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct spidev *d = (struct spidev *)s;

	for (size_t i = 0; i < n; i++) {
		int r = frame(d, &op[i]);

		for (int k = 1; r < 0 && k < TRIES; k++) {
			s->count.recoveries++;
			r = frame(d, &op[i]);
		}
		if (r < 0)
			return about(d, "the bus does not answer", e);
	}
	return 0;
}

static int set_speed(struct spi *s, uint64_t hz, struct err *e)
{
	(void)e;
	s->hz = hz < UINT32_MAX ? hz : UINT32_MAX;
	return 0;
}

static void close_spidev(struct spi *s)
{
	struct spidev *d = (struct spidev *)s;

	if (d->fd >= 0)
		close(d->fd);
	free(d);
}

static size_t room(void)
{
	FILE *f = fopen("/sys/module/spidev/parameters/bufsiz", "re");
	unsigned long n = 0;

	if (f && fscanf(f, "%lu", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n < 64 ? USUAL_ROOM : n < MOST_ROOM ? n : MOST_ROOM;
}

static int open_device(struct spidev *d, const char *path, struct err *e)
{
	const uint8_t bits = 8;
	uint8_t mode = SPI_MODE_0;

	d->fd = open(path, O_RDWR | O_CLOEXEC);
	if (d->fd < 0 && errno == EACCES) {
		fail(e, ERR_DEVICE, "no permission; join the group of the device (spi), "
		     "log in anew, or use sudo once");
		return err_about(e, path);
	}
	if (d->fd < 0)
		return about(d, "cannot open", e);
	if (ioctl(d->fd, SPI_IOC_WR_MODE, &mode) < 0 ||
	    ioctl(d->fd, SPI_IOC_WR_BITS_PER_WORD, &bits) < 0)
		return about(d, "is no SPI bus; give /dev/spidev0.0", e);
	return 0;
}

static struct spi *open_spidev(const struct spi_opts *o, struct err *e)
{
	struct spidev *d = xcalloc(1, sizeof(*d));

	d->spi = (struct spi){ .run = run, .set_speed = set_speed,
			       .close = close_spidev, .most_rx = room(),
			       .hz = o->hz ? o->hz : USUAL_HZ };
	d->spi.most_tx = d->spi.most_rx;
	snprintf(d->spi.name, sizeof(d->spi.name), "%.80s", o->id);
	if (open_device(d, o->id, e) < 0) {
		close_spidev(&d->spi);
		return NULL;
	}
	return &d->spi;
}

const struct programmer programmer_spidev = {
	.name = "spidev",
	.arg = "DEV",
	.needs_arg = true,
	.summary = "a bus of this machine's kernel, /dev/spidevB.C",
	.open = open_spidev,
};
