/* diff.c - fwtool diff: where readings differ, why, and which one to keep */
#include "cmd/diff.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/look.h"
#include "core/mem.h"
#include "core/out.h"
#include "core/text.h"

#define AT(field) offsetof(struct diff_opts, field)

static const struct option options[] = {
	{ OPT_FLAG, 0, "parts", AT(parts), 0, "a line for each part that differs", 0 },
	{ OPT_FLAG, 0, "files", AT(files), 0, "the files in them: tree against tree", 0 },
	{ OPT_UINT, 0, "max", AT(max), "N", "lines of places (20)", 0 },
	{ OPT_TEXT, 0, "merge", AT(merge), "FILE", "one image out of three or more", 0 },
	{ OPT_TEXT, 'm', "map", AT(plan.map), "SRC",
	  "mtdparts=..., or a file with a map (default: auto)", 0 },
	{ OPT_TEXT, 0, "fixup", AT(plan.input.fixup), "LIST",
	  "auto, none, or unhex,swap32 (default: auto)", 0 },
	{ OPT_TEXT, 0, "range", AT(plan.input.range), "R", "only OFF+LEN or OFF..END",
	  0 },
	{ 0 }
};

static const struct diff_opts defaults = { .max = 20 };

/* "a/read1.bin" is called "read1". */
void reading_name(struct reading *x, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');
	struct buf b = { 0 };

	x->path = path;
	put_escaped(&b, (struct view){ (const uint8_t *)base,
				       dot && dot > base ? (size_t)(dot - base)
							 : strlen(base), 0 });
	snprintf(x->name, sizeof(x->name), "%.*s", (int)b.len, (char *)b.p);
	buf_free(&b);
	x->tally = judge(&x->plan.scan, x->plan.in.v);
}

int reading_open(struct reading *x, const char *path, const struct plan_opts *o,
		 struct err *e)
{
	if (plan_make(&x->plan, path, o, e) < 0)
		return err_about(e, path);
	reading_name(x, path);
	return 0;
}

/*
 * The bytes that are compared: as they were read, where only that differs;
 * the same after different fix-ups is a cause of its own.
 */
static void choose_views(const struct outcome *x, struct view *a, struct view *b)
{
	const struct input *p = &x->a->plan.in, *q = &x->b->plan.in;

	*a = p->v;
	*b = q->v;
	if (p->napplied == q->napplied || !view_equal(*a, *b) || !p->im.v.len ||
	    !q->im.v.len)
		return;
	*a = p->im.v;
	*b = q->im.v;
}

/* Bytes at other addresses, or again, are what no system writes. */
static bool can_be_live(const struct outcome *x)
{
	return !x->v.cause || x->v.cause == CAUSE_PACKETS || x->v.cause == CAUSE_BLANK ||
	       x->v.cause == CAUSE_NOISE || x->v.cause == CAUSE_MIXED;
}

static void judge_outcome(struct outcome *x, int better)
{
	x->live = can_be_live(x) && judge_is_clean(&x->a->tally) &&
		  judge_is_clean(&x->b->tally) &&
		  x->a->tally.objects == x->b->tally.objects &&
		  x->a->plan.in.v.len == x->b->plan.in.v.len &&
		  judge_is_live(&x->a->plan, &x->b->plan, &x->c);
	if (x->live)
		x->v = (struct verdict){ .text = "the chip changed between the reads: the "
			"board was running",
			.more = "only what a running system writes differs, and every "
			"checksum holds in both", .advice = "hold the board in reset, or cut "
			"its power, and read again" };
	if (x->live || x->v.cause == CAUSE_SWAPPED || x->v.cause == CAUSE_FILL)
		return;
	x->keep = x->v.bad ? 3 - x->v.bad : better > 0 ? 1 : better < 0 ? 2 : 0;
}

/* What was undone before the two were compared is a difference, too. */
static void say_fixups(struct outcome *x)
{
	const struct reading *r = x->a->plan.in.napplied ? x->a : x->b;
	size_t n = strlen(x->v.more);

	if (x->v.cause == CAUSE_SWAPPED ||
	    x->a->plan.in.napplied + x->b->plan.in.napplied != 1)
		return;
	snprintf(x->v.more + n, sizeof(x->v.more) - n, "%sbesides, %s needed %s first",
		 n ? "; " : "", r->name, r->plan.in.applied[0].name);
}

void outcome_find(struct outcome *x)
{
	int better = judge_compare(&x->a->tally, &x->b->tally);
	struct pair p = { .c = &x->c, .name_a = x->a->name, .name_b = x->b->name,
			  .blame = better > 0 ? 2 : better < 0 ? 1 : 0 };

	choose_views(x, &p.a, &p.b);
	compare(&x->c, p.a, p.b);
	x->same = !x->c.bytes && p.a.len == p.b.len;
	if (x->same)
		return;
	diagnose(&x->v, &p);
	judge_outcome(x, better);
	say_fixups(x);
}

/*
 * A shift is between the first and another: it is the first's if it is there
 * with most of them. Where checksums say otherwise neither has a vote.
 */
static void leave_out_shifted(const struct outcome *x, size_t n, bool *out)
{
	size_t shifted = 0;

	for (size_t i = 0; i < n; i++)
		shifted += x[i].v.cause == CAUSE_SHIFT;
	for (size_t i = 0; i < n; i++) {
		bool first = shifted * 2 > n;

		if (x[i].v.cause != CAUSE_SHIFT)
			continue;
		out[first ? 0 : i + 1] = true;
		if (x[i].keep)
			out[x[i].keep == 2 ? 0 : i + 1] = true;
	}
}

/* Readings that are a bad one as a whole have no vote. */
static size_t voters(const struct outcome *x, size_t n, struct view *read)
{
	bool out[64] = { false };
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (x[i].v.cause >= CAUSE_SWAPPED && x[i].v.cause <= CAUSE_STUCK)
			out[x[i].v.bad == 1 ? 0 : i + 1] = true;
	leave_out_shifted(x, n, out);
	for (size_t i = 0; i <= n; i++) {
		const struct reading *r = i ? x[i - 1].b : x[0].a;

		if (!out[i] && r->plan.in.v.len == x[0].a->plan.in.v.len)
			read[left++] = r->plan.in.v;
	}
	return left;
}

static int merge(struct run *r, const struct outcome *x, size_t n,
		 const char *path, struct err *e)
{
	uint64_t by_vote, by_sum;
	struct view read[64];
	struct buf out = { 0 };
	size_t left = voters(x, n, read);
	int bad;

	if (n < 2)
		return fail(e, ERR_USAGE, "--merge takes three readings or more; read once "
			    "more");
	if (left < 2)
		return fail(e, ERR_FORMAT, "fewer than two readings are fit for --merge; "
			    "nothing is written, read again");
	bad = judge_merge(&out, read, left, &by_vote, &by_sum, e);
	if (!bad && !r->common->dry_run)
		bad = out_save(path, buf_view(&out), r->common->force, e);
	buf_free(&out);
	if (bad)
		return -1;
	say(r, "%s: %zu readings, %llu places by majority, %llu by checksum", path, left,
	    (unsigned long long)by_vote, (unsigned long long)by_sum);
	json_object_set_new(r->doc, "merged", json_pack("{s:s, s:I, s:I, s:I}", "name",
			    path, "readings", (json_int_t)left, "by_majority",
			    (json_int_t)by_vote, "by_checksum", (json_int_t)by_sum));
	return 0;
}

static int compare_all(struct run *r, struct reading *x, size_t n, struct err *e)
{
	const struct diff_opts *o = r->opts;
	struct outcome *found = xcalloc(n, sizeof(*found));
	json_t *list = json_array();
	bool differ = false;
	int bad = 0;

	for (size_t i = 1; i < n; i++) {
		struct outcome *y = &found[i - 1];

		y->a = &x[0];
		y->b = &x[i];
		outcome_find(y);
		differ |= !y->same;
		if (!r->common->json && (!o->files || y->same))
			diff_print(y, o);
		json_array_append_new(list, diff_json(y));
		if (o->files && !bad && !y->same)
			bad = diff_files(r, y->a, y->b, &differ, e);
	}
	json_object_set_new(r->doc, "compared", list);
	json_object_set_new(r->doc, "same", json_boolean(!differ));
	if (!bad && o->merge)
		bad = merge(r, found, n - 1, o->merge, e);
	for (size_t i = 0; i + 1 < n; i++)
		compared_free(&found[i].c);
	free(found);
	return bad ? -1 : differ ? STATUS_NO : STATUS_OK;
}

static int run(struct run *r, struct err *e)
{
	const struct diff_opts *o = r->opts;
	struct reading *x;
	size_t n = 0;
	int status = 0;

	if (r->argc < 2 || r->argc > 64)
		return fail(e, ERR_USAGE, "diff compares two inputs or more; give fwtool "
			    "diff A B");
	look_deep();
	x = xcalloc((size_t)r->argc, sizeof(*x));
	while (!status && n < (size_t)r->argc) {
		status = reading_open(&x[n], r->argv[n], &o->plan, e);
		n++;
	}
	if (!status)
		status = compare_all(r, x, n, e);
	while (n--)
		plan_free(&x[n].plan);
	free(x);
	return status;
}

const struct command command_diff = {
	.name = "diff",
	.group = "look inside",
	.operands = "[OPTIONS] A B [C]...",
	.summary = "compare dumps; name the cause of bad reads",
	.about = "Compare readings of a chip, or a dump with the one before: where they\n"
		 "differ, in which parts, what that says of its cause, and which one is\n"
		 "to be kept; checksums of what was proven are the judges. --merge makes\n"
		 "one image of three readings or more: what most say, and where there is\n"
		 "no majority, what makes checksums hold; else nothing.",
	.examples = "  fwtool diff read1.bin read2.bin\n"
		    "  fwtool diff read1.bin read2.bin read3.bin --merge dump.bin\n"
		    "  fwtool diff --files old.bin new.bin\n",
	.exits = "0 the same, 1 different, 2 trouble",
	.opts = options,
	.defaults = &defaults,
	.optsize = sizeof(struct diff_opts),
	.run = run,
};
