/*
 * tenvis.c - PK2, the updates of Tenvis' cameras
 *
 *	image   = "PK2" 0 type time version[4] reserved[8] n { section }
 *	section = word[4] md5[16] size payload
 *	payload = namelen name len data		of "FILE"
 *		| command			of "CMD"
 *
 * Little-endian. data and command are xored with eight bytes. Of what the md5
 * is differs, or is not known: the one that holds is made to hold again.
 */
#include <stdio.h>

#include "core/hash.h"
#include "core/work.h"
#include "scan/refit.h"

enum { HEADER = 28, SECTION = 24, MOST_SECTIONS = 64 };
enum { SUM_NONE, SUM_PAYLOAD, SUM_DATA, SUM_CLEAR, SUMS };

struct section { uint64_t at, payload, data, len, end; bool file; uint32_t name; };
struct pk2 { unsigned n; struct section s[MOST_SECTIONS]; uint64_t end; };

static void put_scrambled(struct buf *out, struct view v)
{
	static const uint8_t key[8] = {
		0xa1, 0x83, 0x24, 0x78, 0xb3, 0x41, 0x43, 0x56
	};
	uint8_t *p = buf_room(out, v.len);

	for (size_t i = 0; i < v.len; i++)
		p[i] = v.p[i] ^ key[i % sizeof(key)];
	out->len += v.len;
}

static bool get_section(struct view v, uint64_t at, struct section *s)
{
	uint32_t size = peek32(v, at + 20, LITTLE);

	*s = (struct section){ .at = at, .payload = at + SECTION,
			       .data = at + SECTION, .len = size,
			       .file = view_is(v, at, "FILE", 4) };
	s->end = s->payload + size;
	if (!view_has(v, s->payload, size) || (!s->file && !view_is(v, at, "CMD", 3)))
		return false;
	if (!s->file)
		return true;
	s->name = peek32(v, s->payload, LITTLE);
	s->data = s->payload + 4 + (uint64_t)s->name + 4;
	s->len = peek32(v, s->data - 4, LITTLE);
	return s->data <= s->end && s->len <= s->end - s->data;
}

static bool get_pk2(struct view v, struct pk2 *k)
{
	uint32_t n = peek32(v, 24, LITTLE);

	*k = (struct pk2){ .end = HEADER };
	if (!n || n > MOST_SECTIONS)
		return false;
	for (; k->n < n; k->n++) {
		if (!get_section(v, k->end, &k->s[k->n]))
			return false;
		k->end = k->s[k->n].end;
	}
	return true;
}

static void sum_of(struct view v, const struct section *s, int kind,
		   uint8_t md5[MD5_SIZE])
{
	struct view data = view_sub(v, s->data, s->len);
	struct buf clear = { 0 };

	if (kind == SUM_CLEAR)
		put_scrambled(&clear, data);
	md5_bytes(kind == SUM_CLEAR ? buf_view(&clear) : kind == SUM_DATA ? data :
		  view_sub(v, s->payload, s->end - s->payload), md5);
	buf_free(&clear);
}

static int kind_of_sum(struct view v, const struct section *s)
{
	uint8_t md5[MD5_SIZE];

	for (int kind = SUM_PAYLOAD; kind < SUMS; kind++) {
		work_add(8 * s->len);
		sum_of(v, s, kind, md5);
		if (view_is(v, s->at + 4, md5, MD5_SIZE))
			return kind;
	}
	return SUM_NONE;
}

static enum proof tenvis_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	unsigned holds = 0;
	struct pk2 k;

	if (!get_pk2(v, &k))
		return PROOF_NONE;
	for (unsigned i = 0; i < k.n; i++)
		holds += kind_of_sum(v, &k.s[i]) != SUM_NONE;
	region_size(r, image, k.end);
	region_detail(r, "%u sections, md5 of %u ok, xored", k.n, holds);
	region_number(r, "sections", k.n);
	if (holds == k.n)
		region_evidence(r, "md5 of %u sections", k.n);
	return holds == k.n ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static void name_payload(struct view v, const struct section *s, struct payload *p)
{
	struct view name = view_sub(v, s->payload + 4, s->file ? s->name : 0);
	size_t from = 0;

	snprintf(p->name, sizeof(p->name), "command");
	if (!s->file)
		return;
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] == '/')
			from = i + 1;
	snprintf(p->name, sizeof(p->name), "%.*s", (int)(name.len - from > 32 ? 32 :
		 name.len - from), name.len ? (const char *)name.p + from : "");
}

static int tenvis_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	struct pk2 k;
	int i;

	if (!get_pk2(v, &k))
		return fail_at(e, v.at, "PK2 cut off");
	for (i = 0; i < most && (unsigned)i < k.n; i++) {
		inner[i] = (struct payload){ .v = { .at = v.at } };
		name_payload(v, &k.s[i], &inner[i]);
	}
	return i;
}

static int tenvis_load(struct view v, int i, uint64_t most, struct buf *out,
		       struct err *e)
{
	struct pk2 k;

	if (!get_pk2(v, &k) || i < 0 || (unsigned)i >= k.n)
		return fail_at(e, v.at, "this PK2 has no such section");
	if (k.s[i].len > most)
		return fail(e, ERR_LIMIT, "more than is allowed");
	put_scrambled(out, view_sub(v, k.s[i].data, k.s[i].len));
	return 0;
}

static int tenvis_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	const struct section *s;
	struct section now;
	struct pk2 k;
	int kind;

	if (!get_pk2(v, &k) || i < 0 || (unsigned)i >= k.n ||
	    payload.len > UINT32_MAX / 2)
		return fail_at(e, v.at, "this PK2 has no such section");
	s = &k.s[i];
	kind = kind_of_sum(v, s);
	if (kind == SUM_NONE)
		return fail(e, ERR_UNSUPPORTED, "of what its md5 is is not known");
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, s->data));
	put_scrambled(out, payload);
	put_view(out, view_from(v, s->data + s->len));
	patch32(out, start + s->at + 20, (uint32_t)(s->end - s->payload - s->len +
						    payload.len));
	if (s->file)
		patch32(out, start + s->data - 4, (uint32_t)payload.len);
	if (get_section(view_from(buf_view(out), start), s->at, &now))
		sum_of(view_from(buf_view(out), start), &now, kind,
		       out->p + start + s->at + 4);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_tenvis = {
	.open = tenvis_open, .refit = tenvis_refit, .load = tenvis_load,
};

const struct format format_tenvis = {
	.name = "tenvis",
	.title = "Tenvis PK2 update",
	.proves = "MD5 of all sections",
	.suffix = ".pk2",
	.magic = (const struct magic[]){ { 0, 4, "PK2\0" }, { 0 } },
	.probe = tenvis_probe,
	.wrap = &wrap_tenvis,
};
