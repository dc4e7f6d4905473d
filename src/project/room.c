/*
 * room.c - how far what lies in a part may grow
 *
 * To its end, where partitions say so. Where no map does, parts were cut where
 * objects end: the erased gap behind one is room then, and of one that ends in
 * something else the erased blocks at its front. And a file that ends
 * with an object, at no border of an erase block, is no flash but an update:
 * it may become longer or shorter.
 */
#include <stdio.h>

#include "core/log.h"
#include "project/assembly.h"
#include "project/slack.h"

enum { BORDER = 0x10000 };

static bool is_free(const struct fitted *row)
{
	return row->part->part.gap && row->part->part.erased && !is_changed(row);
}

/* Where the free blocks end that a gap begins with: at its start, or later. */
static uint64_t free_front(const struct assembled *a, const struct fitted *gap)
{
	const struct part *part = &gap->part->part;
	uint64_t end = part->at;

	if (!part->gap || is_changed(gap))
		return end;
	end += slack_run(part_in(a, gap));
	if (end < part->at + part->size)
		end -= end % BORDER;
	return end > part->at ? end : part->at;
}

/* A file as ubinize makes it, not a dump: what its volumes reserve is more. */
static bool is_lone_ubi(const struct assembled *a)
{
	const struct format *f = a->m.n == 1 ? a->row->part->format : NULL;

	return f && !strcmp(f->name, "ubi");
}

struct view room_of_part(const struct assembled *a, const struct fitted *row,
			 bool *grows)
{
	const struct part *part = &row->part->part;
	uint64_t end = part->at + part->size;
	const struct fitted *next = row + 1;

	*grows = false;
	if (next == a->row + a->m.n)
		end = a->image.len;
	if (!a->m.map.n) {
		for (; next < a->row + a->m.n && is_free(next); next++)
			end = next->part->part.at + next->part->part.size;
		if (next < a->row + a->m.n)
			end = free_front(a, next);
		*grows = row + 1 == a->row + a->m.n &&
			 (a->m.size % BORDER || is_lone_ubi(a));
	}
	return view_sub(buf_view(&a->image), part->at, end - part->at);
}

struct spot spot_of(const struct assembly *s, const struct fitted *row)
{
	const struct manifest_part *mp = row->part;
	struct spot p = { .at = mp->main_at, .was = mp->main_size,
			   .fill = s->a->m.erased };

	p.end = mp->part.at + room_of_part(s->a, row, &p.grows).len;
	if (p.was > p.end - p.at)
		p.was = p.end - p.at;
	p.behind = view_sub(buf_view(&s->a->image), p.at + p.was, p.end - p.at - p.was);
	if (p.behind.len && (p.behind.p[0] == 0xff || p.behind.p[0] == 0))
		p.fill = p.behind.p[0];
	if (mp->format->borderless)
		p.fill = 0xff;
	p.room = p.was + (mp->format->borderless ? view_run(p.behind, p.fill)
						 : slack_run(p.behind));
	if (p.grows && p.room == p.end - p.at)
		p.room = UINT32_MAX;
	return p;
}

/* Those behind that lent their bytes are not erased any more. */
static void mark_taken(struct assembled *a, const struct fitted *row,
		       uint64_t size)
{
	uint64_t end = row->part->part.at + size;

	for (struct fitted *k = a->row; k < a->row + a->m.n; k++) {
		struct view v = part_in(a, k);

		if (k <= row || k->part->part.at >= end || view_run(v, v.p[0]) == v.len)
			continue;
		k->taken = true;
		snprintf(k->state, sizeof(k->state), "taken by %.40s",
			 row->part->part.dir);
	}
}

void put_room(struct assembled *a, struct fitted *row, struct view bytes)
{
	uint64_t at = row->part->part.at;

	if (row + 1 == a->row + a->m.n) {
		if (bytes.len != row->part->part.size)
			note("project.length", "the result is %llu bytes %s than %s",
			     (unsigned long long)(bytes.len > row->part->part.size
			     ? bytes.len - row->part->part.size
			     : row->part->part.size - bytes.len),
			     bytes.len > row->part->part.size ? "longer" : "shorter",
			     a->m.input);
		a->image.len = (size_t)at;
		put_view(&a->image, bytes);
	} else {
		memcpy(a->image.p + at, bytes.p, bytes.len);
		mark_taken(a, row, bytes.len);
	}
}
