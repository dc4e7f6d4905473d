/* diffshow.c - an outcome for people */
#include <stdio.h>
#include <string.h>

#include "cmd/diff.h"
#include "core/text.h"

static struct view bytes(const struct reading *x, const struct spot *p)
{
	return view_upto(x->plan.in.v, p->at, p->size);
}

/* "all 0xff", "all 0x00", or NULL for data. */
static const char *kind(struct view v)
{
	if (v.len && view_run(v, 0xff) == v.len)
		return "all 0xff";
	return v.len && view_run(v, 0) == v.len ? "all 0x00" : NULL;
}

/* What lies there: "data in read1, all 0xff in read2", or the bytes. */
void outcome_put_place(struct buf *b, const struct outcome *x, const struct spot *p)
{
	struct view a = bytes(x->a, p), c = bytes(x->b, p);
	const char *ka = kind(a), *kc = kind(c);

	if (p->size == 1 && a.len && c.len)
		put_text(b, "0x%02x in %s, 0x%02x in %s", a.p[0], x->a->name, c.p[0],
			 x->b->name);
	else if (ka || kc)
		put_text(b, "%s in %s, %s in %s", ka ? ka : "data", x->a->name,
			 kc ? kc : "data", x->b->name);
	else
		put_text(b, "data in both, %llu bytes differ",
			 (unsigned long long)p->bytes);
}

static const char *part_name(const struct reading *x, uint64_t at, struct buf *room)
{
	const struct part *part = plan_over(&x->plan, at);

	buf_clear(room);
	if (part)
		put_name(room, part->name);
	else
		put8(room, '-');
	return buf_string(room);
}

static void print_places(const struct outcome *x, uint64_t most)
{
	struct buf what = { 0 }, name = { 0 };
	size_t shown = x->c.n < most ? x->c.n : (size_t)most;
	int wide = 4, digits = snprintf(NULL, 0, "%llx", (unsigned long long)x->c.end);

	for (size_t i = 0; i < shown; i++) {
		int n = (int)strlen(part_name(x->a, x->c.place[i].at, &name));

		wide = n > wide ? n : wide;
	}
	digits = digits < 6 ? 6 : digits;
	if (shown)
		printf("\n%-*s  %7s  %-*s  WHAT\n", digits + 2, "OFFSET", "SIZE", wide, "PART");
	for (size_t i = 0; i < shown; i++) {
		const struct spot *p = &x->c.place[i];

		buf_clear(&what);
		outcome_put_place(&what, x, p);
		printf("%s0x%0*llx%s  %7llu  %-*s  %s\n", paint(PAINT_OFFSET), digits,
		       (unsigned long long)p->at, paint(PAINT_NONE),
		       (unsigned long long)p->size, wide, part_name(x->a, p->at, &name),
		       buf_string(&what));
	}
	if (shown && x->c.places > shown)
		printf("%*s  %llu more like this\n", digits + 2 + 11 + wide, "",
		       (unsigned long long)(x->c.places - shown));
	buf_free(&what);
	buf_free(&name);
}

static void print_parts(const struct outcome *x)
{
	struct buf name = { 0 };

	printf("\nPART              BYTES   PLACES\n");
	for (size_t i = 0; i < x->a->plan.n; i++) {
		const struct part *part = &x->a->plan.part[i];
		uint64_t n = 0, places = 0;

		for (size_t k = 0; k < x->c.n; k++) {
			const struct spot *p = &x->c.place[k];

			if (p->at >= part->at && p->at - part->at < part->size) {
				n += p->bytes;
				places++;
			}
		}
		if (places)
			printf("%-12s %10llu %8llu\n", part_name(x->a, part->at, &name),
			       (unsigned long long)n, (unsigned long long)places);
	}
	buf_free(&name);
}

/* Where the places by themselves say nothing. */
static bool is_from_a_place_on(const struct outcome *x)
{
	return x->c.n && (x->v.cause == CAUSE_SHIFT || x->v.cause == CAUSE_WRAP);
}

static void print_head(const struct outcome *x)
{
	uint64_t a = x->a->plan.in.v.len, b = x->b->plan.in.v.len;

	if (is_from_a_place_on(x))
		printf("%llu of %llu bytes differ, all at or after 0x%llx; ",
		       (unsigned long long)x->c.bytes, (unsigned long long)x->c.size,
		       (unsigned long long)x->c.place[0].at);
	else if (x->c.bytes)
		printf("%llu of %llu bytes differ, in %llu place%s; ",
		       (unsigned long long)x->c.bytes, (unsigned long long)x->c.size,
		       (unsigned long long)x->c.places, x->c.places == 1 ? "" : "s");
	else
		printf("the first %llu bytes are the same; ",
		       (unsigned long long)x->c.size);
	if (a == b)
		printf("both files are %llu bytes\n", (unsigned long long)a);
	else
		printf("%s is %llu bytes, %s is %llu\n", x->a->name, (unsigned long long)a,
		       x->b->name, (unsigned long long)b);
}

static void print_sums(const struct outcome *x)
{
	const struct tally *a = &x->a->tally, *b = &x->b->tally;
	struct buf line = { 0 };

	if (!(a->nodes + a->objects + b->nodes + b->objects))
		return;
	put_text(&line, "  checksums: %s ", x->a->name);
	judge_put(&line, a, b);
	put_text(&line, ", %s ", x->b->name);
	judge_put(&line, b, a);
	puts(buf_string(&line));
	buf_free(&line);
}

bool outcome_is_change(const struct outcome *x)
{
	return !x->live && !x->v.cause && judge_is_clean(&x->a->tally) &&
	       judge_is_clean(&x->b->tally) && judge_watches(&x->a->plan, &x->c);
}

const char *outcome_text(const struct outcome *x)
{
	if (x->v.text[0])
		return x->v.text;
	if (outcome_is_change(x))
		return "a real change: every checksum holds in both";
	if (x->keep)
		return "damage of no known pattern";
	return "no known pattern, and no checksum tells";
}

static void put_file(struct buf *b, const char *path)
{
	const char *slash = strrchr(path, '/');

	put_escaped(b, view_text(slash ? slash + 1 : path));
}

static bool has_bad(const struct tally *t)
{
	return t->bad_nodes || t->bad_objects;
}

static void print_verdict(const struct outcome *x)
{
	const struct verdict *v = &x->v;
	const struct reading *keep = x->keep == 1 ? x->a : x->b;
	const struct reading *bad = x->keep == 1 ? x->b : x->a;
	struct buf line = { 0 };

	printf("%sdiagnosis: %s\n", x->c.n ? "\n" : "", outcome_text(x));
	if (v->more[0])
		printf("  %s\n", v->more);
	print_sums(x);
	if (x->keep && has_bad(&keep->tally)) {
		put_file(&line, keep->path);
		put_text(&line, " is the better one, neither is good; read again");
	} else if (x->keep) {
		put_text(&line, "keep ");
		put_file(&line, keep->path);
		put_text(&line, "; ");
		put_file(&line, bad->path);
		put_text(&line, " is bad");
	} else if (v->cause >= CAUSE_PACKETS ||
		   (!v->cause && !x->live)) {
		put_text(&line, "which one is right is not known; read a third time and "
			 "give all with --merge");
	}
	if (v->advice[0])
		put_text(&line, "%s%s", line.len ? "; " : "", v->advice);
	if (line.len)
		puts(buf_string(&line));
	buf_free(&line);
}

void diff_print(const struct outcome *x, const struct diff_opts *o)
{
	if (x->same) {
		printf("%s and %s are the same, %zu bytes\n", x->a->name, x->b->name,
		       x->a->plan.in.v.len);
		return;
	}
	print_head(x);
	if (o->parts)
		print_parts(x);
	else if (!is_from_a_place_on(x) && x->v.cause != CAUSE_LINE &&
		 x->v.cause != CAUSE_SWAPPED)
		print_places(x, o->max);
	print_verdict(x);
}
