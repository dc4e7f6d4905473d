/* extracteach.c - everything in an input that is asked for, one by one */
#include <stdlib.h>

#include "cmd/extract.h"

/* Whether the first word of path is name; then what follows it. */
static bool first_word(const char *path, const char *name, const char **rest)
{
	size_t n;

	path += strspn(path, "/");
	n = strcspn(path, "/");
	if (strlen(name) != n || memcmp(path, name, n))
		return false;
	*rest = path + n + strspn(path + n, "/");
	return true;
}

/* Whether path leads to the part, or (name) to something inside it. */
static bool leads(const struct extraction *x, const char *path,
		  const struct part *part, const char *name, const char **rest)
{
	*rest = path;
	if (x->l.alone && !name)
		return true;
	if (name && first_word(path, name, rest))
		return true;
	return look_part(&x->l, path, rest) == part && (!name || !**rest);
}

/* What of the operands lies in part: x->path, or all of it. */
bool extract_wants(struct extraction *x, const struct part *part,
		   const char *name)
{
	const char *rest;
	bool all = x->r->argc < 2;

	if (!x->l.selected[part - x->l.plan.part])
		return false;
	x->how.npaths = 0;
	for (int i = 1; i < x->r->argc; i++) {
		if (!leads(x, x->r->argv[i], part, name, &rest))
			continue;
		x->led[i] = true;
		all = all || !*rest;
		x->path[x->how.npaths++] = (char *)(uintptr_t)rest;
	}
	if (all)
		x->how.npaths = 0;
	x->how.paths = x->path;
	return all || x->how.npaths;
}

/* Whether path may lead into what a container holds: PART-NAME. */
static bool may_lead(const struct extraction *x, const char *path)
{
	path += strspn(path, "/");
	for (size_t i = 0; i < x->l.plan.n; i++) {
		size_t n = strlen(x->l.plan.part[i].dir);

		if (!strncmp(path, x->l.plan.part[i].dir, n) && path[n] == '-')
			return true;
	}
	return false;
}

/* Every operand must lead somewhere before anything is written. */
int extract_check(struct extraction *x, struct err *e)
{
	const char *rest;

	for (int i = 1; i < x->r->argc && !x->l.alone; i++) {
		if (look_part(&x->l, x->r->argv[i], &rest) ||
		    may_lead(x, x->r->argv[i]))
			continue;
		fail(e, ERR_USAGE, "names no part of the input; see fwtool ls");
		return err_about(e, x->r->argv[i]);
	}
	return 0;
}

/* What surrounds it in the input. */
static void set_alone(struct source *s, struct view in)
{
	struct view v = view_from(in, s->from.at), before = view_upto(in, 0, s->from.at);
	struct view behind = view_from(v, s->from.size), erased;

	s->from.part[0] = 0;
	s->from.blank = before.len ? before.p[0] : 0;
	if ((s->from.blank == 0 || s->from.blank == 0xff) &&
	    view_run(before, s->from.blank) == before.len && before.len <= ORIGIN_BEFORE)
		s->from.before = before.len;
	s->from.zeros = view_run(behind, 0);
	erased = view_from(behind, s->from.zeros);
	s->from.tail = view_run(erased, 0xff) == erased.len ? erased.len : 0;
	/* An input no longer than it says nothing of where it will lie. */
	s->from.room = erased.len || s->from.zeros >= ORIGIN_PAD ? v.len : 0;
	if (erased.len != s->from.tail)
		s->from.zeros = 0;
}

bool extract_begin(struct extraction *x, const struct part *part,
		   struct source *s, struct err *e)
{
	if (!x->l.chosen[part - x->l.plan.part] ||
	    !extract_wants(x, part, NULL))
		return false;
	if (source_of_part(s, &x->l.plan, part, e) < 0)
		return false;
	if (x->l.alone)
		set_alone(s, x->l.plan.in.v);
	return true;
}

static int one_tree(struct extraction *x, const char *name, struct source *s,
		    const struct visitor *to, struct buf *list, struct err *e)
{
	struct extracted got;
	int r = to->tree(to->arg, name, s, list, &got, e);

	if (!r)
		extract_say(x, name, s, &got);
	return r;
}

/* repack sees by the digest of a list whether somebody edited it. */
static int one_opened(struct extraction *x, struct opening *o, size_t i,
		      const struct visitor *to, struct err *e)
{
	struct opened *it = &o->v[i];
	struct buf list = { 0 };
	struct source s;
	int r;

	if (!is_tree(it))
		return to->payload && it->file[0] ? to->payload(to->arg, o, i, e) : 0;
	if (!extract_wants(x, &x->l.plan.part[it->part], it->name))
		return 0;
	source_of_opened(&s, o, i);
	r = one_tree(x, it->name, &s, to, &list, e);
	it->length = list.len;
	sha256_text(buf_view(&list), it->sha256);
	buf_free(&list);
	return r;
}

static int one_part(struct extraction *x, struct opening *o,
		    const struct part *part, const struct visitor *to,
		    struct err *e)
{
	struct buf list = { 0 };
	struct source s;
	int r = 0;

	e->kind = ERR_NONE;
	if (extract_begin(x, part, &s, e))
		r = one_tree(x, part->dir, &s, to, &list, e);
	else if (e->kind != ERR_NONE)
		r = -1;
	buf_free(&list);
	if (r < 0 || !x->l.selected[part - x->l.plan.part])
		return r;
	opening_part(o, part);
	for (size_t i = o->done; !r && i < o->n; i++)
		r = one_opened(x, o, i, to, e);
	opening_forget(o);
	return r;
}

/* What was asked for and is not there is no success. */
static int check_led(const struct extraction *x, const struct opening *o,
		     struct err *e)
{
	if (!x->lists && !o->n) {
		fail(e, ERR_USAGE, "holds no file system that can be read; see fwtool "
		     "scan, or fwtool carve");
		return err_about(e, x->input);
	}
	for (int i = 1; i < x->r->argc; i++) {
		if (x->led[i])
			continue;
		fail(e, ERR_USAGE, "leads to no file system that can be read; see "
		     "fwtool ls");
		return err_about(e, x->r->argv[i]);
	}
	return 0;
}

int extract_each(struct extraction *x, struct opening *o,
		 const struct visitor *to, struct err *e)
{
	o->plan = &x->l.plan;
	o->depth = x->o->look.depth < MOST_OPENED_DEPTH
		 ? (unsigned)x->o->look.depth : MOST_OPENED_DEPTH;
	for (size_t i = 0; i < x->l.plan.n; i++)
		if (one_part(x, o, &x->l.plan.part[i], to, e) < 0)
			return -1;
	return check_led(x, o, e);
}
