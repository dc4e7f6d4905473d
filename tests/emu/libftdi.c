/*
 * libftdi.c - stands in for libftdi1 (LD_PRELOAD), with an emulated FT232H
 *
 * One FT232H whose MPSSE drives a chip of EMU_CHIP (see chip.h). EMU_FAULTS:
 * short=N one read in N fails, drop=N one reply byte in N is lost, gone=BYTES
 * it vanishes after that many clocked bytes, none=1 there is none, two=1 two,
 * access=1 it may not be opened, busy=1 somebody has it.
 */
#include <ftdi.h>
#include <libusb.h>
#include <stdlib.h>
#include <string.h>

#include "chip.h"

enum { FIFO = 1 << 22 };

static struct emu_chip *chip;
static int selected;
static uint8_t fifo[FIFO];
static size_t head, tail;
/* A command may come in several writes. */
static uint8_t rest[1 << 17];
static size_t nrest;

static void answer(uint8_t b)
{
	if (!emu_fault(chip, "drop"))
		fifo[tail++ % FIFO] = b;
}

static void set_pins(uint8_t value)
{
	int low = !(value & 8);

	if (low && !selected)
		emu_select(chip);
	if (!low && selected)
		emu_deselect(chip);
	selected = low;
}

static uint8_t clock_byte(uint8_t mosi)
{
	return selected ? emu_clock(chip, mosi) : 0xff;
}

/* How many bytes the command at p takes; 0: more have to come. */
static size_t take_one(const uint8_t *p, size_t n)
{
	size_t len = n >= 3 ? (size_t)(p[1] | p[2] << 8) + 1 : 0;

	switch (p[0]) {
	case 0x80: case 0x82: case 0x86:
		if (n >= 3 && p[0] == 0x80)
			set_pins(p[1]);
		return n >= 3 ? 3 : 0;
	case 0x10: case 0x11:
		if (n < 3 || n < 3 + len)
			return 0;
		for (size_t i = 0; i < len; i++)
			clock_byte(p[3 + i]);
		return 3 + len;
	case 0x20: case 0x24:
		if (n < 3)
			return 0;
		for (size_t i = 0; i < len; i++)
			answer(clock_byte(0));
		return 3;
	case 0x81: case 0x83:
		answer(0);
		return 1;
	case 0x84: case 0x85: case 0x87: case 0x8a: case 0x8b: case 0x8d: case 0x97:
		return 1;
	}
	answer(0xfa);
	answer(p[0]);
	return 1;
}

static int is_gone(void)
{
	double after = emu_number("gone");

	return after > 0 && (double)emu_clocked(chip) > after;
}

int ftdi_init(struct ftdi_context *f)
{
	memset(f, 0, sizeof(*f));
	f->type = TYPE_232H;
	f->error_str = "emulated";
	f->writebuffer_chunksize = f->readbuffer_chunksize = 4096;
	if (!chip)
		chip = emu_chip_open();
	return 0;
}

struct ftdi_context *ftdi_new(void)
{
	struct ftdi_context *f = malloc(sizeof(*f));

	ftdi_init(f);
	return f;
}

void ftdi_deinit(struct ftdi_context *f) { (void)f; }
void ftdi_free(struct ftdi_context *f) { free(f); }
int ftdi_set_interface(struct ftdi_context *f, enum ftdi_interface i)
{ (void)f; (void)i; return 0; }
const char *ftdi_get_error_string(struct ftdi_context *f)
{ (void)f; return "emulated error"; }

struct libusb_device { uint8_t address; };
static struct libusb_device devices[2] = { { 9 }, { 12 } };

uint8_t libusb_get_bus_number(libusb_device *dev) { (void)dev; return 1; }
uint8_t libusb_get_device_address(libusb_device *dev) { return dev->address; }
libusb_device *libusb_ref_device(libusb_device *dev) { return dev; }
void libusb_unref_device(libusb_device *dev) { (void)dev; }

static int opened(void)
{
	return emu_number("access") ? -4 : emu_number("busy") ? -5 : 0;
}

/* As flashrom opens it. */
int ftdi_usb_open_desc(struct ftdi_context *f, int vendor, int product,
		       const char *text, const char *serial)
{
	(void)f;
	(void)text;
	if (vendor != 0x0403 || product != 0x6014 || emu_number("none") ||
	    (serial && strcmp(serial, "FT7EMU01")))
		return -3;
	return opened();
}

int ftdi_usb_open_dev(struct ftdi_context *f, libusb_device *dev)
{ (void)f; (void)dev; return opened(); }

int ftdi_usb_find_all(struct ftdi_context *f, struct ftdi_device_list **all,
		      int vendor, int product)
{
	int n = emu_number("none") ? 0 : emu_number("two") ? 2 : 1;

	(void)f;
	*all = NULL;
	if (vendor != 0x0403 || product != 0x6014)
		return 0;
	for (int i = n; i-- > 0; ) {
		struct ftdi_device_list *d = calloc(1, sizeof(*d));

		d->dev = &devices[i];
		d->next = *all;
		*all = d;
	}
	return n;
}

void ftdi_list_free(struct ftdi_device_list **all)
{
	while (*all) {
		struct ftdi_device_list *next = (*all)->next;

		free(*all);
		*all = next;
	}
}

int ftdi_usb_get_strings2(struct ftdi_context *f, struct libusb_device *dev,
			  char *m, int nm, char *d, int nd, char *s, int ns)
{
	(void)f; (void)m; (void)nm; (void)d; (void)nd;
	if (emu_number("access"))
		return -4;
	if (s && ns > 8)
		strcpy(s, dev == devices ? "FT7EMU01" : "FT7EMU02");
	return 0;
}
int ftdi_usb_reset(struct ftdi_context *f) { (void)f; return 0; }
int ftdi_usb_close(struct ftdi_context *f) { (void)f; return 0; }
int ftdi_set_latency_timer(struct ftdi_context *f, unsigned char ms)
{ (void)f; (void)ms; return 0; }
int ftdi_set_bitmode(struct ftdi_context *f, unsigned char mask, unsigned char mode)
{ (void)f; (void)mask; (void)mode; nrest = 0; return 0; }
int ftdi_write_data_set_chunksize(struct ftdi_context *f, unsigned int n)
{ (void)f; (void)n; return 0; }
int ftdi_read_data_set_chunksize(struct ftdi_context *f, unsigned int n)
{ (void)f; (void)n; return 0; }
int ftdi_tcioflush(struct ftdi_context *f)
{ (void)f; head = tail; nrest = 0; return 0; }
int ftdi_usb_purge_buffers(struct ftdi_context *f) { return ftdi_tcioflush(f); }
int ftdi_setflowctrl(struct ftdi_context *f, int c) { (void)f; (void)c; return 0; }
int ftdi_set_event_char(struct ftdi_context *f, unsigned char c, unsigned char on)
{ (void)f; (void)c; (void)on; return 0; }
int ftdi_set_error_char(struct ftdi_context *f, unsigned char c, unsigned char on)
{ (void)f; (void)c; (void)on; return 0; }

int ftdi_write_data(struct ftdi_context *f, const unsigned char *p, int n)
{
	size_t at = 0, used;

	(void)f;
	if (is_gone() || nrest + (size_t)n > sizeof(rest))
		return -666;
	memcpy(rest + nrest, p, (size_t)n);
	nrest += (size_t)n;
	while (at < nrest && (used = take_one(rest + at, nrest - at)))
		at += used;
	memmove(rest, rest + at, nrest - at);
	nrest -= at;
	return n;
}

int ftdi_read_data(struct ftdi_context *f, unsigned char *p, int n)
{
	int got = 0;

	(void)f;
	if (is_gone() || emu_fault(chip, "short"))
		return -666;
	while (got < n && head != tail)
		p[got++] = fifo[head++ % FIFO];
	return got;
}
