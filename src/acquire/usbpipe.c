/* usbpipe.c - some large OUTs and many small INs in flight at once */
#include <stdlib.h>
#include <sys/time.h>

#include "acquire/usb.h"
#include "core/mem.h"

enum { MOST_DEPTH = 64, OUTS = 2, PACKET = 512 };

/* One exchange under way; the callbacks run inside handle_events. */
struct flow {
	const struct usb_exchange *x;
	struct usb *u;
	struct slot {
		struct flow *flow;
		struct libusb_transfer *t;
		uint8_t bytes[PACKET];
		size_t piece;		/* which one it asks for */
		bool busy;
	} in[MOST_DEPTH], out[OUTS];
	bool failed, ended;		/* ended: take() had the last one */
	size_t said;			/* outs submitted */
	size_t asked, got, at;		/* pieces, pieces, bytes */
	unsigned busy, listening;	/* transfers, those of them that are INs */
	struct spi_count *count;
};

static void submit(struct flow *f, struct slot *s)
{
	if (libusb_submit_transfer(s->t)) {
		f->failed = true;
		return;
	}
	s->busy = true;
	f->busy++;
}

static void tell(struct flow *f, struct slot *s);

static void on_out(struct libusb_transfer *t)
{
	struct slot *s = t->user_data;
	struct flow *f = s->flow;

	s->busy = false;
	f->busy--;
	if (t->status != LIBUSB_TRANSFER_COMPLETED || t->actual_length != t->length)
		f->failed = true;
	if (!f->failed)
		tell(f, s);
}

/* The next OUT, if there is one. The kernel keeps them in order. */
static void tell(struct flow *f, struct slot *s)
{
	const struct view *v = &f->x->out[f->said];

	if (f->said == f->x->nout)
		return;
	f->said++;
	f->count->out++;
	f->count->bytes += v->len;
	libusb_fill_bulk_transfer(s->t, f->u->dev, f->x->eo,
				  (unsigned char *)(uintptr_t)v->p, (int)v->len, on_out,
				  s, f->x->timeout_ms);
	submit(f, s);
}

static void ask(struct flow *f, struct slot *s);

/* One packet, of the length that was asked for or as the device likes. */
static bool accept(struct flow *f, const struct slot *s)
{
	size_t n = (size_t)s->t->actual_length;

	if (s->t->status != LIBUSB_TRANSFER_COMPLETED || s->piece != f->got)
		return false;
	if (f->x->take) {
		int r = f->x->take(f->x->arg, s->bytes, n);

		f->ended = r > 0;
		return r >= 0;
	}
	if (n != f->x->piece[s->piece])
		return false;
	memcpy(f->x->in + f->at, s->bytes, n);
	return true;
}

/* Replies come in the order they were asked for. */
static void on_in(struct libusb_transfer *t)
{
	struct slot *s = t->user_data;
	struct flow *f = s->flow;

	s->busy = false;
	f->busy--;
	f->listening--;
	if (f->failed || f->ended)
		return;
	if (!accept(f, s)) {
		f->failed = true;
		return;
	}
	f->at += (size_t)t->actual_length;
	f->got++;
	if (!f->ended)
		ask(f, s);
}

/* As many as there are pieces; with take() one more as long as it wants. */
static void ask(struct flow *f, struct slot *s)
{
	if (f->asked >= f->x->npieces && (!f->x->take || f->listening))
		return;
	s->piece = f->asked++;
	f->count->in++;
	f->listening++;
	libusb_fill_bulk_transfer(s->t, f->u->dev, f->x->ei, s->bytes,
				  f->x->take ? PACKET : f->x->piece[s->piece], on_in, s,
				  f->x->timeout_ms);
	submit(f, s);
}

static void cancel(struct slot *slots, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (slots[i].busy)
			libusb_cancel_transfer(slots[i].t);
}

static void pump(struct flow *f, unsigned depth)
{
	bool cancelled = false;

	while (f->busy) {
		struct timeval t = { 1, 0 };

		if ((f->failed || f->ended) && !cancelled) {
			if (f->failed)
				cancel(f->out, OUTS);
			cancel(f->in, depth);
			cancelled = true;
		}
		if (libusb_handle_events_timeout(f->u->ctx, &t))
			f->failed = true;
	}
}

static void start(struct flow *f, struct slot *slots, unsigned n,
		  void (*first)(struct flow *f, struct slot *s))
{
	for (unsigned i = 0; i < n; i++) {
		slots[i].flow = f;
		slots[i].t = libusb_alloc_transfer(0);
		if (!f->failed)
			first(f, &slots[i]);
	}
}

static void release(struct slot *slots, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		libusb_free_transfer(slots[i].t);
}

int usb_exchange(struct usb *u, const struct usb_exchange *x,
		 struct spi_count *count)
{
	unsigned depth = x->depth < MOST_DEPTH ? x->depth : MOST_DEPTH;
	struct flow *f = xcalloc(1, sizeof(*f));
	int r;

	f->x = x;
	f->u = u;
	f->count = count;
	if (x->npieces)
		start(f, f->in, depth, ask);
	start(f, f->out, OUTS, tell);
	pump(f, depth);
	count->bytes += f->at;
	r = f->failed || f->said != x->nout ||
	    (x->take && x->npieces ? !f->ended : f->got != x->npieces);
	release(f->in, depth);
	release(f->out, OUTS);
	free(f);
	return r;
}
