/* usb.c - finding a programmer on USB */
#include "acquire/usb.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/wire.h"

static const struct usb_id *id_of(libusb_device *dev, const struct usb_id *ids)
{
	struct libusb_device_descriptor d;

	if (libusb_get_device_descriptor(dev, &d))
		return NULL;
	for (; ids->vendor; ids++)
		if (d.idVendor == ids->vendor && d.idProduct == ids->product)
			return ids;
	return NULL;
}

static void serial_of(libusb_device *dev, libusb_device_handle *h, char *text,
		      size_t n)
{
	struct libusb_device_descriptor d;

	text[0] = 0;
	if (!libusb_get_device_descriptor(dev, &d) && d.iSerialNumber && h &&
	    libusb_get_string_descriptor_ascii(h, d.iSerialNumber,
					       (unsigned char *)text, (int)n) < 0)
		text[0] = 0;
}

static void node_of(libusb_device *dev, char *text, size_t n)
{
	snprintf(text, n, "/dev/bus/usb/%03u/%03u", libusb_get_bus_number(dev),
		 libusb_get_device_address(dev));
}

/* Whether `which` (a BUS:DEV or a serial) is this one; "" is any. */
static bool is_meant(libusb_device *dev, const char *which)
{
	libusb_device_handle *h;
	unsigned bus, address;
	char serial[64];

	if (!*which)
		return true;
	if (sscanf(which, "%u:%u", &bus, &address) == 2)
		return bus == libusb_get_bus_number(dev) &&
		       address == libusb_get_device_address(dev);
	if (libusb_open(dev, &h))
		return false;
	serial_of(dev, h, serial, sizeof(serial));
	libusb_close(h);
	return !strcmp(serial, which);
}

static void find(libusb_device **list, const struct usb_id *ids,
		 struct usb_choice *c)
{
	for (size_t i = 0; list[i]; i++) {
		if (!id_of(list[i], ids) || !is_meant(list[i], c->which))
			continue;
		if (c->n < 2)
			c->found[c->n] = list[i];
		c->n++;
	}
}

int usb_refuse(const struct usb_choice *c, struct err *e)
{
	char option[32];
	unsigned bus[2], address[2];
	size_t i;

	if (!c->n)
		return fail(e, ERR_DEVICE, "no %s%s%s is plugged in; see fwtool acquire "
			    "--list", c->title, *c->which ? " " : "", c->which);
	for (i = 0; c->title[i] && i + 1 < sizeof(option); i++)
		option[i] = (char)tolower((unsigned char)c->title[i]);
	option[i] = 0;
	for (i = 0; i < 2; i++) {
		bus[i] = libusb_get_bus_number(c->found[i]);
		address[i] = libusb_get_device_address(c->found[i]);
	}
	return fail(e, ERR_USAGE, "%d %s found: bus %u device %u, bus %u device %u; "
		    "choose with --%s=%u:%u", c->n, c->title, bus[0], address[0],
		    bus[1], address[1], option, bus[0], address[0]);
}

int usb_fail_open(libusb_device *dev, const char *title, int code, struct err *e)
{
	char node[64], subject[96], holder[96];

	node_of(dev, node, sizeof(node));
	snprintf(subject, sizeof(subject), "%s at bus %u device %u", title,
		 libusb_get_bus_number(dev), libusb_get_device_address(dev));
	wire_holder(node, holder, sizeof(holder));
	if (code == LIBUSB_ERROR_ACCESS)
		fail(e, ERR_DEVICE, "no permission for %s; install 60-fwtool.rules and "
		     "replug, or use sudo once", node);
	else if (code == LIBUSB_ERROR_BUSY)
		fail(e, ERR_DEVICE, "in use by %s; quit it and run again", holder[0]
		     ? holder : "another program");
	else
		fail(e, ERR_DEVICE, "cannot be opened (%s); plug it in again",
		     libusb_error_name(code));
	return err_about(e, subject);
}

static int open_device(struct usb *u, libusb_device *dev, const char *title,
		       struct err *e)
{
	int r = libusb_open(dev, &u->dev);

	u->bus = libusb_get_bus_number(dev);
	u->address = libusb_get_device_address(dev);
	if (r)
		return usb_fail_open(dev, title, r, e);
	libusb_set_auto_detach_kernel_driver(u->dev, 1);
	r = libusb_claim_interface(u->dev, u->id->interface);
	return r ? usb_fail_open(dev, title, r, e) : 0;
}

int usb_open(struct usb *u, const struct usb_id *ids, const char *which,
	     const char *title, struct err *e)
{
	struct usb_choice c = { .which = which, .title = title };
	libusb_device **list;
	int r;

	*u = (struct usb){ 0 };
	if (libusb_init(&u->ctx))
		return fail(e, ERR_DEVICE, "USB cannot be used here; is /dev/bus/usb "
			    "there?");
	if (libusb_get_device_list(u->ctx, &list) < 0) {
		usb_close(u);
		return fail(e, ERR_DEVICE, "USB cannot be listed; is /dev/bus/usb there?");
	}
	find(list, ids, &c);
	if (c.n == 1) {
		u->id = id_of(c.found[0], ids);
		r = open_device(u, c.found[0], title, e);
	} else {
		r = usb_refuse(&c, e);
	}
	libusb_free_device_list(list, 1);
	if (r < 0)
		usb_close(u);
	return r;
}

void usb_close(struct usb *u)
{
	if (u->dev) {
		libusb_release_interface(u->dev, u->id->interface);
		libusb_close(u->dev);
	}
	if (u->ctx)
		libusb_exit(u->ctx);
	*u = (struct usb){ 0 };
}

void usb_describe(libusb_device *dev, const struct usb_id *id, const char *name,
		  int code, struct plugged *p)
{
	char node[64], holder[80] = "";

	*p = (struct plugged){ .access = "ok" };
	snprintf(p->programmer, sizeof(p->programmer), "%s", name);
	snprintf(p->usb, sizeof(p->usb), "%04x:%04x", id->vendor, id->product);
	snprintf(p->where, sizeof(p->where), "bus %u dev %u",
		 libusb_get_bus_number(dev), libusb_get_device_address(dev));
	node_of(dev, node, sizeof(node));
	if (!code)
		wire_holder(node, holder, sizeof(holder));
	if (holder[0])
		snprintf(p->access, sizeof(p->access), "in use by %s", holder);
	else if (code == LIBUSB_ERROR_ACCESS)
		snprintf(p->access, sizeof(p->access),
			 "no permission: 60-fwtool.rules is missing");
	else if (code)
		snprintf(p->access, sizeof(p->access), "cannot be opened");
}

static void describe(libusb_device *dev, const struct usb_id *id, const char *name,
		     struct plugged *p)
{
	libusb_device_handle *h = NULL;

	usb_describe(dev, id, name, libusb_open(dev, &h), p);
	if (h) {
		serial_of(dev, h, p->serial, sizeof(p->serial));
		libusb_close(h);
	}
}

int usb_list(const struct usb_id *ids, const char *name, struct plugged *p,
	     int most)
{
	libusb_context *ctx;
	libusb_device **list;
	int n = 0;

	if (libusb_init(&ctx))
		return 0;
	if (libusb_get_device_list(ctx, &list) >= 0) {
		for (size_t i = 0; list[i] && n < most; i++)
			if (id_of(list[i], ids))
				describe(list[i], id_of(list[i], ids), name, &p[n++]);
		libusb_free_device_list(list, 1);
	}
	libusb_exit(ctx);
	return n;
}

void usb_other_mode(const struct usb_id *ids, const struct usb_id *others,
		    const char *fmt, struct err *e)
{
	struct plugged p;

	if (usb_list(ids, "", &p, 1) || !usb_list(others, "", &p, 1))
		return;
	*e = (struct err){ 0 };
	fail(e, ERR_DEVICE, fmt, p.usb);
}

void usb_drain(struct usb *u, uint8_t ei)
{
	unsigned char waste[512];
	int n = 0;

	for (int i = 0; i < 1 << 16; i++)
		if (libusb_bulk_transfer(u->dev, ei, waste, sizeof(waste), &n, 20) ||
		    !n)
			break;
}
