/* look.c - what one piece of the image holds, while it is in the cache */
#include "core/mem.h"
#include "scan/engine.h"

enum sector_kind sector_kind(const uint8_t *p, size_t n)
{
	struct view v = { p, n, 0 };

	if (p[0] == 0xff)
		return view_run(v, 0xff) == n ? SECTOR_FF : SECTOR_MIXED;
	if (p[0] == 0x00)
		return view_run(v, 0x00) == n ? SECTOR_00 : SECTOR_MIXED;
	return SECTOR_MIXED;
}

static void classify(struct engine *g, struct view w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i += SECTOR) {
		size_t n = to - i < SECTOR ? to - i : SECTOR;
		size_t sector = (size_t)((w.at + i) / SECTOR);

		g->s->sector[sector] = (uint8_t)sector_kind(w.p + i, n);
		if (g->s->window)
			g->s->window[sector] = entropy_window(w.p + i, n);
	}
}

static bool is_mixed(const struct engine *g, struct view w, size_t at)
{
	return g->s->sector[(w.at + at) / SECTOR] == SECTOR_MIXED;
}

/* Search [from, to), as far as it was not, and what may reach into it. */
static size_t search_around(const struct engine *g, struct view w, size_t from,
			    size_t to, const size_t limit[2], size_t done,
			    struct hits *out)
{
	const struct finder *f = &g->find;
	size_t begin = from - limit[0] > f->after ? from - f->after : limit[0];
	size_t end = limit[1] - to > f->before ? to + f->before : limit[1];

	finder_run(f, w, begin > done ? begin : done, end, out);
	return end > done ? end : done;
}

/*
 * Nothing is found inside sectors of one value, only across their borders;
 * beyond the piece anything may follow.
 */
static void search(const struct engine *g, struct view w, size_t from, size_t to,
		   struct hits *out)
{
	const size_t limit[] = { from, to };
	size_t done = search_around(g, w, from, from, limit, from, out), stop;

	for (size_t at = from; at < to; at = stop) {
		stop = at + SECTOR;
		if (!is_mixed(g, w, at))
			continue;
		while (stop < to && is_mixed(g, w, stop))
			stop += SECTOR;
		if (stop > to)
			stop = to;
		done = search_around(g, w, at, stop, limit, done, out);
	}
	search_around(g, w, to, to, limit, done, out);
}

static void peek_grid(const struct engine *g, struct view w, size_t from,
		      size_t to, unsigned which, struct hits *out)
{
	const struct source *s = &g->source[g->nneedle + which];
	const struct format *f = g->format[s->format];
	uint64_t at = (w.at + from + f->grid - 1) / f->grid * f->grid;

	for (; at < w.at + to; at += f->grid) {
		size_t i = (size_t)(at - w.at);

		if (!is_mixed(g, w, i) || !f->peek(view_from(w, i)))
			continue;
		out->v = xgrow(out->v, &out->cap, out->n + 1, sizeof(*out->v));
		out->v[out->n++] = (struct hit){ (uint32_t)i,
						 (uint16_t)(g->nneedle + which) };
	}
}

void look_through(struct engine *g, struct view w, size_t from, size_t to,
		  struct hits *magic, struct hits *grid)
{
	classify(g, w, from, to);
	search(g, w, from, to, magic);
	for (unsigned k = 0; k < g->ngrid; k++)
		peek_grid(g, w, from, to, k, grid);
}
