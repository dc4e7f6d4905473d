/* join.c - data and spare bytes become raw pages again, parity made right */
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/par.h"
#include "fixup/nand/bad.h"
#include "fixup/nand/bits.h"
#include "fixup/nand/odd.h"
#include "fixup/nand/scramble.h"
#include "fixup/nand/strip.h"

enum { PIECE = 64, AHEAD = 8 };

struct join {
	const struct nand_chip *c;
	struct view data, spare;
	struct badlist bad;
	struct odd *odd;		/* sorted by page */
	size_t nodd, capodd;
	uint8_t *slot[AHEAD];
	unsigned pages[AHEAD];
	int (*write)(void *arg, struct view raw, struct err *e);
	void *arg;
};

static int by_page(const void *a, const void *b)
{
	const struct odd *x = a, *y = b;

	return x->page < y->page ? -1 : x->page > y->page;
}

/* What was wrong in a page as it was read, while its data are the same. */
static const struct odd *odd_of(const struct join *j, uint64_t page,
				struct view data)
{
	struct odd key = { .page = (uint32_t)page };
	const struct odd *o = j->nodd ? bsearch(&key, j->odd, j->nodd, sizeof(key),
						by_page) : NULL;

	return o && o->hash == hash_bytes(data) ? o : NULL;
}

static void make_odd(const struct join *j, const struct odd *o, uint8_t *raw)
{
	struct cursor c = cursor(o->bits, LITTLE);

	for (uint32_t i = 0; i < o->n; i++) {
		uint32_t bit = get32(&c);

		if (bit < nand_raw(j->c) * 8)
			bit_flip(raw, bit, true);
	}
}

static void join_page(const struct join *j, uint64_t page, uint8_t *raw)
{
	const struct nand_chip *c = j->c;
	struct view data = view_sub(j->data, page * c->page, c->page);
	struct view spare = view_sub(j->spare, page * c->spare, c->spare);
	struct view was = bad_was(c, &j->bad, page);
	const struct odd *o;

	if (was.len)
		data = was;
	o = odd_of(j, page, data);
	page_join(c, data.p, spare.p, raw);
	if (!o && !page_fits(c, raw))
		page_encode(c, raw, !bits_zero(data.p, data.len, 0));
	page_scramble(c, page, raw);
	if (o)
		make_odd(j, o, raw);
}

static void work(size_t item, void *arg)
{
	struct join *j = arg;
	uint64_t first = (uint64_t)item * PIECE;
	unsigned *n = &j->pages[item % AHEAD];

	for (*n = 0; *n < PIECE && view_has(j->data, (first + *n) * j->c->page,
					    j->c->page); ++*n)
		join_page(j, first + *n,
			  j->slot[item % AHEAD] + (size_t)*n * nand_raw(j->c));
}

static int done(size_t item, void *arg, struct err *e)
{
	struct join *j = arg;
	struct view raw = { j->slot[item % AHEAD],
			    (size_t)j->pages[item % AHEAD] * nand_raw(j->c), 0 };

	return j->write(j->arg, raw, e);
}

static void load_odd(struct join *j, struct view odd)
{
	struct cursor c = cursor(odd, LITTLE);
	struct odd o;

	while (c.pos < odd.len && odd_get(&c, &o)) {
		j->odd = xgrow(j->odd, &j->capodd, j->nodd + 1, sizeof(o));
		j->odd[j->nodd++] = o;
	}
	if (j->nodd)
		qsort(j->odd, j->nodd, sizeof(*j->odd), by_page);
}

int nand_join(const struct nand_chip *c, const struct nand_source *from,
	      int (*write)(void *arg, struct view raw, struct err *e), void *arg,
	      struct err *e)
{
	struct join *j = xcalloc(1, sizeof(*j));
	uint64_t pages = from->spare.len / c->spare;
	struct view tail = view_from(from->data, pages * c->page);
	const struct par par = { work, done, j, AHEAD };
	int status = bad_check(c, from->data, &from->bad, e);

	*j = (struct join){ .c = c, .spare = from->spare, .bad = from->bad,
			    .write = write, .arg = arg,
			    .data = view_sub(from->data, 0, pages * c->page) };
	if (from->spare.len % c->spare || j->data.len != pages * c->page ||
	    tail.len >= nand_raw(c))
		status = fail(e, ERR_FORMAT, "%zu bytes of data and %zu spare ones are "
			      "not the same number of pages of %u+%u", from->data.len,
			      from->spare.len, c->page, c->spare);
	load_odd(j, from->odd);
	for (unsigned i = 0; i < AHEAD; i++)
		j->slot[i] = xmalloc((size_t)PIECE * nand_raw(c));
	if (!status)
		status = par_run(&par, (pages + PIECE - 1) / PIECE, e);
	if (!status && tail.len)
		status = write(arg, tail, e);
	for (unsigned i = 0; i < AHEAD; i++)
		free(j->slot[i]);
	free(j->odd);
	free(j);
	return status;
}
