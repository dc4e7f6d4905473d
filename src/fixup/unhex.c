/* unhex.c - the fix-up: a console log becomes the bytes it shows */
#include <stdio.h>

#include "core/log.h"
#include "fixup/fixup.h"
#include "fixup/hexdump.h"

enum { MOST_BYTES = 1 << 30 };

static int take(struct view v, void *arg, struct err *e)
{
	struct buf *out = arg;

	if (v.len > MOST_BYTES - out->len)
		return fail(e, ERR_LIMIT, "the log shows more than 1 GiB; use fwtool "
			    "unhex first");
	put_view(out, v);
	return 0;
}

/* What is missing is said, with the place it has in the bytes. */
static uint64_t warn_gaps(const struct dump *d, uint64_t at)
{
	struct gap g = { 0 };
	uint64_t n = 0;

	while (dump_gap(d, &g)) {
		struct buf again = { 0 };

		put_again(&again, d, g.at, g.size);
		warn_at("unhex.gap", at + (g.at - d->from), "%llu bytes are missing in "
			"the log (line %llu); run \"%s\" and add that log with fwtool "
			"unhex", (unsigned long long)g.size,
			(unsigned long long)g.damage.line, buf_string(&again));
		buf_free(&again);
		n++;
	}
	for (size_t i = 0; i < d->nconflict; i++)
		warn_at("unhex.conflict", at + (d->conflict[i].at - d->from),
			"%llu bytes are printed twice and differently (%02x, %02x)",
			(unsigned long long)d->conflict[i].size,
			d->conflict[i].value[0], d->conflict[i].value[1]);
	return n;
}

static void tell(const struct hexdump *h, const struct dump *only, uint64_t gaps,
		 struct buf *say)
{
	const struct dump *d = only ? only : h->dump;
	size_t n = only ? 1 : h->ndump;

	put_text(say, "%s log, %llu lines, ", d->verb ? d->verb->name :
		 d->dialect->name, (unsigned long long)dump_lines(h));
	if (gaps)
		put_text(say, "%llu gap%s", (unsigned long long)gaps,
			 gaps == 1 ? "" : "s");
	else
		put_text(say, "no gap");
	if (n > 1)
		put_text(say, ", %zu dumps one after the other (bases", n);
	for (size_t i = 0; i < n && i < 4; i++)
		put_text(say, "%s0x%08llx", n == 1 ? ", base " : i ? ", " : " ",
			 (unsigned long long)d[i].from);
	put_text(say, "%s%s; %llu other lines skipped", n > 4 ? ", ..." : "",
		 n > 1 ? ")" : "", (unsigned long long)h->log[0].other);
}

static int put_dumps(struct hexdump *h, struct buf *out, struct buf *say,
		     struct err *e)
{
	struct dump *chosen = NULL;
	uint64_t gaps = 0, at;

	if (h->opts.dump || h->opts.base || !h->ndump) {
		chosen = hexdump_choose(h, e);
		if (!chosen)
			return -1;
	}
	for (size_t i = 0; i < h->ndump; i++) {
		struct dump *d = &h->dump[i];

		if (chosen && d != chosen)
			continue;
		at = out->len;
		if (dump_each(d, (uint8_t)h->opts.fill, take, out, e) < 0)
			return -1;
		gaps += warn_gaps(d, at);
	}
	tell(h, chosen, gaps, say);
	return 0;
}

static int apply(struct view in, const void *opts, struct repaired *to,
		 struct err *e)
{
	struct hexdump h = { .opts = opts ? *(const struct hexopts *)opts
					  : hexdump_defaults };
	int r;

	r = hexdump_add(&h, in, "the log", e);
	if (!r)
		r = put_dumps(&h, &to->bytes, &to->say, e);
	hexdump_free(&h);
	return r;
}

const struct fixup fixup_unhex = {
	.name = "unhex",
	.summary = "turn a console log of md or hexdump into bytes",
	.suspect = hexdump_suspect,
	.apply = apply,
	.opts = hexdump_options,
	.value = "dump",
	.optsize = sizeof(struct hexopts),
};
