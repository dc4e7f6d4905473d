/* update.c - making a chip equal to an image, touching only what differs */
#include "acquire/update.h"

#include <stdlib.h>

#include "core/mem.h"

/* Typical times of 3 V parts (datasheets): small and large erase, page. */
enum { SMALL_ERASE_MS = 45, LARGE_ERASE_MS = 150, PAGE_US = 700, VERIFY_TRIES = 2,
       MARGIN = 256, MOST_STEP = 64 * 1024 };

static bool needs_erase(struct view have, struct view want)
{
	for (size_t i = 0; i < want.len; i++)
		if (want.p[i] & ~have.p[i])
			return true;
	return false;
}

static uint64_t program_bytes(const struct nor *n, struct view have,
			      struct view want, bool erased)
{
	uint64_t bytes = 0;

	for (uint64_t i = 0; i < want.len; i += n->chip.page) {
		struct view w = view_upto(want, i, n->chip.page);
		struct view h = view_upto(have, i, n->chip.page);

		if (erased ? view_run(w, 0xff) != w.len : !view_equal(h, w))
			bytes += w.len;
	}
	return bytes;
}

static void add(struct update_plan *p, uint64_t at, uint64_t size, bool erase)
{
	struct update_step *last = p->n ? &p->step[p->n - 1] : NULL;

	/* Neighbours of a kind are one step, so that large units can be used; a
	   Ctrl-C is heard between steps. */
	if (last && last->erase == erase && last->at + last->size == at &&
	    last->at / MOST_STEP == at / MOST_STEP) {
		last->size += size;
		return;
	}
	p->step = xgrow(p->step, &p->cap, p->n + 1, sizeof(*p->step));
	p->step[p->n++] = (struct update_step){ at, size, erase };
}

/* The smallest unit, and the largest one up to 64 KiB. */
static void units(const struct nor *n, uint64_t *small, uint64_t *large)
{
	*small = n->chip.erase[0].size;
	*large = *small;
	for (unsigned i = 0; i < NOR_ERASES && n->chip.erase[i].size; i++)
		if (n->chip.erase[i].size <= 64 * 1024)
			*large = n->chip.erase[i].size;
}

/* One large unit: all of it at once where half of its small ones go anyway. */
static void plan_unit(const struct nor *n, uint64_t at, struct view have,
		      struct view want, uint64_t small, struct update_plan *p)
{
	uint64_t count = 0, all = (want.len + small - 1) / small;
	bool whole;

	for (uint64_t i = 0; i < want.len; i += small)
		count += needs_erase(view_upto(have, i, small),
				     view_upto(want, i, small));
	whole = all > 1 && count * 3 >= all && want.len % small == 0;
	if (whole) {
		add(p, at, want.len, true);
		p->erase_bytes += want.len;
		p->program_bytes += program_bytes(n, have, want, true);
		p->seconds += LARGE_ERASE_MS / 1000.0;
		return;
	}
	for (uint64_t i = 0; i < want.len; i += small) {
		struct view h = view_upto(have, i, small);
		struct view w = view_upto(want, i, small);
		bool erase = needs_erase(h, w);

		if (view_equal(h, w))
			continue;
		add(p, at + i, w.len, erase);
		p->erase_bytes += erase ? w.len : 0;
		p->program_bytes += program_bytes(n, h, w, erase);
		p->seconds += erase ? SMALL_ERASE_MS / 1000.0 : 0;
	}
}

void update_plan(const struct nor *n, uint64_t at, struct view have,
		 struct view want, struct update_plan *p)
{
	uint64_t small, large;

	*p = (struct update_plan){ 0 };
	units(n, &small, &large);
	for (uint64_t i = 0; i < want.len; ) {
		uint64_t len = large - (at + i) % large;
		struct view h = view_upto(have, i, len), w = view_upto(want, i, len);

		if (!view_equal(h, w))
			plan_unit(n, at + i, h, w, small, p);
		i += w.len;
	}
	p->seconds += (double)p->program_bytes / n->chip.page * PAGE_US / 1e6;
}

void update_free(struct update_plan *p)
{
	free(p->step);
	*p = (struct update_plan){ 0 };
}

static int verify(struct nor *n, uint64_t at, struct view want, struct err *e)
{
	uint8_t *got = xmalloc(want.len);
	int r = nor_read(n, at, got, want.len, e);

	for (size_t i = 0; !r && i < want.len; i++) {
		if (got[i] == want.p[i])
			continue;
		fail_at(e, at + i, "reads %02x after %02x was written; check the clip "
			"and the 3.3 V supply, and run again to resume", got[i],
			want.p[i]);
		e->kind = ERR_DEVICE;
		r = err_about(e, "chip");
	}
	free(got);
	return r;
}

/* With some bytes on both sides: a chip whose units are larger than was thought
   would have erased those too. */
int update_verify(struct nor *n, uint64_t at, struct view want,
		  const struct update_step *s, struct err *e)
{
	uint64_t before = s->at - at < MARGIN ? s->at - at : MARGIN;
	struct view w = view_upto(want, s->at - at - before, before + s->size + MARGIN);

	return verify(n, s->at - before, w, e);
}

int update_step(struct nor *n, uint64_t at, struct view want,
		const struct update_step *s, struct err *e)
{
	struct view w = view_sub(want, s->at - at, s->size);
	int r = -1;

	for (int i = 0; r < 0 && i < VERIFY_TRIES; i++) {
		if ((s->erase && nor_erase(n, s->at, s->size, e) < 0) ||
		    nor_program(n, s->at, w, e) < 0)
			return -1;
		r = verify(n, s->at, w, e);
	}
	return r;
}
