/* build.c - an image of UBI out of volumes, as ubinize makes it */
#include "fs/ubi/build.h"

#include <stddef.h>

#include "core/hash.h"
#include "fs/ubi/put.h"

enum { MOST_PEB = 4 << 20, LEAST_PEB = 4096, REJECT = 5, COPIES = 2 };

#define AT(field) offsetof(struct ubi_options, field)

const struct option ubi_option_table[] = {
	{ OPT_UINT, 'p', "peb-size", AT(peb), "SIZE",
	  "bytes of an erase block of the flash", NULL },
	{ OPT_UINT, 'm', "min-io-size", AT(min_io), "SIZE",
	  "least bytes of a write: the page", NULL },
	{ OPT_UINT, 's', "sub-page-size", AT(sub_page), "SIZE",
	  "the same for headers (default: the page)", NULL },
	{ OPT_UINT, 'O', "vid-hdr-offset", AT(vid_at), "SIZE",
	  "where the second header lies", NULL },
	{ OPT_UINT, 'e', "erase-counter", AT(count), "N",
	  "the erase counter of all blocks", NULL },
	{ OPT_UINT, 'Q', "image-seq", AT(seq), "N",
	  "number of the image (default: of the content)", NULL },
	{ 0 },
};

const struct ubi_options ubi_defaults = { .min_io = 1 };

/* The geometry, and the volumes as the table has them. */
struct building {
	const struct ubi_options *o;
	const struct ubi_section *v;
	int n;
	struct ubi_ec ec;
	uint32_t leb;
	struct ubi_record rec[UBI_RECORDS];
	unsigned records;
	struct buf *out;
};

static uint64_t align(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static bool is_power(uint64_t n)
{
	return n && !(n & (n - 1));
}

static int plan(struct building *b, struct err *e)
{
	const struct ubi_options *o = b->o;
	uint64_t sub = o->sub_page ? o->sub_page : o->min_io, vid, data;

	if (o->peb < LEAST_PEB || o->peb > MOST_PEB)
		return fail(e, ERR_USAGE, "-p %llu: not the size of an erase block; give "
			    "for example 128K", (unsigned long long)o->peb);
	if (!is_power(o->min_io) || o->min_io > o->peb / 4 || !is_power(sub) ||
	    sub > o->min_io || o->peb % o->min_io)
		return fail(e, ERR_USAGE, "-m %llu: not a power of two that goes into an "
			    "erase block; give the page size", (unsigned long long)
			    o->min_io);
	vid = o->vid_at ? o->vid_at : align(UBI_HEADER, sub);
	data = align(vid + UBI_HEADER, o->min_io);
	if (vid < UBI_HEADER || vid % 8 || data > o->peb / 2)
		return fail(e, ERR_USAGE, "-O %llu: out of range; leave it out",
			    (unsigned long long)vid);
	if (o->count > UINT32_MAX / 2 || o->seq > UINT32_MAX)
		return fail(e, ERR_USAGE, "-e, -Q: too large a number");
	b->leb = (uint32_t)(o->peb - data);
	b->ec = (struct ubi_ec){ o->count, (uint32_t)vid, (uint32_t)data,
				 (uint32_t)o->seq };
	b->records = b->leb / UBI_RECORD < UBI_RECORDS ? b->leb / UBI_RECORD
						       : UBI_RECORDS;
	return 0;
}

static int refuse(const struct ubi_section *s, struct err *e, const char *why)
{
	return fail_line(e, s->line, "volume %s: %s", s->name, why);
}

static int add_record(struct building *b, const struct ubi_section *s,
		      struct err *e)
{
	uint64_t size = s->size ? s->size : s->content.len, usable, blocks;
	struct ubi_record *rec;

	if (!s->name[0] || s->id >= b->records)
		return refuse(s, e, "needs a vol_name, and a vol_id below 128");
	rec = &b->rec[s->id];
	if (rec->reserved)
		return refuse(s, e, "its vol_id is taken; give another");
	for (int i = 0; &b->v[i] != s; i++)
		if (!strcmp(b->v[i].name, s->name))
			return refuse(s, e, "its vol_name is taken; give another");
	if (!s->alignment || s->alignment > b->leb)
		return refuse(s, e, "vol_alignment is larger than a block");
	*rec = (struct ubi_record){
		.alignment = (uint32_t)s->alignment, .type = s->type,
		.data_pad = b->leb % (uint32_t)s->alignment, .flags = s->flags,
		.name = view_text(s->name),
	};
	usable = b->leb - rec->data_pad;
	if (!size)
		return refuse(s, e, "needs a vol_size or an image");
	if (s->content.len > size)
		return refuse(s, e, "its image is larger than vol_size; give more");
	if (size / usable >= UINT32_MAX)
		return refuse(s, e, "vol_size is too large");
	/* What alignment takes of a block ubinize does not look at. */
	blocks = (s->content.len + usable - 1) / usable;
	rec->reserved = (uint32_t)((size + b->leb - 1) / b->leb);
	if (rec->reserved < blocks)
		rec->reserved = (uint32_t)blocks;
	return 0;
}

static void put_blocks(struct building *b, const struct ubi_section *s)
{
	const struct ubi_record *rec = &b->rec[s->id];
	uint32_t usable = b->leb - rec->data_pad;
	uint32_t n = (uint32_t)((s->content.len + (uint64_t)usable - 1) / usable);

	for (uint32_t k = 0; k < n; k++) {
		struct view data = view_upto(s->content, (uint64_t)k * usable, usable);
		struct ubi_vid id = { .type = rec->type, .volume = (uint32_t)s->id,
				      .lnum = k, .data_pad = rec->data_pad };
		struct ubi_fill f = { b->ec, &id, data };

		if (rec->type == UBI_STATIC)
			ubi_set_data(&id, data, n);
		ubi_put_block(b->out, &f, b->o->peb);
	}
}

static void put_tables(struct building *b)
{
	struct ubi_vid id = { .type = UBI_DYNAMIC, .compat = REJECT,
			      .volume = UBI_LAYOUT };
	struct buf table = { 0 };

	for (unsigned i = 0; i < b->records; i++)
		ubi_put_record(&table, &b->rec[i]);
	for (; id.lnum < COPIES; id.lnum++) {
		struct ubi_fill f = { b->ec, &id, buf_view(&table) };

		ubi_put_block(b->out, &f, b->o->peb);
	}
	buf_free(&table);
}

int ubi_build(const struct ubi_options *o, const struct ubi_section *v, int n,
	      struct buf *out, struct err *e)
{
	struct building b = { .o = o, .v = v, .n = n, .out = out };
	uint32_t seq = 0;

	if (plan(&b, e) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		if (add_record(&b, &v[i], e) < 0)
			return -1;
		seq = crc32_of(seq, v[i].content);
	}
	if (!o->seq)
		b.ec.seq = seq;
	put_tables(&b);
	for (int i = 0; i < n; i++)
		put_blocks(&b, &v[i]);
	return 0;
}
