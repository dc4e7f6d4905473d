/* prove.c - what became of each part, proved again where it was changed */
#include <stdio.h>

#include "core/log.h"
#include "project/assembly.h"

/* The end of the last object in the part; without one, of what is written. */
static uint64_t was_of(const struct assembled *a, const struct fitted *row)
{
	const struct part *part = &row->part->part;
	uint64_t end = part->at;

	for (size_t i = 0; i < a->m.objects; i++) {
		const struct manifest_object *x = &a->m.object[i];

		if (x->proof >= PROOF_PLAUSIBLE && x->at >= part->at &&
		    x->at - part->at < part->size && x->at + x->size > end)
			end = x->at + x->size;
	}
	if (end > part->at)
		return end - part->at < part->size ? end - part->at : part->size;
	return part->erased || row->edited || row->taken ? part->size
							 : used_of(a, part_in(a, row));
}

/* The part again, and all of an object that goes on behind it. */
static struct view view_to_prove(const struct assembled *a,
				 const struct fitted *row)
{
	const struct manifest_part *mp = row->part;
	uint64_t end = mp->part.at + part_in(a, row).len;

	for (const struct fitted *k = row + 1; k < a->row + a->m.n && k->taken; k++)
		end += k->part->part.size;
	if (mp->format && !mp->format->borderless &&
	    view_has(buf_view(&a->image), mp->main_at, mp->main_size) &&
	    mp->main_at + mp->main_size > end)
		end = mp->main_at + mp->main_size;
	return (struct view){ a->image.p + mp->part.at, end - mp->part.at, 0 };
}

/* Scan it as carve did: how sure is the main object now, where does all end? */
static int look_again(const struct assembled *a, struct fitted *row,
		      enum proof *proof, struct err *e)
{
	const struct manifest_part *mp = row->part;
	uint64_t end = 0, size = view_to_prove(a, row).len;
	struct scan s = { 0 };

	*proof = PROOF_NONE;
	if (scan_silently(&s, view_to_prove(a, row), -1, &(struct scan_opts){ 0 },
			  e) < 0)
		return -1;
	for (size_t i = 0; i < s.nfound; i++) {
		const struct region *r = &s.found[i].r;

		if (r->format == mp->format && r->at == mp->main_at - mp->part.at &&
		    r->proof > *proof)
			*proof = r->proof;
		if (r->proof >= PROOF_PLAUSIBLE && r->at < size &&
		    r->at + r->size > end)
			end = r->at + r->size;
	}
	scan_free(&s);
	if (!row->rebuilt)
		row->is = !end || row->taken ? used_of(a, part_in(a, row)) :
			  end < size ? end : size;
	return 0;
}

static bool is_erased_now(const struct assembled *a, const struct fitted *row)
{
	return !used_of(a, part_in(a, row));
}

static void say_state(struct fitted *row, const char *what, const char *more)
{
	snprintf(row->state, sizeof(row->state), "%s%s%s", what, more ? ", " : "",
		 more ? more : "");
}

static bool has_sums(const struct fitted *row)
{
	const struct format *f = row->part->format;

	return f && f->wrap && f->wrap->refit && !f->embedded &&
	       row->part->proof == PROOF_PROVEN;
}

static void state_of(const struct assembled *a, struct fitted *row)
{
	const char *sums = row->mended ? "crc32 rewritten"
		: has_sums(row) && !row->lost ? "crc32 ok" : NULL;

	if (row->rebuilt || row->inside || row->taken)
		return;
	if (row->edited && is_erased_now(a, row))
		say_state(row, "changed", "erased");
	else if (row->edited && row->lost)
		snprintf(row->state, sizeof(row->state), "changed, no %s any more",
			 row->part->format->name);
	else if (row->edited)
		say_state(row, "changed", sums);
	else if (row->part->part.erased)
		say_state(row, "erased", NULL);
	else if (row->mended)
		say_state(row, sums, NULL);
	else
		say_state(row, "unchanged", sums);
}

static int prove(const struct assembled *a, struct fitted *row, struct err *e)
{
	const struct manifest_part *mp = row->part;
	enum proof proof;

	if (look_again(a, row, &proof, e) < 0)
		return -1;
	if (!mp->format || proof >= mp->proof)
		return 0;
	if (row->rebuilt || row->inside) {
		fail_at(e, mp->main_at, "the rebuilt %s does not prove itself; this "
			"is a bug, and nothing was written", mp->format->name);
		return err_about(e, mp->part.dir);
	}
	row->lost = true;
	if (!is_erased_now(a, row))
		warn_at("project.lost", mp->main_at, "part %s was a %s that is %s, "
			"and is not any more; look at parts/%s again", mp->part.dir,
			mp->format->name, proof_words[mp->proof], mp->part.file);
	return 0;
}

void tell_rows(struct assembled *a)
{
	for (size_t i = 0; i < a->rows; i++) {
		struct fitted *row = &a->row[i];

		row->was = was_of(a, row);
		if (!row->too_large && !row->rebuilt)
			row->is = row->was;
		if (!row->state[0])
			state_of(a, row);
	}
}

int prove_parts(struct assembly *s, struct err *e)
{
	struct assembled *a = s->a;

	for (size_t i = 0; i < a->m.n; i++) {
		struct fitted *row = &a->row[i];

		row->was = was_of(a, row);
		if (!is_changed(row))
			row->is = row->was;
		else if (prove(a, row, e) < 0)
			return -1;
		state_of(a, row);
	}
	return 0;
}
