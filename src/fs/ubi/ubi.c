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
	return h->vid_at >= UBI_HEADER && h->vid_at < h->data_at &&
	       h->data_at <= 1 << 20;
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
