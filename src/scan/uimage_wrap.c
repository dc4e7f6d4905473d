/*
 * uimage_wrap.c - what is inside a legacy image, and how to put it back
 *
 * Multi-file images and scripts begin with be32 sizes, ended by a zero; the
 * parts follow, each but the last padded to 4.
 */
#include "core/hash.h"
#include "scan/stream.h"
#include "scan/uimage.h"

enum { MOST_PARTS = 64 };

struct parts {
	size_t n;
	struct view v[MOST_PARTS];
	struct view rest;	/* behind the last one; seldom there */
};

static bool has_table(const struct uimage *u)
{
	return u->type == UIMAGE_MULTI || u->type == UIMAGE_SCRIPT;
}

static bool get_parts(struct view data, struct parts *p)
{
	struct cursor sizes = cursor(data, BIG), c = sizes;
	uint32_t len;

	while (get32(&c))
		;
	p->n = 0;
	while (cursor_ok(&c) && (len = get32(&sizes)) && p->n < MOST_PARTS) {
		get_skip(&c, -c.pos & 3);
		p->v[p->n++] = get_view(&c, len);
	}
	p->rest = view_from(data, c.pos);
	return cursor_ok(&c) && p->n;
}

static int get_all(struct view v, struct uimage *u, struct parts *p,
		   struct err *e)
{
	struct view data;

	if (!uimage_get(v, u))
		return fail_at(e, v.at, "not a U-Boot legacy image");
	data = view_sub(v, UIMAGE_HEADER, u->size);
	if (!data.len)
		return fail_at(e, v.at, "uImage cut off; it says %u bytes",
			       u->size);
	*p = (struct parts){ .n = 1, .v = { data } };
	if (has_table(u) && !get_parts(data, p))
		return fail_at(e, data.at, "sizes of the parts are wrong");
	return 0;
}

static void name_payload(const struct uimage *u, size_t i, struct payload *out)
{
	static const char *const words[] = { "kernel", "ramdisk", "devicetree" };
	struct buf b = { 0 };

	if (u->type == UIMAGE_MULTI)
		put_text(&b, "%s-%zu", i < 3 ? words[i] : "part", i);
	else
		put_text(&b, "%s", uimage_type(u->type) ?
			 uimage_type(u->type) : "data");
	memcpy(out->name, buf_string(&b), b.len + 1);
	buf_free(&b);
}

static int uimage_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	struct parts p;
	struct uimage u;
	int i;

	if (get_all(v, &u, &p, e) < 0)
		return -1;
	for (i = 0; i < most && (size_t)i < p.n; i++) {
		inner[i] = (struct payload){ .v = p.v[i] };
		name_payload(&u, (size_t)i, &inner[i]);
		if (u.comp && !has_table(&u))
			inner[i].codec = stream_sniff(p.v[i]);
	}
	return i;
}

static void put_parts(struct buf *out, const struct parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		put32(out, (uint32_t)p->v[i].len);
	put32(out, 0);
	for (size_t i = 0; i < p->n; i++) {
		put_view(out, p->v[i]);
		if (i + 1 < p->n)
			put_fill(out, 0, -p->v[i].len & 3);
	}
	put_view(out, p->rest);
}

static int uimage_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	size_t start = out->len, data = start + UIMAGE_HEADER;
	enum endian was = out->endian;
	struct parts p;
	struct uimage u;

	if (get_all(v, &u, &p, e) < 0)
		return -1;
	if (i < 0 || (size_t)i >= p.n || payload.len > UINT32_MAX / 2)
		return fail(e, ERR_LIMIT, "payload does not fit in a uImage");
	p.v[i] = payload;
	out->endian = BIG;
	put_view(out, view_sub(v, 0, UIMAGE_HEADER));
	if (has_table(&u))
		put_parts(out, &p);
	else
		put_view(out, payload);
	patch32(out, start + 12, (uint32_t)(out->len - data));
	patch32(out, start + 24, crc32_of(0, view_from(buf_view(out), data)));
	patch32(out, start + 4, uimage_hcrc(view_from(buf_view(out), start)));
	out->endian = was;
	return 0;
}

const struct wrap wrap_uimage = { .open = uimage_open, .refit = uimage_refit };
