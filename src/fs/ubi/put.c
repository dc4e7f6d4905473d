/* put.c - erase blocks of UBI, written */
#include "fs/ubi/put.h"

#include "core/hash.h"

enum { NAME = 128, RECORD_PAD = 23 };

static void put_sum(struct buf *out, size_t start)
{
	put32(out, crc32_plain(~0u, view_from(buf_view(out), start)));
}

void ubi_put_ec(struct buf *out, const struct ubi_ec *h)
{
	size_t start = out->len;
	enum endian was = out->endian;

	out->endian = BIG;
	put(out, "UBI#\1", 5);
	put_fill(out, 0, 3);
	put64(out, h->count);
	put32(out, h->vid_at);
	put32(out, h->data_at);
	put32(out, h->seq);
	put_fill(out, 0, 32);
	put_sum(out, start);
	out->endian = was;
}

void ubi_put_vid(struct buf *out, const struct ubi_vid *h)
{
	size_t start = out->len;
	enum endian was = out->endian;

	out->endian = BIG;
	put(out, "UBI!\1", 5);
	put8(out, (uint8_t)h->type);
	put8(out, (uint8_t)h->copy);
	put8(out, (uint8_t)h->compat);
	put32(out, h->volume);
	put32(out, h->lnum);
	put_fill(out, 0, 4);
	put32(out, h->data_size);
	put32(out, h->used_ebs);
	put32(out, h->data_pad);
	put32(out, h->data_crc);
	put_fill(out, 0, 4);
	put64(out, h->sqnum);
	put_fill(out, 0, 12);
	put_sum(out, start);
	out->endian = was;
}

void ubi_put_record(struct buf *out, const struct ubi_record *rec)
{
	size_t start = out->len;
	enum endian was = out->endian;

	out->endian = BIG;
	put32(out, rec->reserved);
	put32(out, rec->alignment);
	put32(out, rec->data_pad);
	put8(out, (uint8_t)rec->type);
	put8(out, (uint8_t)rec->updating);
	put16(out, (uint16_t)rec->name.len);
	put_view(out, rec->name);
	put_fill(out, 0, NAME - rec->name.len);
	put8(out, (uint8_t)rec->flags);
	put_fill(out, 0, RECORD_PAD);
	put_sum(out, start);
	out->endian = was;
}

void ubi_put_block(struct buf *out, const struct ubi_fill *f, uint64_t size)
{
	size_t start = out->len;

	ubi_put_ec(out, &f->ec);
	if (f->vid) {
		put_fill(out, 0xff, f->ec.vid_at - UBI_HEADER);
		ubi_put_vid(out, f->vid);
		put_fill(out, 0xff, f->ec.data_at - (out->len - start));
		put_view(out, f->data);
	}
	put_fill(out, 0xff, size - (out->len - start));
}

void ubi_set_data(struct ubi_vid *h, struct view data, uint32_t used)
{
	h->data_size = (uint32_t)data.len;
	h->used_ebs = used;
	h->data_crc = crc32_plain(~0u, data);
}
