/* nand.c - the fix-up of raw NAND dumps: spare bytes apart, flips corrected */
#include "fixup/nand/nand.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "fixup/fixup.h"
#include "fixup/nand/keep.h"

enum { FIRST_SAID = 8 };

/* For --fixup nand=2048+64; the command has more. */
static const struct option options[] = {
	{ OPT_TEXT, 0, "page", offsetof(struct nand_opts, page), "SIZES",
	  "bytes of a page and of its spare area: 2048+64", 0 },
	{ 0 }
};

static int take_page(const char *s, struct nand_hint *h, struct err *e)
{
	uint64_t page, spare;
	char *copy = xstrdup(s), *plus = strpbrk(copy, "+/");
	int r = 0;

	if (!plus)
		r = fail(e, ERR_USAGE, "--page %s: give bytes of data and of spare: "
			 "2048+64", s);
	if (!r) {
		*plus = 0;
		if (parse_size(copy, &page, e) < 0 || parse_size(plus + 1, &spare, e) < 0)
			r = -1;
		else if (page < NAND_LEAST_PAGE || page > NAND_MOST_PAGE ||
			 page & (page - 1) || spare < NAND_LEAST_SPARE ||
			 spare > NAND_MOST_SPARE)
			r = fail(e, ERR_USAGE, "--page %s: pages are 512 to 16384 bytes, a "
				 "power of two, and spare areas 8 to 4096", s);
	}
	if (!r) {
		h->page = (uint32_t)page;
		h->spare = (uint32_t)spare;
	}
	free(copy);
	return r;
}

static int take_ecc(const char *s, struct nand_hint *h, struct err *e)
{
	char *end;

	if (!strcmp(s, "auto"))
		return 0;
	h->no_code = !strcmp(s, "none");
	if (!strcmp(s, "hamming"))
		h->kind = NAND_HAMMING;
	else if (!strcmp(s, "rs"))
		h->kind = NAND_RS;
	else if (!strncmp(s, "bch", 3))
		h->kind = NAND_BCH;
	if (h->no_code || (h->kind && h->kind != NAND_BCH))
		return 0;
	if (h->kind == NAND_BCH) {
		h->t = (unsigned)strtoul(s + 3, &end, 10);
		if (!*end && h->t <= BCH_MOST_T)
			return 0;
	}
	return fail(e, ERR_USAGE, "--ecc %s: unknown; give auto, none, hamming, rs, bch, "
		    "or bch with its strength: bch4", s);
}

int nand_hints(const struct nand_opts *o, struct nand_hint *h, struct err *e)
{
	*h = (struct nand_hint){ .layouts = o->layout, .block = (uint32_t)o->block };
	if (o->block > 4096)
		return fail(e, ERR_USAGE, "--block: blocks have at most 4096 pages");
	if (o->page && take_page(o->page, h, e) < 0)
		return -1;
	return o->ecc ? take_ecc(o->ecc, h, e) : 0;
}

int nand_choose(struct view in, const struct nand_hint *h, struct nand_chip *c,
		struct nand_proof *p, struct err *e)
{
	struct nand_size size[NAND_MOST_SIZES] = { { h->page, h->spare } };

	*p = (struct nand_proof){ 0 };
	if (nand_find(in, h, c, p) > 0)
		return 0;
	if (h->kind)
		return fail(e, ERR_FORMAT, "no such code holds in its pages; try --ecc "
			    "auto, or --ecc none to take the spare bytes out as they are");
	if (!h->page && !nand_sizes(in, size))
		return fail(e, ERR_FORMAT, "no size of pages fits its length and its "
			    "content; give --page, as 2048+64");
	if (!h->page && !nand_markers_fit(in, size[0].page, size[0].spare))
		return fail(e, ERR_FORMAT, "no size of pages proves itself; give --page, "
			    "as %u+%u", size[0].page, size[0].spare);
	nand_plain(c, size[0].page, size[0].spare);
	c->block = h->block ? h->block : nand_block_of(in, c);
	return nand_ready(c, e);
}

/* A few by offset, the rest counted; the report has them all. */
static void say_pages(const char *code, const struct nand_chip *c,
		      const uint64_t *page, size_t n, uint64_t all, const char *what)
{
	for (size_t i = 0; i < n && i < FIRST_SAID; i++)
		warn_at(code, page[i] * nand_raw(c), "%s (page %llu)", what,
			(unsigned long long)page[i]);
	if (all > FIRST_SAID)
		warn(code, "%llu pages in all: %s", (unsigned long long)all, what);
}

void nand_say(const struct nand_chip *c, const struct nand_report *r)
{
	say_pages("nand.lost", c, r->lost_page, r->nlost, r->lost,
		  "more wrong bits than the code corrects; the page is as it was read");
	for (size_t i = 0; i < r->nbad && i < FIRST_SAID; i++)
		note_at("nand.bad", r->bad[i] * c->block * nand_raw(c),
			"block %llu is marked bad", (unsigned long long)r->bad[i]);
	if (r->nbad > FIRST_SAID)
		note("nand.bad", "%zu blocks are marked bad in all", r->nbad);
	if (r->tail)
		warn("nand.tail", "%llu bytes after the last whole page are kept as they "
		     "are; was the dump cut off?", (unsigned long long)r->tail);
}

void nand_summary(const struct nand_chip *c, const struct nand_report *r,
		  struct buf *say)
{
	nand_describe(c, say);
	put_text(say, "; %llu pages, %llu erased", (unsigned long long)r->pages,
		 (unsigned long long)r->erased);
	if (c->code.kind != NAND_NO_CODE)
		put_text(say, ", %llu wrong bit%s corrected in %llu, %llu lost",
			 (unsigned long long)r->flips, r->flips == 1 ? "" : "s",
			 (unsigned long long)r->fixed, (unsigned long long)r->lost);
	if (r->nbad)
		put_text(say, ", %zu bad block%s", r->nbad, r->nbad == 1 ? "" : "s");
}

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

static int apply(struct view in, const void *opts, struct repaired *r, struct err *e)
{
	static const struct nand_opts none;
	struct nand_chip *c = xcalloc(1, sizeof(*c));
	struct nand_report report = { 0 };
	struct pair to = { &r->bytes, &r->keep };
	struct buf odd = { 0 };
	const struct nand_sink sink = { .data = take_data, .spare = take_spare,
					.arg = &to, .odd = &odd };
	struct nand_hint h;
	struct nand_proof p;
	int status = -1;

	if (nand_hints(opts ? opts : &none, &h, e) < 0 ||
	    nand_choose(in, &h, c, &p, e) < 0)
		goto out;
	nand_bad_blocks(c, in, &report);
	keep_put_chip(&r->keep, c, in.len / nand_raw(c));
	buf_room(&r->bytes, (size_t)(in.len / nand_raw(c) * c->page));
	status = nand_strip(c, in, &sink, &report, e);
	put_view(&r->keep, buf_view(&odd));
	nand_say(c, &report);
	nand_summary(c, &report, &r->say);
out:
	nand_report_free(&report);
	nand_release(c);
	buf_free(&odd);
	free(c);
	return status;
}

static int undo(struct view in, struct view keep, struct buf *out, struct err *e)
{
	struct nand_chip *c = xcalloc(1, sizeof(*c));
	struct view spare, odd;
	int r = keep_get(keep, c, &spare, &odd, e);

	if (!r) {
		buf_room(out, spare.len / c->spare * nand_raw(c));
		r = nand_join(c, in, spare, odd, take, out, e);
		nand_release(c);
	}
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
