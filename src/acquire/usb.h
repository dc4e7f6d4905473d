/* usb.h - finding a programmer on USB, and moving bytes through its pipes */
#ifndef ACQUIRE_USB_H
#define ACQUIRE_USB_H

#include <libusb.h>

#include "acquire/spi.h"

/* What a kind of programmer looks like on the bus. */
struct usb_id { uint16_t vendor, product; int interface; };

struct usb {
	libusb_context *ctx;
	libusb_device_handle *dev;
	const struct usb_id *id;	/* which of the list it is */
	uint8_t bus, address;
};

/*
 * Open the one device of ids (ends with vendor 0) that `which` names: "" for
 * the only one, BUS:DEV, or a serial number. None, several, no permission, in
 * use: each a line that says what to do. title: "CH341A".
 */
int usb_open(struct usb *u, const struct usb_id *ids, const char *which,
	     const char *title, struct err *e);
void usb_close(struct usb *u);	/* takes a zeroed one too */

/* The pieces of it, for cables whose library opens them. */
struct usb_choice {		/* those that `which` means: how many, two of them */
	const char *which, *title;
	int n;
	libusb_device *found[2];
};
/* Not exactly one: says so. */
int usb_refuse(const struct usb_choice *c, struct err *e);
/* Not opened (LIBUSB_ERROR_ACCESS, _BUSY or another code): says why. */
int usb_fail_open(libusb_device *dev, const char *title, int code, struct err *e);
/* A row of acquire --list; code is what opening it gave. The serial is left. */
void usb_describe(libusb_device *dev, const struct usb_id *id, const char *name,
		  int code, struct plugged *p);

/* Those of ids that are plugged in, for acquire --list. */
int usb_list(const struct usb_id *ids, const char *name, struct plugged *p,
	     int most);

/*
 * After usb_open() failed: where none of ids is there but one of others, which
 * are the same chip in another mode, put that in e instead. fmt has a %s.
 */
void usb_other_mode(const struct usb_id *ids, const struct usb_id *others,
		    const char *fmt, struct err *e)
	__attribute__((format(printf, 3, 0)));

/*
 * Send out[0], out[1], ... to endpoint eo, each as a transfer of its own (its
 * last packet may be short, which devices take as the end of a command), while
 * npieces replies come from endpoint ei, reply i of piece[i] bytes, one after
 * the other into `in`. Of both kinds several are in flight at once. Where the
 * device decides how long its packets are, take() is given each one instead
 * (npieces is then only about how many) and says 1 when that was the last, 0
 * for more, -1 for nonsense. 0: all came whole; 1: an error or a time-out,
 * everything is cancelled and in incomplete.
 */
struct usb_exchange {
	uint8_t eo, ei;
	const struct view *out;
	size_t nout;
	const uint16_t *piece;
	size_t npieces;
	uint8_t *in;		/* room for the sum of the pieces */
	int (*take)(void *arg, const uint8_t *p, size_t n);
	void *arg;
	unsigned depth, timeout_ms;
};
int usb_exchange(struct usb *u, const struct usb_exchange *x,
		 struct spi_count *count);

/* Throw away what still comes from endpoint ei. */
void usb_drain(struct usb *u, uint8_t ei);

#endif
