/* nand.c - raw NAND dumps: what a person may say of them, and is told */
#include "fixup/nand/nand.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"

enum { FIRST_SAID = 8 };

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
		note_at("nand.bad", r->bad[i].block * c->block * nand_raw(c),
			"block %llu is marked bad", (unsigned long long)r->bad[i].block);
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
