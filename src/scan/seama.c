/*
 * seama.c - Alpha Networks' seattle images, on D-Link's routers and others
 *
 *	image  = { header meta [md5] data }
 *	header = 5ea3a417 0:16 metasize:16 size:32
 *
 * All big-endian. The md5 is of the data, and stands between header and meta
 * where size is not zero. The first one of a file often has no data: it seals
 * the one that follows.
 */
#include "core/hash.h"
#include "scan/refit.h"

enum { HEADER = 12, MOST_META = 1024, MOST_PIECES = 8 };

struct piece { uint64_t at, data, size; };
struct seama { struct piece piece[MOST_PIECES]; unsigned n; uint64_t end; };

static bool get_piece(struct view v, uint64_t at, struct piece *p)
{
	uint32_t meta = peek16(v, at + 6, BIG), size = peek32(v, at + 8, BIG);

	if (!view_is(v, at, "\x5e\xa3\xa4\x17", 4) || !view_has(v, at, HEADER) ||
	    peek16(v, at + 4, BIG) || meta > MOST_META)
		return false;
	*p = (struct piece){ at, at + HEADER + meta + (size ? MD5_SIZE : 0), size };
	return true;
}

static bool get_seama(struct view v, struct seama *s)
{
	struct piece p;

	*s = (struct seama){ 0 };
	while (s->n < MOST_PIECES && get_piece(v, s->end, &p)) {
		s->piece[s->n++] = p;
		s->end = p.data + p.size;
	}
	return s->n && (s->n > 1 || s->piece[0].size);
}

static bool holds(struct view v, const struct piece *p)
{
	struct view data = view_sub(v, p->data, p->size);
	uint8_t md5[MD5_SIZE];

	if (!p->size)
		return true;
	if (!data.len)
		return false;
	md5_bytes(data, md5);
	return view_is(v, p->at + HEADER, md5, MD5_SIZE);
}

static enum proof seama_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct seama s;
	bool all = true;

	if (!get_seama(v, &s))
		return PROOF_NONE;
	region_size(r, image, s.end);
	for (unsigned i = 0; i < s.n; i++)
		all = all && holds(v, &s.piece[i]);
	r->endian = BIG;
	r->broken = !all && !r->says;
	region_number(r, "pieces", s.n);
	region_detail(r, "%s, %u piece%s", all ? "md5 ok" : r->says ? "cut off" :
		      "md5 wrong", s.n, s.n == 1 ? "" : "s");
	if (all)
		region_evidence(r, "md5 of the data");
	return all ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

/* Payload i: the i-th piece that has data. */
static int find_piece(const struct seama *s, int i)
{
	for (unsigned k = 0; k < s->n; k++)
		if (s->piece[k].size && !i--)
			return (int)k;
	return -1;
}

static int seama_open(struct view v, struct payload *inner, int most,
		      struct err *e)
{
	struct seama s;
	int n = 0;

	if (!get_seama(v, &s) || s.end > v.len)
		return fail_at(e, v.at, "SEAMA cut off");
	for (unsigned k = 0; k < s.n && n < most; k++)
		if (s.piece[k].size)
			inner[n++] = (struct payload){
				.v = view_sub(v, s.piece[k].data, s.piece[k].size),
				.name = "image" };
	return n;
}

static int seama_refit(struct view v, int i, struct view payload,
		       struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	const struct piece *p;
	struct seama s;
	int k;

	if (!get_seama(v, &s) || s.end > v.len || (k = find_piece(&s, i)) < 0 ||
	    !payload.len || payload.len > UINT32_MAX / 2)
		return fail_at(e, v.at, "this SEAMA has no such image");
	p = &s.piece[k];
	out->endian = BIG;
	put_view(out, view_sub(v, 0, p->data));
	put_view(out, payload);
	put_view(out, view_from(v, p->data + p->size));
	patch32(out, start + p->at + 8, (uint32_t)payload.len);
	md5_bytes(payload, out->p + start + p->at + HEADER);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_seama = {
	.open = seama_open, .refit = seama_refit,
};

const struct format format_seama = {
	.name = "seama",
	.title = "SEAMA image (Alpha Networks)",
	.proves = "MD5 of the data",
	.suffix = ".seama",
	.magic = (const struct magic[]){ { 0, 6, "\x5e\xa3\xa4\x17\0\0" }, { 0 } },
	.probe = seama_probe,
	.wrap = &wrap_seama,
};
