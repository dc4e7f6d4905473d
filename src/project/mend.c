/* mend.c - make right the checksums of what holds something that changed */
#include "project/assembly.h"
#include "scan/ubootenv.h"

static bool overlaps(uint64_t at, uint64_t size, uint64_t from, uint64_t len)
{
	return at >= from ? at - from < len : from - at < size;
}

static bool is_touched(const struct assembled *a, const struct manifest_object *x)
{
	for (size_t i = 0; i < a->m.n; i++) {
		const struct fitted *row = &a->row[i];

		if (is_changed(row) && overlaps(x->at, x->size, row->part->part.at,
						row->part->part.size))
			return true;
	}
	return false;
}

/* The object as it is now, which may be larger than it was. */
static enum proof proof_now(const struct assembled *a,
			    const struct manifest_object *x, struct view *v)
{
	struct view image = buf_view(&a->image);
	struct region r = { .at = x->at, .format = x->format };
	enum proof proof = x->format->probe(image, x->at, &r);

	*v = view_sub(image, x->at, proof >= PROOF_PLAUSIBLE && r.at == x->at &&
		      !r.says ? r.size : x->size);
	return proof;
}

/* Put bytes into the image and remember which parts they changed. */
static void put_back(struct assembled *a, uint64_t at, struct view bytes)
{
	for (size_t i = 0; i < a->m.n; i++) {
		struct fitted *row = &a->row[i];
		uint64_t from = row->part->part.at, end = from + row->part->part.size;
		uint64_t lo = at > from ? at : from;
		uint64_t hi = at + bytes.len < end ? at + bytes.len : end;

		if (lo >= hi || !memcmp(a->image.p + lo, bytes.p + (lo - at), hi - lo))
			continue;
		memcpy(a->image.p + lo, bytes.p + (lo - at), hi - lo);
		row->mended = true;
	}
}

/* The same payloads, in a container whose sums are made anew. */
static void mend_wrap(struct assembled *a, const struct manifest_object *x,
		      struct view v)
{
	struct payload inner[MOST_PAYLOADS];
	struct buf out = { 0 };
	struct err ignored = { 0 };
	int n = x->format->wrap->open(v, inner, MOST_PAYLOADS, &ignored);

	if (n > 0 && !x->format->wrap->refit(v, 0, inner[0].v, &out, &ignored) &&
	    out.len == v.len)
		put_back(a, x->at, buf_view(&out));
	buf_free(&out);
}

static void mend_env(struct assembled *a, const struct manifest_object *x)
{
	struct view v = view_sub(buf_view(&a->image), x->at, x->size), vars, first;
	struct buf crc = { .endian = x->endian };

	vars = view_from(v, x->header);
	if (!vars_next(&vars, &first) || !var_name(first).len)
		return;
	put32(&crc, crc32_of(0, view_from(v, x->header)));
	put_back(a, x->at, buf_view(&crc));
	buf_free(&crc);
}

static void mend(struct assembled *a, const struct manifest_object *x)
{
	struct view v;

	if (!x->format || x->proof < PROOF_PROVEN || !x->size || !is_touched(a, x))
		return;
	if (proof_now(a, x, &v) >= PROOF_PROVEN)
		return;
	if (x->format->wrap && x->format->wrap->refit)
		mend_wrap(a, x, v);
	else if (!strcmp(x->format->name, "env"))
		mend_env(a, x);
}

void mend_sums(struct assembly *s)
{
	/* What is inside follows what it is in: from the back, inner first. */
	for (size_t i = s->a->m.objects; i-- > 0; )
		mend(s->a, &s->a->m.object[i]);
}
