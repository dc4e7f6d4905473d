/* flash_write.c - erasing and writing by a loader, once memory is proven */
#include <stdio.h>
#include <string.h>

#include "cmd/flash_loader.h"

enum { TRIES = 3 };

/* A pack in memory, its sum as it shall be. 0, 1, -1. */
static int bring(struct loading *l, const struct pack *p, struct err *e)
{
	struct buf b = { 0 };
	int r = 2;

	for (size_t i = 0; i < p->n; i++)
		put_view(&b, loading_bytes(l, &l->plan.step[p->first + i]));
	for (int i = 0; r == 2 && i < TRIES; i++) {
		r = loading_send(l, p, e);
		if (!r)
			r = loading_prove(l, l->t.ram, buf_view(&b), e);
	}
	buf_free(&b);
	if (r != 2)
		return r;
	return fail(e, ERR_DEVICE, "what arrives in the device's memory is not what was "
		    "sent; nothing was erased: lower the baud rate, or give another --via");
}

/* Erase, write, read back to the other half of memory, compare. 0, 1, 2, -1. */
static int put_step(struct loading *l, const struct update_step *s, uint64_t ram,
		    struct err *e)
{
	const struct store *store = l->t.store.store;
	struct range place = { s->at, s->size };
	uint64_t back = l->t.ram + l->room / 2;
	int r = store->erase ? loading_store(l, store->erase, ram, place, e) : 0;

	if (!r)
		r = loading_store(l, store->write, ram, place, e);
	if (!r)
		r = loading_store(l, store->read, back, place, e);
	if (r)
		return r;
	r = loading_prove(l, back, loading_bytes(l, s), e);
	if (r == 2) {
		fail_at(e, s->at, "the flash does not hold what was written; add --unprotect, "
			"or run again to resume");
		e->kind = ERR_DEVICE;
		err_about(e, "flash");
	}
	return r;
}

static int write_pack(struct loading *l, const struct pack *p, uint64_t *done,
		      struct err *e)
{
	uint64_t ram = l->t.ram;
	int r = bring(l, p, e);

	for (size_t i = 0; !r && i < p->n; i++) {
		const struct update_step *s = &l->plan.step[p->first + i];

		progress(l->r, "program", *done, l->plan.erase_bytes);
		r = put_step(l, s, ram, e);
		for (int k = 1; r == 2 && k < TRIES; k++)
			r = put_step(l, s, ram, e);
		ram += s->size;
		*done += s->size;
	}
	return r == 2 ? -1 : r;
}

static int unprotect(struct loading *l, struct err *e)
{
	char line[96];
	int r;

	snprintf(line, sizeof(line), "sf protect unlock 0x0 0x%llx",
		 (unsigned long long)l->size);
	r = loading_type(l, line, e);
	/* Older ones say it in other words. */
	return r == 2 ? loading_type(l, "sf lock 0", e) : r;
}

int loading_write(struct loading *l, struct err *e)
{
	uint64_t done = 0;
	int r = loading_type(l, l->t.store.store->probe[0], e);

	if (!r && l->o->unprotect && l->t.store.store == store_named("sf"))
		r = unprotect(l, e);
	for (size_t i = 0; !r && i < l->plan.n; ) {
		struct pack p = loading_pack(l, i);

		r = write_pack(l, &p, &done, e);
		i += p.n;
	}
	progress_end(l->r);
	return r == 2 ? -1 : r;
}
