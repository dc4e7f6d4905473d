/*
 * map.c - which erase block of UBI holds which block of which volume
 *
 * The newest block of a number counts, by its sequence number. One that was
 * being copied when the power went (copy flag) counts only if its sum holds;
 * else the one it was copied from does.
 */
#include "fs/ubi/map.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

enum { MOST_FAULTS = 1000, SPARSE = 4, SMALL = 64 };

/* One erase block that says it belongs to a volume. */
struct claim { struct ubi_vid vid; uint32_t block; };
struct claims { struct claim *v; size_t n, cap; };

__attribute__((format(printf, 4, 5)))
static void fault(struct ubi_map *m, uint64_t at, long volume,
		  const char *fmt, ...)
{
	struct ubi_fault *f;
	va_list ap;

	if (m->faults == MOST_FAULTS)
		return;
	m->fault = xgrow(m->fault, &m->cap, m->faults + 1, sizeof(*m->fault));
	f = &m->fault[m->faults++];
	f->at = m->v.at + at;
	f->volume = volume;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

struct view ubi_block(const struct ubi_map *m, uint32_t block)
{
	return view_upto(m->v, block * m->block, m->block);
}

struct view ubi_content(const struct ubi_map *m, size_t i, uint32_t lnum)
{
	const struct ubi_volume *vol = &m->vol[i];
	uint32_t at = lnum < vol->n ? vol->block[lnum] : 0;
	struct view data = { .p = NULL };
	struct ubi_vid id;

	if (at)
		data = view_upto(view_from(ubi_block(m, at - 1), m->first.data_at),
				 0, vol->usable);
	if (at && vol->fixed &&
	    ubi_vid(ubi_block(m, at - 1), m->first.vid_at, &id))
		data = view_upto(data, 0, id.data_size);
	return data;
}

static bool sum_holds(const struct ubi_map *m, const struct claim *c)
{
	struct view data = view_from(ubi_block(m, c->block), m->first.data_at);

	return view_has(data, 0, c->vid.data_size) &&
	       crc32_plain(~0u, view_sub(data, 0, c->vid.data_size)) ==
	       c->vid.data_crc;
}

static void take_block(struct ubi_map *m, uint32_t i, struct claims *c)
{
	struct view block = ubi_block(m, i), vid;
	struct claim k = { .block = i };
	struct ubi_ec h;

	if (!ubi_is_next(m->v, i * m->block, &m->first, &h)) {
		/* Zeros are a bad block: what is missing for it is said below. */
		if (view_run(block, 0xff) != block.len && view_run(block, 0) != block.len)
			fault(m, i * m->block, -1, "erase block without a UBI header");
		return;
	}
	vid = view_sub(block, m->first.vid_at, UBI_HEADER);
	if (!ubi_vid(block, m->first.vid_at, &k.vid)) {
		if (view_run(vid, 0xff) != vid.len || !vid.len)
			fault(m, i * m->block + m->first.vid_at, -1,
			      "UBI volume header with a wrong sum");
		return;
	}
	c->v = xgrow(c->v, &c->cap, c->n + 1, sizeof(*c->v));
	c->v[c->n++] = k;
}

/* By volume, by number in it, the newest first. */
static int by_place(const void *pa, const void *pb)
{
	const struct claim *a = pa, *b = pb;

	if (a->vid.volume != b->vid.volume)
		return a->vid.volume < b->vid.volume ? -1 : 1;
	if (a->vid.lnum != b->vid.lnum)
		return a->vid.lnum < b->vid.lnum ? -1 : 1;
	if (a->vid.sqnum != b->vid.sqnum)
		return a->vid.sqnum > b->vid.sqnum ? -1 : 1;
	return a->block < b->block ? -1 : 1;
}

static void find_table(struct ubi_map *m, const struct claims *c)
{
	uint64_t newest = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct claim *k = &c->v[i];
		struct view data = view_from(ubi_block(m, k->block),
					     m->first.data_at);

		if (k->vid.volume != UBI_LAYOUT ||
		    (m->table.len && k->vid.sqnum <= newest))
			continue;
		if (!ubi_table_holds(data)) {
			fault(m, k->block * m->block + m->first.data_at, -1,
			      "copy of the UBI volume table with a wrong sum");
			continue;
		}
		m->table = data;
		newest = k->vid.sqnum;
	}
	if (!m->table.len)
		fault(m, 0, -1, "no UBI volume table; volumes have no names");
}

static void name_volume(struct ubi_volume *vol)
{
	struct region r = { 0 };

	region_label(&r, vol->rec.name);
	snprintf(vol->name, sizeof(vol->name), "%s", r.label);
	if (!vol->name[0])
		snprintf(vol->name, sizeof(vol->name), "volume-%u", vol->id);
}

/* The volumes of the table, and those that only blocks speak of. */
static void list_volumes(struct ubi_map *m, const struct claims *c)
{
	uint32_t data = (uint32_t)(m->block - m->first.data_at);

	for (uint32_t id = 0; id < UBI_RECORDS; id++) {
		struct ubi_volume *vol = &m->vol[m->n];
		const struct claim *k = NULL;

		*vol = (struct ubi_volume){ .id = id, .usable = data };
		for (size_t i = 0; i < c->n && !k; i++)
			if (c->v[i].vid.volume == id)
				k = &c->v[i];
		if (!ubi_record(m->table, id, &vol->rec))
			vol->rec = (struct ubi_record){ 0 };
		if (!vol->rec.reserved && (!k || m->table.len))
			continue;
		vol->fixed = (vol->rec.reserved ? vol->rec.type : k->vid.type) ==
			     UBI_STATIC;
		if (vol->rec.data_pad < data)
			vol->usable -= vol->rec.data_pad;
		name_volume(vol);
		m->n++;
	}
}

static void set_block(struct ubi_map *m, struct ubi_volume *vol,
		      const struct claim *c)
{
	uint32_t lnum = c->vid.lnum;

	if (lnum >= SPARSE * (uint64_t)m->blocks + SMALL) {
		fault(m, c->block * m->block, vol->id, "erase block that says it is "
		      "number %u of a volume; not believed", lnum);
		return;
	}
	if (lnum >= vol->n) {
		vol->block = xrealloc(vol->block, (lnum + 1) * sizeof(*vol->block));
		memset(vol->block + vol->n, 0,
		       (lnum + 1 - vol->n) * sizeof(*vol->block));
		vol->n = lnum + 1;
	}
	vol->block[lnum] = c->block + 1;
}

/* The first of c[0..n), which claim the same place, that may be believed. */
static const struct claim *choose(struct ubi_map *m, const struct claim *c,
				  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool sum = c[i].vid.copy || c[i].vid.type == UBI_STATIC;

		if (!sum || sum_holds(m, &c[i]))
			return &c[i];
		if (!c[i].vid.copy || i + 1 == n)
			fault(m, c[i].block * m->block + m->first.data_at,
			      c[i].vid.volume, "UBI block with a wrong data sum");
	}
	return &c[0];
}

static void place_blocks(struct ubi_map *m, const struct claims *c)
{
	size_t vol = 0;

	for (size_t i = 0, n; i < c->n; i += n) {
		const struct ubi_vid *id = &c->v[i].vid;

		for (n = 1; i + n < c->n && c->v[i + n].vid.volume == id->volume &&
			    c->v[i + n].vid.lnum == id->lnum; n++)
			;
		while (vol < m->n && m->vol[vol].id < id->volume)
			vol++;
		if (vol < m->n && m->vol[vol].id == id->volume)
			set_block(m, &m->vol[vol], choose(m, &c->v[i], n));
	}
}

/* Where a static volume has no block its content is gone; its end says the
   headers of those that are there. */
static void measure(struct ubi_map *m, size_t i)
{
	struct ubi_volume *vol = &m->vol[i];
	uint32_t said = 0;

	vol->size = (uint64_t)vol->n * vol->usable;
	if (!vol->fixed || !vol->n)
		return;
	vol->size -= vol->usable - ubi_content(m, i, vol->n - 1).len;
	for (uint32_t k = 0; k < vol->n; k++) {
		struct ubi_vid id;

		if (!vol->block[k])
			fault(m, 0, vol->id, "block %u of the volume is not there", k);
		else if (ubi_vid(ubi_block(m, vol->block[k] - 1),
				 m->first.vid_at, &id) && id.used_ebs > said)
			said = id.used_ebs;
	}
	if (said > vol->n)
		fault(m, 0, vol->id, "%u of the volume's %u blocks are not there",
		      said - vol->n, said);
}

int ubi_map(struct ubi_map *m, struct view v, struct err *e)
{
	struct claims c = { 0 };

	*m = (struct ubi_map){ .v = v };
	if (!ubi_ec(v, &m->first))
		return fail_at(e, v.at, "not a UBI erase block");
	m->block = ubi_block_size(v, &m->first);
	if (!m->block)
		m->block = v.len;
	m->blocks = (uint32_t)((v.len + m->block - 1) / m->block);
	if (m->block <= m->first.data_at)
		return fail_at(e, v.at, "UBI erase block that is cut off");
	for (uint32_t i = 0; i < m->blocks; i++)
		take_block(m, i, &c);
	if (c.n)
		qsort(c.v, c.n, sizeof(*c.v), by_place);
	find_table(m, &c);
	list_volumes(m, &c);
	place_blocks(m, &c);
	for (size_t i = 0; i < m->n; i++)
		measure(m, i);
	free(c.v);
	return 0;
}

void ubi_map_free(struct ubi_map *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->vol[i].block);
	free(m->fault);
	*m = (struct ubi_map){ 0 };
}
