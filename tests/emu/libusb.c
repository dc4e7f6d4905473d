/*
 * libusb.c - stands in for libusb-1.0 (LD_PRELOAD), with an emulated programmer
 *
 * One device, EMU_USB=ch341a (the default), ch347t or ch347f, on bus 1 device
 * 7, a chip of EMU_CHIP behind it (see chip.h). Transfers are answered in the
 * order they were submitted when events are handled. EMU_FAULTS: timeout=N one
 * IN in N is never answered, cut=N one IN in N is a byte short, lost=N one
 * reply packet in N is dropped, gone=BYTES the device vanishes after that many
 * clocked bytes, access=1 it may not be opened, busy=1 nor claimed, two=1 there
 * are two of them, product=55dc it shows another id. EMU_COUNT=FILE gets a line
 * "out N in N bytes N" at the end.
 */
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "usbdev.h"

enum { MOST_PENDING = 256, FIFO = 1 << 15 };

struct libusb_device { uint8_t address; };
struct libusb_device_handle { libusb_device *dev; };
struct libusb_context { int dummy; };

static struct libusb_device devices[2] = { { 7 }, { 9 } };
static struct libusb_context context;
static struct emu_chip *chip;
static const struct usb_model *model;
static int selected;

/* Replies of the device, packet by packet. */
static struct reply { uint8_t bytes[MOST_PACKET]; size_t n; } fifo[FIFO];
static size_t head, tail;

static struct libusb_transfer *pending[MOST_PENDING];
static size_t npending;
static unsigned long outs, ins, bytes;

static int is_gone(void)
{
	double after = emu_number("gone");

	return after > 0 && (double)emu_clocked(chip) > after;
}

void usb_select(struct emu_chip *c, int low)
{
	if (low && !selected)
		emu_select(c);
	if (!low && selected)
		emu_deselect(c);
	selected = low;
}

uint8_t usb_clock(struct emu_chip *c, uint8_t mosi)
{
	return selected ? emu_clock(c, mosi) : 0xff;
}

void usb_answer(const uint8_t *p, size_t n)
{
	struct reply *r = &fifo[tail % FIFO];

	memcpy(r->bytes, p, n);
	r->n = n;
	if (!emu_fault(chip, "lost"))
		tail++;
}

static int give(uint8_t *p, int room)
{
	struct reply *r = &fifo[head % FIFO];
	int n;

	if (head == tail)
		return -1;
	n = (int)r->n < room ? (int)r->n : room;
	memcpy(p, r->bytes, (size_t)n);
	head++;
	if (n > 1 && emu_fault(chip, "cut"))
		n--;
	return n;
}

static void write_count(void)
{
	const char *path = getenv("EMU_COUNT");
	FILE *f = path ? fopen(path, "w") : NULL;

	if (f) {
		fprintf(f, "out %lu in %lu bytes %lu\n", outs, ins, bytes);
		fclose(f);
	}
}

static const struct usb_model *find_model(void)
{
	static const struct usb_model *const all[] = { &model_ch341a, &model_ch347t,
						       &model_ch347f };
	const char *name = getenv("EMU_USB");

	for (size_t i = 0; name && i < sizeof(all) / sizeof(*all); i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return all[0];
}

int libusb_init(libusb_context **ctx)
{
	if (ctx)
		*ctx = &context;
	if (!chip) {
		chip = emu_chip_open();
		model = find_model();
		atexit(write_count);
	}
	return 0;
}

void libusb_exit(libusb_context *ctx) { (void)ctx; }
int libusb_set_option(libusb_context *ctx, enum libusb_option o, ...)
{ (void)ctx; (void)o; return 0; }
void libusb_set_debug(libusb_context *ctx, int level) { (void)ctx; (void)level; }
const char *libusb_error_name(int code) { (void)code; return "LIBUSB_ERROR"; }
const char *libusb_strerror(int code) { (void)code; return "emulated error"; }

ssize_t libusb_get_device_list(libusb_context *ctx, libusb_device ***list)
{
	int n = emu_number("none") ? 0 : emu_number("two") ? 2 : 1;

	(void)ctx;
	*list = calloc(3, sizeof(**list));
	for (int i = 0; i < n; i++)
		(*list)[i] = &devices[i];
	return n;
}

void libusb_free_device_list(libusb_device **list, int unref)
{ (void)unref; free(list); }
libusb_device *libusb_ref_device(libusb_device *dev) { return dev; }
void libusb_unref_device(libusb_device *dev) { (void)dev; }
uint8_t libusb_get_bus_number(libusb_device *dev) { (void)dev; return 1; }
uint8_t libusb_get_device_address(libusb_device *dev) { return dev->address; }
uint8_t libusb_get_port_number(libusb_device *dev) { (void)dev; return 1; }
libusb_device *libusb_get_device(libusb_device_handle *h) { return h->dev; }

int libusb_get_device_descriptor(libusb_device *dev,
				 struct libusb_device_descriptor *d)
{
	(void)dev;
	memset(d, 0, sizeof(*d));
	d->bLength = 18;
	d->bDescriptorType = 1;
	d->bcdUSB = 0x110;
	d->idVendor = 0x1a86;
	d->idProduct = emu_hex("product", model->product);
	d->bcdDevice = 0x304;
	return 0;
}

int libusb_open(libusb_device *dev, libusb_device_handle **h)
{
	if (emu_number("access"))
		return LIBUSB_ERROR_ACCESS;
	*h = calloc(1, sizeof(**h));
	(*h)->dev = dev;
	return 0;
}

libusb_device_handle *libusb_open_device_with_vid_pid(libusb_context *ctx,
						      uint16_t vid, uint16_t pid)
{
	libusb_device_handle *h = NULL;

	(void)ctx;
	if (vid == 0x1a86 && pid == model->product)
		libusb_open(&devices[0], &h);
	return h;
}

void libusb_close(libusb_device_handle *h) { free(h); }
int libusb_claim_interface(libusb_device_handle *h, int i)
{
	(void)h;
	if (emu_number("busy"))
		return LIBUSB_ERROR_BUSY;
	return i == model->interface ? 0 : LIBUSB_ERROR_NOT_FOUND;
}
int libusb_release_interface(libusb_device_handle *h, int i)
{ (void)h; (void)i; return 0; }
int libusb_detach_kernel_driver(libusb_device_handle *h, int i)
{ (void)h; (void)i; return LIBUSB_ERROR_NOT_FOUND; }
int libusb_attach_kernel_driver(libusb_device_handle *h, int i)
{ (void)h; (void)i; return LIBUSB_ERROR_NOT_FOUND; }
int libusb_kernel_driver_active(libusb_device_handle *h, int i)
{ (void)h; (void)i; return 0; }
int libusb_set_auto_detach_kernel_driver(libusb_device_handle *h, int on)
{ (void)h; (void)on; return 0; }
int libusb_get_string_descriptor_ascii(libusb_device_handle *h, uint8_t i,
				       unsigned char *text, int n)
{ (void)h; (void)i; (void)text; (void)n; return LIBUSB_ERROR_NOT_FOUND; }
int libusb_control_transfer(libusb_device_handle *h, uint8_t type, uint8_t req,
			    uint16_t value, uint16_t index, unsigned char *data,
			    uint16_t n, unsigned timeout)
{ (void)h; (void)type; (void)req; (void)value; (void)index; (void)data;
  (void)n; (void)timeout; return 0; }

int libusb_bulk_transfer(libusb_device_handle *h, unsigned char endpoint,
			 unsigned char *data, int n, int *done, unsigned timeout)
{
	int got;

	(void)h;
	(void)timeout;
	if (is_gone())
		return LIBUSB_ERROR_NO_DEVICE;
	if (endpoint != model->eo && endpoint != model->ei)
		return LIBUSB_ERROR_NOT_FOUND;
	if (!(endpoint & 0x80)) {
		outs++;
		bytes += (unsigned long)n;
		model->take(chip, data, (size_t)n);
		if (done)
			*done = n;
		return 0;
	}
	ins++;
	got = give(data, n);
	if (done)
		*done = got > 0 ? got : 0;
	bytes += got > 0 ? (unsigned long)got : 0;
	return got < 0 ? LIBUSB_ERROR_TIMEOUT : 0;
}

struct libusb_transfer *libusb_alloc_transfer(int iso)
{
	(void)iso;
	return calloc(1, sizeof(struct libusb_transfer));
}

void libusb_free_transfer(struct libusb_transfer *t) { free(t); }

int libusb_submit_transfer(struct libusb_transfer *t)
{
	if (npending == MOST_PENDING)
		return LIBUSB_ERROR_BUSY;
	if (is_gone())
		return LIBUSB_ERROR_NO_DEVICE;
	if (t->endpoint != model->eo && t->endpoint != model->ei)
		return LIBUSB_ERROR_NOT_FOUND;
	t->status = LIBUSB_TRANSFER_COMPLETED;
	t->actual_length = 0;
	pending[npending++] = t;
	if (t->endpoint & 0x80) {
		ins++;
		if (emu_fault(chip, "timeout"))
			t->status = LIBUSB_TRANSFER_TIMED_OUT;
	} else {
		outs++;
		bytes += (unsigned long)t->length;
		model->take(chip, t->buffer, (size_t)t->length);
		t->actual_length = t->length;
	}
	return 0;
}

static void finish(size_t i, enum libusb_transfer_status status)
{
	struct libusb_transfer *t = pending[i];

	memmove(pending + i, pending + i + 1, (npending - i - 1) * sizeof(*pending));
	npending--;
	t->status = status;
	t->callback(t);
}

int libusb_cancel_transfer(struct libusb_transfer *t)
{
	for (size_t i = 0; i < npending; i++) {
		if (pending[i] == t) {
			t->flags |= 0x80;
			return 0;
		}
	}
	return LIBUSB_ERROR_NOT_FOUND;
}

/* One transfer that can be ended is; 0: none. */
static int step(void)
{
	int starved = 0;

	for (size_t i = 0; i < npending; i++) {
		struct libusb_transfer *t = pending[i];

		if (t->flags & 0x80) {
			t->flags &= 0x7f;
			finish(i, LIBUSB_TRANSFER_CANCELLED);
			return 1;
		}
		if (!(t->endpoint & 0x80)) {
			finish(i, LIBUSB_TRANSFER_COMPLETED);
			return 1;
		}
		if (starved)
			continue;
		if (t->status == LIBUSB_TRANSFER_TIMED_OUT) {
			finish(i, LIBUSB_TRANSFER_TIMED_OUT);
			return 1;
		}
		t->actual_length = give(t->buffer, t->length);
		if (t->actual_length >= 0) {
			bytes += (unsigned long)t->actual_length;
			finish(i, LIBUSB_TRANSFER_COMPLETED);
			return 1;
		}
		starved = 1;
	}
	/* Nobody will ever answer the first one: its time is over. */
	for (size_t i = 0; starved && i < npending; i++) {
		if (pending[i]->endpoint & 0x80) {
			pending[i]->actual_length = 0;
			finish(i, LIBUSB_TRANSFER_TIMED_OUT);
			return 1;
		}
	}
	return 0;
}

int libusb_handle_events_timeout(libusb_context *ctx, struct timeval *t)
{
	(void)ctx;
	(void)t;
	for (int i = 0; i < 64 && step(); i++)
		;
	return 0;
}

int libusb_handle_events_timeout_completed(libusb_context *ctx, struct timeval *t,
					   int *completed)
{
	(void)completed;
	return libusb_handle_events_timeout(ctx, t);
}

int libusb_handle_events(libusb_context *ctx)
{
	struct timeval t = { 0, 0 };

	return libusb_handle_events_timeout(ctx, &t);
}
