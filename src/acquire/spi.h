/* spi.h - the narrow door to a flash chip, and the cables that open it */
#ifndef ACQUIRE_SPI_H
#define ACQUIRE_SPI_H

#include "core/err.h"
#include "core/opt.h"
#include "core/view.h"

/* One chip-select frame: send ntx bytes, then receive nrx. */
struct spi_op {
	const uint8_t *tx;
	size_t ntx;
	uint8_t *rx;		/* NULL with nrx 0 */
	size_t nrx;
};

/*
 * An open bus with one chip on it. run() does the frames in order; giving it
 * many at once lets a USB cable send them in one go, which is where the time
 * is. -1: the cable failed (ERR_DEVICE) after its own attempts to recover;
 * it can be asked again. What the chip answers is never its business.
 */
struct spi {
	int (*run)(struct spi *s, const struct spi_op *op, size_t n, struct err *e);
	int (*set_speed)(struct spi *s, uint64_t hz, struct err *e);	/* or NULL */
	void (*close)(struct spi *s);	/* frees s, leaves the pins floating */
	size_t most_tx, most_rx;	/* of one frame; 0: unlimited */
	uint64_t hz;			/* the clock as it is now; 0: not known */
	uint64_t top_hz;		/* worth trying while test reads agree; 0: not */
	char name[96];			/* "CH341A 1a86:5512, bus 1 device 7" */
	struct spi_count {
		uint64_t out, in;	/* transfers on the wire, each way */
		uint64_t bytes;		/* on the wire, both ways */
		uint64_t recoveries;
	} count;
};

/* One frame. */
static inline int spi_one(struct spi *s, const void *tx, size_t ntx, void *rx,
			  size_t nrx, struct err *e)
{
	const struct spi_op op = { tx, ntx, rx, nrx };

	return s->run(s, &op, 1, e);
}

/* A programmer or port that is plugged in, for acquire --list. */
struct plugged {
	char programmer[16];	/* "ch341a"; of ports: "/dev/ttyUSB0" */
	char usb[16];		/* "1a86:5512" */
	char where[32];		/* "bus 1 dev 7" */
	char serial[64];	/* "FT7ABCDE" or "" */
	char access[96];	/* "ok", "no permission: ..." */
};

struct spi_opts {
	const char *id;		/* a serial number or BUS:DEV, "" for the only one;
				   of serprog PORT or HOST:PORT, of sim FILE */
	uint64_t hz;		/* --speed, 0: what the cable thinks best */
};

/* A cable: CH341A, FT232H, a simulated chip. One file, one const object. */
struct programmer {
	const char *name;		/* "ch341a": also the option's name */
	const char *arg;		/* "ID", "PORT": what =VALUE means */
	bool needs_arg;
	const char *summary;
	struct spi *(*open)(const struct spi_opts *o, struct err *e);
	/* Append those plugged in; NULL where that cannot be known. */
	int (*list)(struct plugged *p, int most);
};

extern const struct programmer *const programmers[];	/* src/tables.c */

#endif
