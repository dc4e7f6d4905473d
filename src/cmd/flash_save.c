/* flash_save.c - over a boot loader: what the blocks hold, saved before */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/flash_loader.h"
#include "core/out.h"

/* More than this comes by the network, if there is one. */
enum { FEW = 128 * 1024 };

/* What an older dump (--base) says of a place, of the flash or of the range. */
static struct view old_bytes(const struct loading *l, const struct image *old,
			     const struct update_step *s)
{
	if (old->v.len == l->size)
		return view_sub(old->v, s->at, s->size);
	if (old->v.len == l->range.size)
		return view_sub(old->v, s->at - l->range.at, s->size);
	return (struct view){ 0 };
}

static int tick(uint64_t done, uint64_t total, void *arg)
{
	struct talk *t = arg;

	progress(t->r, t->name, done, total);
	return 0;
}

/* One step's bytes as they are now. */
static int read_step(struct loading *l, const struct update_step *s,
		     const struct image *old, struct buf *got, struct err *e)
{
	struct console_read how = { .at = l->t.ram, .size = s->size, .tick = tick,
				    .restore = talk_restore, .arg = &l->t,
				    .base = old_bytes(l, old, s) };

	l->t.flash = (struct range){ s->at, s->size };
	if (talk_stage(&l->t, e) < 0)
		return -1;
	if (!how.base.len && l->plan.erase_bytes > FEW && l->o->via != LOAD_LOADY) {
		int r = talk_tftp(&l->t, got, e);

		if (r <= 0)
			return r;
		if (talk_stage(&l->t, e) < 0)
			return -1;
	}
	return loading_read(l, &how, got, e);
}

static void name_it(struct loading *l)
{
	char *path = l->journal.backup;

	acquire_name("flash", path, sizeof(l->journal.backup) - 8);
	strcpy(strrchr(path, '.'), "-before.bin");
	if (l->o->backup)
		snprintf(path, sizeof(l->journal.backup), "%s", l->o->backup);
}

int loading_back_up(struct loading *l, struct err *e)
{
	struct image old = { 0 };
	struct buf was = { 0 };
	int r = 0;

	if (l->journal.found || (l->o->backup && !strcmp(l->o->backup, "none")))
		return 0;
	if (l->o->base && image_open(&old, l->o->base, e) < 0)
		return -1;
	snprintf(l->t.name, sizeof(l->t.name), "backup");
	/* The other blocks hold what the image does: their sums say so. */
	put_view(&was, buf_view(&l->want));
	for (size_t i = 0; !r && i < l->plan.n; i++) {
		const struct update_step *s = &l->plan.step[i];
		struct buf got = { 0 };

		r = read_step(l, s, &old, &got, e);
		if (!r)
			memcpy(was.p + (s->at - l->range.at), got.p, (size_t)s->size);
		buf_free(&got);
	}
	progress_end(l->r);
	name_it(l);
	if (!r)
		r = out_save(l->journal.backup, buf_view(&was), l->r->common->force, e);
	if (!r)
		say(l->r, "backup      %s, 0x%llx+0x%llx of the flash", l->journal.backup,
		    (unsigned long long)l->range.at, (unsigned long long)l->range.size);
	buf_free(&was);
	if (l->o->base)
		image_close(&old);
	return r;
}
