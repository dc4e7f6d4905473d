/* ubi.c - the headers of UBI, decoded */
#include "fs/ubi/ubi.h"

#include "core/hash.h"

/* The sum over the first n - 4 bytes is in the last four. */
static bool sum_holds(struct view v, size_t n)
{
	return view_has(v, 0, n) &&
	       crc32_plain(~0u, view_sub(v, 0, n - 4)) == peek32(v, n - 4, BIG);
}

bool ubi_ec(struct view block, struct ubi_ec *h)
{
	struct cursor c = cursor(block, BIG);

	if (!view_is(block, 0, "UBI#\1", 5) || !sum_holds(block, UBI_HEADER))
		return false;
	get_skip(&c, 8);
	h->count = get64(&c);
	h->vid_at = get32(&c);
	h->data_at = get32(&c);
	h->seq = get32(&c);
	return h->vid_at >= UBI_HEADER && h->data_at <= 1 << 20 &&
	       h->data_at >= UBI_HEADER && h->vid_at <= h->data_at - UBI_HEADER;
}

bool ubi_vid(struct view block, uint32_t at, struct ubi_vid *h)
{
	struct view v = view_sub(block, at, UBI_HEADER);
	struct cursor c = cursor(v, BIG);

	if (!view_is(v, 0, "UBI!\1", 5) || !sum_holds(v, UBI_HEADER))
		return false;
	get_skip(&c, 5);
	h->type = get8(&c);
	h->copy = get8(&c);
	h->compat = get8(&c);
	h->volume = get32(&c);
	h->lnum = get32(&c);
	get_skip(&c, 4);
	h->data_size = get32(&c);
	h->used_ebs = get32(&c);
	h->data_pad = get32(&c);
	h->data_crc = get32(&c);
	get_skip(&c, 4);
	h->sqnum = get64(&c);
	return true;
}

bool ubi_record(struct view table, unsigned i, struct ubi_record *rec)
{
	struct view v = view_sub(table, (uint64_t)i * UBI_RECORD, UBI_RECORD);
	struct cursor c = cursor(v, BIG);
	unsigned len;

	if (!sum_holds(v, UBI_RECORD))
		return false;
	rec->reserved = get32(&c);
	rec->alignment = get32(&c);
	rec->data_pad = get32(&c);
	rec->type = get8(&c);
	rec->updating = get8(&c);
	len = get16(&c);
	rec->name = view_sub(v, c.pos, len < 128 ? len : 0);
	get_skip(&c, 128);
	rec->flags = get8(&c);
	return true;
}

bool ubi_table_holds(struct view table)
{
	struct ubi_record rec;

	for (unsigned i = 0; i < UBI_RECORDS; i++)
		if (!ubi_record(table, i, &rec))
			return i > 0 && !view_has(table, (uint64_t)i * UBI_RECORD,
						  UBI_RECORD);
	return true;
}

bool ubi_is_next(struct view v, uint64_t off, const struct ubi_ec *first,
		 struct ubi_ec *h)
{
	return view_is(v, off, "UBI#", 4) && ubi_ec(view_from(v, off), h) &&
	       h->vid_at == first->vid_at && h->data_at == first->data_at &&
	       (h->seq == first->seq || !h->seq || !first->seq);
}

static uint64_t common(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * Blocks without a header may lie between: the size is what divides all the
 * places of the first headers.
 */
uint64_t ubi_block_size(struct view v, const struct ubi_ec *first)
{
	enum { STEP = 512, SEEN = 8, LEAST = 4 << 10, MOST = 4 << 20 };
	uint64_t size = 0, off = LEAST;
	struct ubi_ec h;
	unsigned seen = 0;

	while (off <= (uint64_t)SEEN * MOST && off < v.len && seen < SEEN) {
		if (off <= first->data_at || !ubi_is_next(v, off, first, &h)) {
			off += size ? size : STEP;
			continue;
		}
		size = common(size, off);
		seen++;
		off += size;
	}
	return size > first->data_at && size <= MOST ? size : 0;
}
