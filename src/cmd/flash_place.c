/* flash_place.c - over a boot loader: where an image goes, and what differs */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/flash_loader.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/out.h"

enum { SLOW_MS = 120000 };

/* The part of that name, by -m or by what the device itself says. */
static int place_part(struct loading *l, struct err *e)
{
	const char *name = l->o->source.part, *map = l->o->source.map;
	const struct map_part *part;
	struct maps maps = { 0 };
	char text[2048] = "";
	int r = 0;

	if (!map)
		r = talk_mtdparts(&l->t, text, sizeof(text), e);
	if (r || (!map && !text[0]))
		return r ? -1 : fail(e, ERR_USAGE, "-p needs a map, and the device has no "
				     "mtdparts; give -m boot.log or -m mtdparts=...");
	if (acquire_map(map ? map : text, l->size, &maps, e) < 0)
		return -1;
	part = maps.n ? acquire_part(&maps, l->size, name, strlen(name)) : NULL;
	if (part)
		l->range = (struct range){ part->at, part->size };
	maps_free(&maps);
	if (!part)
		return fail(e, ERR_USAGE, "-p %s: no such partition in the map", name);
	return 0;
}

static int too_large(const struct loading *l, uint64_t room, struct err *e)
{
	fail(e, ERR_USAGE, "is %zu bytes, there is room for %llu; give another image or "
	     "--range", l->im.v.len, (unsigned long long)room);
	return err_about(e, l->image);
}

/* l->range: the bytes to be replaced; l->from: where the image begins. */
static int choose(struct loading *l, struct err *e)
{
	uint64_t len = l->im.v.len;

	l->range = (struct range){ 0, l->size };
	if (l->o->source.part && place_part(l, e) < 0)
		return -1;
	if (l->o->source.range && parse_range(l->o->source.range, l->size, &l->range, e) < 0)
		return within(e, "--range");
	if (l->range.at >= l->size || l->range.size > l->size - l->range.at)
		return fail(e, ERR_USAGE, "the flash ends at 0x%llx; give another --range",
			    (unsigned long long)l->size);
	/* Of an image of the whole flash, its own part. */
	if (len == l->size) {
		l->from = 0;
		return 0;
	}
	l->from = l->range.at;
	if (len > l->range.size)
		return too_large(l, l->range.size, e);
	if (len < l->range.size && !l->o->source.part && !l->o->source.range && !l->o->pad) {
		fail(e, ERR_USAGE, "is %llu bytes, the flash %llu; add --range 0+%llu to "
		     "write only the front, or --pad", (unsigned long long)len,
		     (unsigned long long)l->size, (unsigned long long)len);
		return err_about(e, l->image);
	}
	l->range.size = len;
	return 0;
}

/* A whole block as the device has it, for an edge that the image does not fill. */
static int read_block(struct loading *l, uint64_t at, uint8_t *dst, struct err *e)
{
	struct console_read how = { .at = l->t.ram, .size = l->unit,
				    .restore = talk_restore, .arg = &l->t };
	struct buf got = { 0 };
	int r;

	l->t.flash = (struct range){ at, l->unit };
	r = talk_stage(&l->t, e);
	if (!r)
		r = loading_read(l, &how, &got, e);
	if (!r)
		memcpy(dst, got.p, l->unit);
	buf_free(&got);
	return r;
}

int loading_place(struct loading *l, struct err *e)
{
	struct range bytes;
	uint64_t at, end;
	uint8_t *p;

	if (choose(l, e) < 0)
		return -1;
	bytes = l->range;
	at = bytes.at - bytes.at % l->unit;
	end = bytes.at + bytes.size;
	end += (l->unit - end % l->unit) % l->unit;
	if (end > l->size)
		return too_large(l, l->size - at, e);
	l->range = (struct range){ at, end - at };
	p = buf_room(&l->want, (size_t)l->range.size);
	if (at != bytes.at && read_block(l, at, p, e) < 0)
		return -1;
	if (end != bytes.at + bytes.size &&
	    (end - l->unit != at || at == bytes.at) &&
	    read_block(l, end - l->unit, p + l->range.size - l->unit, e) < 0)
		return -1;
	memcpy(p + (bytes.at - at), l->im.v.p + (bytes.at - l->from), (size_t)bytes.size);
	l->want.len = (size_t)l->range.size;
	return 0;
}

struct view loading_bytes(const struct loading *l, const struct update_step *s)
{
	return view_sub(buf_view(&l->want), s->at - l->range.at, s->size);
}

/* One block that differs, put to its neighbour while they fit into a pack. */
static void add(struct loading *l, uint64_t at)
{
	struct update_plan *p = &l->plan;
	struct update_step *last = p->n ? &p->step[p->n - 1] : NULL;

	p->erase_bytes += l->unit;
	p->program_bytes += l->unit;
	if (last && last->at + last->size == at &&
	    last->size + l->unit <= l->room / 2) {
		last->size += l->unit;
		return;
	}
	p->step = xgrow(p->step, &p->cap, p->n + 1, sizeof(*p->step));
	p->step[p->n++] = (struct update_step){ at, l->unit, true };
}

/* Halve what differs until it is one block: few sums where little does. */
static int compare(struct loading *l, struct range part, struct err *e)
{
	struct view want = view_sub(buf_view(&l->want), part.at - l->range.at, part.size);
	uint64_t half = part.size / 2;
	uint32_t crc;
	int r = console_crc32(&l->t.c, l->t.ram + (part.at - l->t.flash.at), part.size,
			      &crc, e);

	if (r || crc == crc32_of(0, want))
		return r;
	if (part.size <= l->unit) {
		add(l, part.at);
		return 0;
	}
	half -= half % l->unit;
	if (!half)
		half = l->unit;
	r = compare(l, (struct range){ part.at, half }, e);
	return r ? r : compare(l, (struct range){ part.at + half, part.size - half }, e);
}

/* Without sums of its own, the device has to print everything. */
static int compare_printed(struct loading *l, struct range part, struct err *e)
{
	struct console_read how = { .at = l->t.ram, .size = part.size,
				    .restore = talk_restore, .arg = &l->t };
	struct buf got = { 0 };
	int r = loading_read(l, &how, &got, e);

	for (uint64_t i = 0; !r && i < part.size; i += l->unit) {
		struct update_step s = { part.at + i, l->unit, true };

		if (!view_equal(view_sub(buf_view(&got), i, l->unit),
				loading_bytes(l, &s)))
			add(l, s.at);
	}
	buf_free(&got);
	return r;
}

/* The flash's bytes into memory, by lines that arrive as typed. */
static int fetch(struct loading *l, struct range part, struct err *e)
{
	int r = loading_type(l, l->t.store.store->probe[0], e);

	if (r)
		return r;
	l->t.flash = part;
	return loading_store(l, l->t.store.store->read, l->t.ram, part, e);
}

/* One part that fits into memory. */
static int compare_part(struct loading *l, struct range part, struct err *e)
{
	size_t before = l->plan.n;
	int r;

	progress(l->r, "compare", part.at - l->range.at, l->range.size);
	r = fetch(l, part, e);
	if (r)
		return r == 2 ? -1 : r;
	r = compare(l, part, e);
	if (r != 2)
		return r;
	if (l->plan.n != before)
		return fail(e, ERR_DEVICE, "the device's crc32 is garbled each time; lower "
			    "the baud rate or use a shorter cable");
	return compare_printed(l, part, e);
}

int loading_compare(struct loading *l, struct err *e)
{
	uint64_t most = l->room - l->room % l->unit, end = l->range.at + l->range.size;
	int r = 0;

	update_free(&l->plan);
	for (uint64_t at = l->range.at; !r && at < end; at += most)
		r = compare_part(l, (struct range){ at, end - at < most ? end - at : most },
				 e);
	progress_end(l->r);
	return r;
}
