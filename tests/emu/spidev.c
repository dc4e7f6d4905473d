/*
 * spidev.c - stands in for the kernel's /dev/spidev* (LD_PRELOAD)
 *
 * open() of such a name gives a descriptor whose ioctl()s move the pins of a
 * chip of EMU_CHIP (see chip.h). As the kernel does: all transfers of a message
 * are one frame, what is sent and what is received may each be 4096 bytes long.
 * EMU_FAULTS: eio=N one message in N fails, access=1 it may not be opened,
 * maxhz=N faster clocks read wrong bits.
 */
/* open() and open64() are two names here. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chip.h"

enum { ROOM = 4096 };

static struct emu_chip *chip;
static int bus = -1;
static uint32_t speed = 500000;

static int open_bus(void)
{
	if (emu_number("access")) {
		errno = EACCES;
		return -1;
	}
	if (!chip)
		chip = emu_chip_open();
	bus = memfd_create("spidev", MFD_CLOEXEC);
	return bus;
}

static int is_bus(const char *path)
{
	return !strncmp(path, "/dev/spidev", 11);
}

static int really_open(const char *name, const char *path, int flags, int mode)
{
	int (*next)(const char *, int, ...);
	void *p = dlsym(RTLD_NEXT, name);

	memcpy(&next, &p, sizeof(next));
	return next(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = va_arg(ap, int);
	va_end(ap);
	return is_bus(path) ? open_bus() : really_open("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = va_arg(ap, int);
	va_end(ap);
	return is_bus(path) ? open_bus() : really_open("open64", path, flags, mode);
}

static void clock_all(const struct spi_ioc_transfer *t, unsigned n)
{
	double most = emu_number("maxhz");

	emu_select(chip);
	for (unsigned i = 0; i < n; i++) {
		const uint8_t *tx = (const uint8_t *)(uintptr_t)t[i].tx_buf;
		uint8_t *rx = (uint8_t *)(uintptr_t)t[i].rx_buf;
		uint32_t hz = t[i].speed_hz ? t[i].speed_hz : speed;

		for (uint32_t k = 0; k < t[i].len; k++) {
			uint8_t b = emu_clock(chip, tx ? tx[k] : 0);

			if (most > 0 && hz > most && emu_clocked(chip) % 97 == 0)
				b ^= 4;
			if (rx)
				rx[k] = b;
		}
	}
	emu_deselect(chip);
}

static int message(const struct spi_ioc_transfer *t, unsigned n)
{
	size_t sent = 0, received = 0;

	for (unsigned i = 0; i < n; i++) {
		sent += t[i].tx_buf ? t[i].len : 0;
		received += t[i].rx_buf ? t[i].len : 0;
	}
	if (sent > ROOM || received > ROOM) {
		errno = EMSGSIZE;
		return -1;
	}
	if (emu_fault(chip, "eio")) {
		errno = EIO;
		return -1;
	}
	clock_all(t, n);
	return (int)(sent + received);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...);
	void *p, *arg;
	va_list ap;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fd != bus || bus < 0) {
		p = dlsym(RTLD_NEXT, "ioctl");
		memcpy(&next, &p, sizeof(next));
		return next(fd, request, arg);
	}
	if (request == SPI_IOC_WR_MAX_SPEED_HZ)
		memcpy(&speed, arg, sizeof(speed));
	if (_IOC_TYPE(request) == SPI_IOC_MAGIC && _IOC_NR(request) == 0)
		return message(arg, _IOC_SIZE(request) / sizeof(struct spi_ioc_transfer));
	return 0;
}
