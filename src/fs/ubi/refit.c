/*
 * refit.c - a volume of UBI with other content
 *
 * What is equal keeps its erase block as it is. What changed is written where
 * it was, with the erase counter that is there; what is new goes to blocks
 * that are free, or behind the last. A block that is no longer needed is
 * free again, and so is every older copy of it.
 */
#include "fs/ubi/map.h"
#include "fs/ubi/put.h"

#include <stdlib.h>

#include "core/mem.h"

struct refit {
	struct ubi_map m;
	struct ubi_volume *vol;
	size_t i;			/* of the volume */
	struct view payload;
	uint32_t used;			/* blocks with content */
	uint32_t next_free;
	uint64_t sqnum, mean;		/* the highest; of erase counters */
	struct buf *out;
	size_t start;
};

static struct ubi_ec ec_of(const struct refit *f, uint32_t block)
{
	struct ubi_ec h;

	if (ubi_is_next(f->m.v, block * f->m.block, &f->m.first, &h))
		return h;
	h = f->m.first;
	h.count = f->mean;
	return h;
}

/* Put a block in place of what is there; sums of headers come with it. */
static void set_block(struct refit *f, uint32_t block, const struct ubi_vid *vid,
		      struct view data)
{
	struct ubi_fill fill = { ec_of(f, block), vid, data };
	struct buf b = { 0 };

	ubi_put_block(&b, &fill, f->m.block);
	while (f->out->len - f->start < (block + 1) * f->m.block)
		put_fill(f->out, 0xff, f->m.block);
	memcpy(f->out->p + f->start + block * f->m.block, b.p, b.len);
	buf_free(&b);
}

/* What lies around headers and data stays as it was. */
static void change_block(struct refit *f, uint32_t block, struct ubi_vid *vid,
			 struct view data)
{
	uint8_t *to = f->out->p + f->start + block * f->m.block;
	uint32_t at = f->m.first.data_at;
	struct buf b = { 0 };

	ubi_put_vid(&b, vid);
	memcpy(to + f->m.first.vid_at, b.p, b.len);
	if (data.len)
		memcpy(to + at, data.p, data.len);
	memset(to + at + data.len, 0xff, f->m.block - at - data.len);
	buf_free(&b);
}

static bool is_free(const struct refit *f, uint32_t block)
{
	struct view b = ubi_block(&f->m, block);
	struct ubi_ec h;
	uint64_t from = 0;

	if (b.len < f->m.block)
		return false;
	if (ubi_is_next(f->m.v, block * f->m.block, &f->m.first, &h))
		from = UBI_HEADER;
	b = view_from(b, from ? h.vid_at : 0);
	return view_run(b, 0xff) == b.len;
}

static uint32_t take_free(struct refit *f)
{
	while (f->next_free < f->m.blocks && !is_free(f, f->next_free))
		f->next_free++;
	return f->next_free++;
}

static struct view content(const struct refit *f, uint32_t lnum)
{
	return view_upto(f->payload, (uint64_t)lnum * f->vol->usable,
			 f->vol->usable);
}

static bool is_blank(const struct refit *f, uint32_t lnum)
{
	struct view v = content(f, lnum);

	return !f->vol->fixed && view_run(v, 0xff) == v.len;
}

/* Behind a short content the block is erased. */
static bool is_same(const struct refit *f, uint32_t lnum, struct view v)
{
	struct view was = ubi_content(&f->m, f->i, lnum), rest;

	if (!view_equal(view_upto(was, 0, v.len), v))
		return false;
	rest = view_from(was, v.len);
	return view_run(rest, 0xff) == rest.len && (!f->vol->fixed || !rest.len);
}

static void set_content(struct refit *f, uint32_t lnum)
{
	uint32_t at = lnum < f->vol->n ? f->vol->block[lnum] : 0;
	struct view data = content(f, lnum);
	struct ubi_vid id = { 0 };

	if (at)
		ubi_vid(ubi_block(&f->m, at - 1), f->m.first.vid_at, &id);
	if (at && is_same(f, lnum, data) &&
	    (!f->vol->fixed || id.used_ebs == f->used))
		return;
	if (!at && is_blank(f, lnum))
		return;
	if (!at)
		id = (struct ubi_vid){
			.type = f->vol->fixed ? UBI_STATIC : UBI_DYNAMIC,
			.volume = f->vol->id, .lnum = lnum,
			.data_pad = f->vol->rec.data_pad, .sqnum = ++f->sqnum,
		};
	id.copy = 0;
	id.data_size = id.data_crc = 0;
	if (f->vol->fixed)
		ubi_set_data(&id, data, f->used);
	if (at)
		change_block(f, at - 1, &id, data);
	else
		set_block(f, take_free(f), &id, data);
}

static void look_at_counters(struct refit *f)
{
	uint64_t sum = 0, n = 0;

	for (uint32_t b = 0; b < f->m.blocks; b++) {
		struct ubi_ec h;
		struct ubi_vid id;

		if (ubi_is_next(f->m.v, b * f->m.block, &f->m.first, &h)) {
			sum += h.count & UINT32_MAX;
			n++;
		}
		if (ubi_vid(ubi_block(&f->m, b), f->m.first.vid_at, &id) &&
		    id.sqnum > f->sqnum)
			f->sqnum = id.sqnum;
	}
	f->mean = n ? sum / n : 0;
}

/* A dynamic volume ends where only erased blocks follow. */
static int count_blocks(struct refit *f, struct err *e)
{
	uint64_t n = (f->payload.len + (uint64_t)f->vol->usable - 1) /
		     f->vol->usable;

	while (n && n <= UINT32_MAX && is_blank(f, (uint32_t)n - 1))
		n--;
	if (f->vol->rec.reserved && n > f->vol->rec.reserved)
		return fail(e, ERR_LIMIT, "%s needs %llu blocks, its UBI volume has %u",
			    f->vol->name, (unsigned long long)n,
			    f->vol->rec.reserved);
	if (n > UINT32_MAX)
		return fail(e, ERR_LIMIT, "%s is too large for UBI", f->vol->name);
	f->used = (uint32_t)n;
	return 0;
}

/* Older copies of a block would come back if only the newest went. */
static void release(struct refit *f)
{
	bool *gone = xcalloc((size_t)f->vol->n + 1, sizeof(*gone));
	struct ubi_vid id;

	for (uint32_t k = f->used; k < f->vol->n; k++)
		gone[k] = f->vol->block[k] && !is_same(f, k, content(f, k));
	for (uint32_t b = 0; b < f->m.blocks; b++)
		if (ubi_vid(ubi_block(&f->m, b), f->m.first.vid_at, &id) &&
		    id.volume == f->vol->id && id.lnum < f->vol->n && gone[id.lnum])
			set_block(f, b, NULL, (struct view){ .p = NULL });
	free(gone);
}

static int refit(struct refit *f, struct err *e)
{
	if (count_blocks(f, e) < 0)
		return -1;
	look_at_counters(f);
	put_view(f->out, f->m.v);
	release(f);
	for (uint32_t k = 0; k < f->used; k++)
		set_content(f, k);
	return 0;
}

int ubi_refit(struct view v, int i, struct view payload, struct buf *out,
	      struct err *e)
{
	struct refit f = { .payload = payload, .out = out, .start = out->len };
	int r = ubi_map(&f.m, v, e);

	if (!r && (i < 0 || (size_t)i >= f.m.n))
		r = fail_at(e, v.at, "this UBI has no volume %d", i);
	if (!r) {
		f.i = (size_t)i;
		f.vol = &f.m.vol[i];
		r = refit(&f, e);
	}
	ubi_map_free(&f.m);
	return r;
}
