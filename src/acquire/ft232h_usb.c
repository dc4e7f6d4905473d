/* ft232h_usb.c - finding FTDI's chips with MPSSE on the USB */
#include <stdio.h>
#include <string.h>

#include "acquire/ft232h.h"

static const struct kind { int product; const char *name; } kinds[] = {
	{ 0x6014, "FT232H" }, { 0x6010, "FT2232H" }, { 0x6011, "FT4232H" },
	{ 0x6041, "FT2233HP" }, { 0x6048, "FT4232HP" }, { 0, NULL }
};

enum { VENDOR = 0x0403 };

static void serial_of(struct ftdi_context *ftdi, libusb_device *dev, char *text,
		      int n)
{
	text[0] = 0;
	if (ftdi_usb_get_strings2(ftdi, dev, NULL, 0, NULL, 0, text, n) < 0)
		text[0] = 0;
}

static bool is_meant(struct ftdi_context *ftdi, libusb_device *dev, const char *id)
{
	unsigned bus, address;
	char serial[64];

	if (!*id)
		return true;
	if (sscanf(id, "%u:%u", &bus, &address) == 2)
		return bus == libusb_get_bus_number(dev) &&
		       address == libusb_get_device_address(dev);
	serial_of(ftdi, dev, serial, sizeof(serial));
	return !strcmp(serial, id);
}

/* Those of one kind; the first one of all is kept, with its kind. */
static void find_kind(struct ftdi_context *ftdi, const struct kind *k,
		      struct usb_choice *c, const struct kind **kind)
{
	struct ftdi_device_list *all = NULL;

	if (ftdi_usb_find_all(ftdi, &all, VENDOR, k->product) <= 0)
		return;
	for (struct ftdi_device_list *d = all; d; d = d->next) {
		if (!is_meant(ftdi, d->dev, c->which))
			continue;
		if (!c->n)
			*kind = k;
		if (c->n < 2)
			c->found[c->n] = libusb_ref_device(d->dev);
		c->n++;
	}
	ftdi_list_free(&all);
}

/* The library says -4 where it may not open, -5 where another has it. */
static int usb_code(int r)
{
	return r == -4 ? LIBUSB_ERROR_ACCESS : r == -5 ? LIBUSB_ERROR_BUSY
						       : LIBUSB_ERROR_OTHER;
}

int ft232h_open(struct ftdi_context *ftdi, const char *which, uint64_t hz,
		char *name, size_t n, struct err *e)
{
	struct usb_choice c = { .which = which, .title = "FT232H" };
	const struct kind *kind = kinds;
	int r;

	for (const struct kind *k = kinds; k->name; k++)
		find_kind(ftdi, k, &c, &kind);
	if (c.n != 1) {
		r = usb_refuse(&c, e);
	} else {
		r = ftdi_usb_open_dev(ftdi, c.found[0]);
		if (r)
			r = usb_fail_open(c.found[0], kind->name, usb_code(r), e);
		else
			snprintf(name, n, "%s 0403:%04x, bus %u device %u, SPI %.1f MHz",
				 kind->name, (unsigned)kind->product,
				 libusb_get_bus_number(c.found[0]),
				 libusb_get_device_address(c.found[0]),
				 (double)hz / 1e6);
	}
	for (int i = 0; i < c.n && i < 2; i++)
		libusb_unref_device(c.found[i]);
	return r;
}

static int list_kind(struct ftdi_context *ftdi, const struct kind *k,
		     struct plugged *p, int most)
{
	struct ftdi_device_list *all = NULL;
	int n = 0;

	if (ftdi_usb_find_all(ftdi, &all, VENDOR, k->product) <= 0)
		return 0;
	for (struct ftdi_device_list *d = all; d && n < most; d = d->next, n++) {
		const struct usb_id id = { VENDOR, (uint16_t)k->product, 0 };
		char serial[64] = "";
		int r = ftdi_usb_get_strings2(ftdi, d->dev, NULL, 0, NULL, 0, serial,
					      sizeof(serial));

		usb_describe(d->dev, &id, "ft232h", r == -4 ? LIBUSB_ERROR_ACCESS : 0,
			     &p[n]);
		snprintf(p[n].serial, sizeof(p[n].serial), "%s", serial);
	}
	ftdi_list_free(&all);
	return n;
}

int ft232h_list(struct plugged *p, int most)
{
	struct ftdi_context *ftdi = ftdi_new();
	int n = 0;

	for (const struct kind *k = kinds; ftdi && k->name; k++)
		n += list_kind(ftdi, k, p + n, most - n);
	if (ftdi)
		ftdi_free(ftdi);
	return n;
}
