/* unhexfaults.c - what is wrong with a dump, said and as JSON */
#include <stdio.h>

#include "cmd/unhex.h"
#include "core/log.h"

enum { MOST_SAID = 16 };

static void say_fault(struct faults *f, const struct err *e)
{
	if (f->said++ < MOST_SAID)
		log_err(LOG_ERROR, e);
	else if (f->said == MOST_SAID + 1)
		note("unhex.more", "more faults like these, all of them with --json");
}

static void find_gaps(struct hexdump *h, struct dump *d, struct faults *f)
{
	struct gap g = { 0 };
	struct err e;

	while (dump_gap(d, &g)) {
		struct buf again = { 0 };

		gap_error(h, d, &g, &e);
		say_fault(f, &e);
		put_again(&again, d, g.at, g.size);
		json_array_append_new(f->list, json_pack(
			"{s:s, s:I, s:I, s:I, s:s}", "kind", "gap", "offset",
			(json_int_t)(g.at - d->from), "size", (json_int_t)g.size,
			"line", (json_int_t)g.damage.line, "run", buf_string(&again)));
		buf_free(&again);
		f->gaps++;
		f->missing += g.size;
	}
	for (size_t i = 0; i < d->nconflict; i++) {
		const struct conflict *c = &d->conflict[i];

		conflict_error(h, d, c, &e);
		say_fault(f, &e);
		json_array_append_new(f->list, json_pack(
			"{s:s, s:I, s:I, s:I}", "kind", "conflict", "offset",
			(json_int_t)(c->at - d->from), "size", (json_int_t)c->size,
			"line", (json_int_t)c->line[1]));
		f->conflicts++;
	}
}

/* Sums that the device printed into the same log. */
static void check_sums(struct hexdump *h, struct dump *d, struct faults *f)
{
	for (size_t i = 0; i < h->ncrc; i++) {
		const struct crc *c = &h->crc[i];
		struct err e = { .kind = ERR_FORMAT, .place = PLACE_LINE,
				 .at = c->line, .code = "unhex.crc" };
		uint32_t is;

		if (dump_crc(h, d, i, &is) < 0)
			continue;
		if (is == c->sum) {
			f->sums_good++;
			continue;
		}
		snprintf(e.subject, sizeof(e.subject), "%s", h->log[c->log].name);
		snprintf(e.text, sizeof(e.text), "the device's crc32 of 0x%llx bytes at "
			 "0x%06llx is %08x, that of the log's bytes %08x; read that "
			 "range again", (unsigned long long)c->size,
			 (unsigned long long)(c->at - d->from), c->sum, is);
		say_fault(f, &e);
		f->sums++;
	}
}

static uint64_t flipped(const struct hexdump *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < h->nlog; i++)
		n += h->log[i].flipped;
	return n;
}

/*
 * Where characters were changed rather than lost, about one in eight does not
 * show: a wrong digit of a byte that is printed as a dot before and after.
 */
static void doubt(const struct hexdump *h, const struct dump *d,
		  const struct faults *f)
{
	if (!flipped(h) || f->sums_good)
		return;
	warn("unhex.noise", "%llu lines have changed characters; one in eight such "
	     "faults cannot be seen in a log; run \"crc32 0x%08llx 0x%llx\" and add "
	     "its line", (unsigned long long)flipped(h), (unsigned long long)d->from,
	     (unsigned long long)(d->to - d->from));
}

void find_faults(struct hexdump *h, struct dump *d, struct faults *f)
{
	find_gaps(h, d, f);
	check_sums(h, d, f);
	doubt(h, d, f);
}

json_t *describe_dump(const struct dump *d, const struct faults *f)
{
	uint64_t to = d->n ? d->part[d->n - 1].at + d->part[d->n - 1].size : d->from;

	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:O}", "format",
			 dump_name(d).text, "base", (json_int_t)d->from, "size",
			 (json_int_t)(d->to - d->from), "written",
			 (json_int_t)(to - d->from), "missing",
			 (json_int_t)f->missing, "faults", f->list);
}
