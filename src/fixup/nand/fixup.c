/* fixup.c - the fix-up of raw NAND dumps: spare bytes apart, flips corrected */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "fixup/fixup.h"
#include "fixup/nand/bad.h"
#include "fixup/nand/keep.h"
#include "fixup/nand/nand.h"

/* For --fixup nand=2048+64 or nand=oob; the command has more. */
static const struct option options[] = {
	{ OPT_TEXT, 0, "page", offsetof(struct nand_opts, page), "SIZES",
	  "bytes of a page and of its spare area: 2048+64; or oob", 0 },
	{ 0 }
};

static int take(void *arg, struct view bytes, struct err *e)
{
	(void)e;
	put_view(arg, bytes);
	return 0;
}

struct pair { struct buf *data, *spare; };

static int take_data(void *arg, struct view bytes, struct err *e)
{
	return take(((struct pair *)arg)->data, bytes, e);
}

static int take_spare(void *arg, struct view bytes, struct err *e)
{
	return take(((struct pair *)arg)->spare, bytes, e);
}

/*
 * Pages with their spare bytes behind their data, as they came in batches of
 * both; what comes without spare bytes is the rest of a page.
 */
struct beside { struct buf *out, data; uint32_t page; };

static int hold_data(void *arg, struct view bytes, struct err *e)
{
	return take(&((struct beside *)arg)->data, bytes, e);
}

static int put_beside(void *arg, struct view spare, struct err *e)
{
	struct beside *b = arg;
	size_t n = b->data.len / b->page, each = n ? spare.len / n : 0;

	(void)e;
	for (size_t i = 0; i < n; i++) {
		put(b->out, b->data.p + i * b->page, b->page);
		put_view(b->out, view_sub(spare, i * each, each));
	}
	buf_clear(&b->data);
	return 0;
}

/* With the spare bytes: for YAFFS, whose tags are there. */
static int strip_beside(const struct nand_chip *c, struct view in,
			struct nand_report *report, struct repaired *r,
			struct buf *odd, struct err *e)
{
	struct beside to = { .out = &r->bytes, .page = c->page };
	const struct nand_sink sink = { .data = hold_data, .spare = put_beside,
					.arg = &to, .odd = odd };
	int status = nand_strip(c, in, &sink, report, e);

	put_view(&r->bytes, buf_view(&to.data));
	buf_free(&to.data);
	return status;
}

static int strip_apart(const struct nand_chip *c, struct view in,
		       struct nand_report *report, struct repaired *r,
		       struct buf *odd, struct err *e)
{
	struct buf bad = { .endian = LITTLE };
	struct pair to = { &r->bytes, &r->keep };
	const struct nand_sink sink = { .data = take_data, .spare = take_spare,
					.arg = &to, .odd = odd };
	int status;

	buf_room(&r->bytes, (size_t)(in.len / nand_raw(c) * c->page));
	status = nand_strip(c, in, &sink, report, e);
	nand_keep_bad(c, report, &r->bytes, &bad);
	put_view(&r->keep, buf_view(&bad));
	buf_free(&bad);
	return status;
}

static int apply(struct view in, const void *opts, struct repaired *r, struct err *e)
{
	const struct nand_opts *o = opts;
	bool beside = o && o->page && !strcmp(o->page, "oob");
	static const struct nand_opts none;
	struct nand_chip *c = xcalloc(1, sizeof(*c));
	struct nand_report report = { 0 };
	struct buf odd = { 0 };
	struct nand_hint h;
	struct nand_proof p;
	int status = -1;

	if (nand_hints(o && !beside ? o : &none, &h, e) < 0 ||
	    nand_choose(in, &h, c, &p, e) < 0)
		goto out;
	nand_bad_blocks(c, in, &report);
	keep_put_chip(&r->keep, c, in.len / nand_raw(c), beside);
	status = (beside ? strip_beside : strip_apart)(c, in, &report, r, &odd, e);
	put_view(&r->keep, buf_view(&odd));
	nand_say(c, &report);
	nand_summary(c, &report, &r->say);
	if (beside)
		put_text(&r->say, "; with the spare bytes, for yaffs");
out:
	nand_report_free(&report);
	nand_release(c);
	buf_free(&odd);
	free(c);
	return status;
}

/* Take pages with spare bytes behind them apart. */
static void part_beside(const struct nand_chip *c, struct view in, uint64_t pages,
			struct buf *data, struct buf *spare)
{
	for (uint64_t i = 0; i < pages; i++) {
		put_view(data, view_sub(in, i * nand_raw(c), c->page));
		put_view(spare, view_sub(in, i * nand_raw(c) + c->page, c->spare));
	}
	put_view(data, view_from(in, pages * nand_raw(c)));
}

static int undo(struct view in, struct view keep, struct buf *out, struct err *e)
{
	struct nand_chip *c = xcalloc(1, sizeof(*c));
	struct nand_source from = { .data = in };
	struct buf data = { 0 }, spare = { 0 };
	bool beside;
	int r = keep_get(keep, c, &from, &beside, e);

	if (!r && beside) {
		part_beside(c, in, in.len / nand_raw(c), &data, &spare);
		from.data = buf_view(&data);
		from.spare = buf_view(&spare);
	}
	if (!r) {
		buf_room(out, from.spare.len / c->spare * nand_raw(c));
		r = nand_join(c, &from, take, out, e);
		nand_release(c);
	}
	buf_free(&data);
	buf_free(&spare);
	free(c);
	return r;
}

/* Sure where a code holds in nearly all pages looked at. */
static int suspect(struct view in)
{
	static const struct nand_hint none;
	struct nand_chip *c = xcalloc(1, sizeof(*c));
	struct nand_proof p = { 0 };
	int score = 0;

	if (nand_find(in, &none, c, &p) > 0) {
		score = p.right * 100 / p.used;
		nand_release(c);
	}
	free(c);
	return score;
}

const struct fixup fixup_nand = {
	.name = "nand",
	.summary = "strip the spare bytes and correct the bits of a raw NAND dump",
	.suspect = suspect,
	.apply = apply,
	.undo = undo,
	.opts = options,
	.value = "page",
	.optsize = sizeof(struct nand_opts),
};
