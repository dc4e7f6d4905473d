/* hexchoose.c - which of the dumps of a log is meant */
#include <stdio.h>

#include "core/buf.h"
#include "core/text.h"
#include "fixup/hexdump.h"

static struct short_text32 listed(const struct dump *d)
{
	struct short_text32 s;

	snprintf(s.text, sizeof(s.text), "0x%08llx+0x%llx",
		 (unsigned long long)d->from, (unsigned long long)(d->to - d->from));
	return s;
}

static int ask_which(const struct hexdump *h, struct err *e)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < h->ndump && i < 6; i++)
		put_text(&b, "%s%zu: %s", i ? ", " : "", i + 1,
			 listed(&h->dump[i]).text);
	if (h->ndump > 6)
		put_text(&b, ", ...");
	fail(e, ERR_USAGE, "%zu dumps in it (%s); choose one with --dump N, or write "
	     "all with -d DIR", h->ndump, buf_string(&b));
	buf_free(&b);
	return -1;
}

static struct dump *by_base(struct hexdump *h, uint64_t base, struct err *e)
{
	struct dump *found = NULL;

	for (size_t i = 0; i < h->ndump; i++) {
		struct dump *d = &h->dump[i];

		if (base < d->from || base >= d->to)
			continue;
		if (found && !h->opts.dump) {
			ask_which(h, e);
			return NULL;
		}
		if (!h->opts.dump || i + 1 == h->opts.dump)
			found = d;
	}
	if (!found)
		fail(e, ERR_USAGE, "--base 0x%llx: nothing was printed there; give an "
		     "address of the log", (unsigned long long)base);
	return found;
}

/* Forget what lies before the address. */
static void begin_at(struct dump *d, uint64_t base)
{
	size_t k = 0;

	for (size_t i = 0; i < d->n; i++) {
		struct stretch s = d->part[i];
		uint64_t skip = base > s.at ? base - s.at : 0;

		if (skip >= s.size)
			continue;
		s.at += skip;
		s.size -= skip;
		s.phase = s.repeat ? (s.phase + skip) % s.repeat : 0;
		s.p += s.repeat ? 0 : skip;
		d->part[k++] = s;
	}
	d->n = k;
	d->from = base;
}

struct dump *hexdump_choose(struct hexdump *h, struct err *e)
{
	struct dump *d = h->dump;
	uint64_t base;

	if (!h->ndump && h->nlog && h->log[0].bad) {
		fail(e, ERR_FORMAT, "%llu lines look like a hex dump, but digits and "
		     "text disagree in all of them; log it again",
		     (unsigned long long)h->log[0].bad);
		return NULL;
	}
	if (!h->ndump) {
		fail(e, ERR_FORMAT, "no lines of a hex dump in it; is it the right log, "
		     "or give --format");
		return NULL;
	}
	if (h->opts.dump > h->ndump) {
		fail(e, ERR_USAGE, "--dump %llu: there are %zu; give a smaller number",
		     (unsigned long long)h->opts.dump, h->ndump);
		return NULL;
	}
	if (h->opts.base) {
		if (parse_size(h->opts.base, &base, e) < 0)
			return NULL;
		d = by_base(h, base, e);
		if (d)
			begin_at(d, base);
		return d;
	}
	if (h->opts.dump)
		return &h->dump[h->opts.dump - 1];
	return h->ndump > 1 ? ask_which(h, e), NULL : d;
}
