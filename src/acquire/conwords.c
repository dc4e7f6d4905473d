/* conwords.c - words of memory as a boot loader prints them, and their order */
#include "acquire/conline.h"
#include "fixup/hexdump.h"

static const char *order_name(unsigned order)
{
	return order == ORDER_BIG ? "big-endian" : "little-endian";
}

/*
 * Words have one order in the whole memory, which few lines tell: what is no
 * text does not. 1: this answer is at odds with what others told.
 */
static int note_order(struct conwork *w, const struct hexlog *log, struct err *e)
{
	if (!log->order)
		return 0;
	if (log->guessed_order) {
		w->guess = w->guess ? w->guess : log->order;
		return 0;
	}
	if (w->order && w->order != log->order && w->count->guessed)
		return fail(e, ERR_DEVICE, "words are %s, and those before, which did "
			    "not tell, were taken as %s; run again from there, "
			    "without --resume", order_name(log->order),
			    order_name(w->order));
	if (w->order && w->order != log->order)
		return 1;
	w->order = log->order;
	w->count->order = order_name(w->order);
	w->count->guessed = false;
	return 0;
}

/* With the order that is known, where the answer itself tells none. */
static int read_answer(struct conwork *w, struct hexdump *h, struct view answer,
		      struct err *e)
{
	const char *name = w->c->wire->name;

	*h = (struct hexdump){ .opts = hexdump_defaults };
	if (hexdump_add(h, answer, name, e) < 0)
		return -1;
	if (!w->order || !h->nlog || !h->log[0].guessed_order ||
	    h->log[0].order == w->order)
		return 0;
	hexdump_free(h);
	*h = (struct hexdump){ .opts = hexdump_defaults };
	h->opts.endian = w->order == ORDER_LITTLE ? 1 : 2;
	return hexdump_add(h, answer, name, e);
}

int con_understand(struct conwork *w, struct hexdump *h, struct view answer,
		   struct err *e)
{
	int r = read_answer(w, h, answer, e);

	if (!r && h->nlog && h->ndump && !h->opts.endian)
		r = note_order(w, &h->log[0], e);
	return r;
}

void con_guess_order(struct conwork *w)
{
	if (w->order)
		return;
	w->order = w->guess;
	w->count->order = order_name(w->guess);
	w->count->guessed = true;
}
