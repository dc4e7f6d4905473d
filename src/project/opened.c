/* opened.c - open what is in a part, level by level, in bounds */
#include "project/opened.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/spool.h"
#include "fs/fs.h"
#include "project/openedname.h"

/* Where we are: in the content of entry `parent`, or of the part itself. */
struct stage {
	struct opening *o;
	const struct part *part;
	long parent;
	struct view v;
	unsigned depth;
};

/* A new entry, or -1. */
static long add(struct stage *l, const struct region *r, bool inner,
		const char *word)
{
	struct opening *o = l->o;
	struct opened *x;

	if (o->n == MOST_OPENED)
		return -1;
	o->v = xgrow(o->v, &o->cap, o->n + 1, sizeof(*o->v));
	o->content = xgrow(o->content, &o->capcontent, o->n + 1,
			   sizeof(*o->content));
	x = &o->v[o->n];
	*x = (struct opened){ .parent = l->parent, .format = r->format, .at = r->at,
			      .size = r->size, .inner = inner, .payload = -1,
			      .part = (size_t)(l->part - o->plan->part) };
	opened_name(o, x, word);
	o->content[o->n] = (struct unpacked){ .v = view_sub(l->v, r->at, r->size) };
	return (long)o->n++;
}

static void drop_from(struct opening *o, long i)
{
	while (o->n > (size_t)i)
		image_close(&o->content[--o->n].own);
}

static bool has_tree(const struct opening *o, long from)
{
	for (size_t i = (size_t)from; i < o->n; i++)
		if (is_tree(&o->v[i]))
			return true;
	return false;
}

/* What a payload unpacks to; -1 where it is damaged or more than is allowed. */
static int unpack(struct opening *o, const struct region *r, struct view object,
		  int i, const struct payload *p, struct unpacked *c)
{
	uint64_t most = p->codec && o->left > MOST_CONTENT ? MOST_CONTENT : o->left;
	const struct wrap *wrap = r->format->wrap;
	struct decoded d = { .ended = true };
	struct err e = { 0 };
	struct spool s;
	int bad = 0;

	*c = (struct unpacked){ .v = p->v };
	if (!p->codec && !wrap->load)
		return 0;
	spool_begin(&s);
	if (p->codec)
		bad = p->codec->decode(p->v, most, &s.b, &d, &e);
	else
		bad = wrap->load(object, i, most, &s.b, &e);
	if (!bad && spool_end(&s, &c->own, p->name, &e) < 0)
		bad = -1;
	spool_drop(&s);
	c->v = c->own.v;
	o->left -= c->v.len;
	if (bad < 0 || !d.ended) {
		note_at("project.unopened", object.at, "%s in a %s stays as it is: %s",
			p->name[0] ? p->name : "a payload", r->format->name,
			bad < 0 ? e.text : "it unpacks to more than is allowed");
		image_close(&c->own);
		return -1;
	}
	return 0;
}

static void open_content(struct stage *l);

/* A stream amid other bytes counts if it leads to a file system. */
static void open_payload(struct stage *l, const struct region *r, bool inner,
			 int i, const struct payload *p)
{
	struct opening *o = l->o;
	struct view object = view_sub(l->v, r->at, r->size);
	struct unpacked c;
	struct stage in;
	long me;

	if (unpack(o, r, object, i, p, &c) < 0)
		return;
	me = add(l, r, inner, p->name[0] ? p->name : r->format->name);
	if (me < 0) {
		image_close(&c.own);
		return;
	}
	o->content[me] = c;
	o->v[me].payload = i;
	o->v[me].codec = p->codec;
	in = (struct stage){ o, l->part, me, c.v, l->depth + 1 };
	if (l->depth + 1 < o->depth)
		open_content(&in);
	if (inner && !has_tree(o, me))
		drop_from(o, me);
}

static void open_wrap(struct stage *l, const struct region *r, bool inner)
{
	struct payload p[MOST_PAYLOADS] = { 0 };
	struct view v = view_sub(l->v, r->at, r->size);
	struct err e = { 0 };
	int n = r->format->wrap->open(v, p, MOST_PAYLOADS, &e);

	if (n < 0 && !inner)
		note_at("project.unopened", v.at, "%s stays as it is: %s",
			r->format->name, e.text);
	if (n == MOST_PAYLOADS)
		note_at("project.many", v.at, "only the first %d payloads of a %s are "
			"opened", n, r->format->name);
	if (n > 0 && r->format->wrap->caveat)
		note_at("project.half", v.at, "%s", r->format->wrap->caveat);
	for (int i = 0; i < n; i++)
		open_payload(l, r, inner, i, &p[i]);
}

static void open_object(struct stage *l, const struct region *r, bool inner)
{
	const struct format *f = r->format;

	if (!view_has(l->v, r->at, r->size) || !r->size)
		return;
	if (f->fs && f->fs->read)
		add(l, r, inner, f->name);
	else if (f->wrap && f->wrap->open)
		open_wrap(l, r, inner);
}

/*
 * The outermost objects of a content, and of programs in it: a kernel for PCs
 * is an ELF file with an initramfs in it.
 */
static void open_content(struct stage *l)
{
	struct scan s = { 0 };
	struct view v = l->v;
	struct err ignored;
	uint64_t end = 0;

	v.at = 0;
	if (v.len && !scan_silently(&s, v, -1, &(struct scan_opts){ .all = true },
				    &ignored))
		for (size_t i = 0; i < s.nfound; i++) {
			const struct region *r = &s.found[i].r;

			if (r->proof < PROOF_PLAUSIBLE || !format_opens(r->format) ||
			    r->at < end || scan_covered(&s, i) || scan_hollow(&s, i))
				continue;
			open_object(l, r, (r->at && r->format->embedded) ||
				    s.found[i].parent >= 0);
			end = r->at + r->size;
		}
	scan_free(&s);
}

static bool is_in(const struct part *part, const struct region *r)
{
	return r->at >= part->at && r->at - part->at < part->size &&
	       r->size <= part->size - (r->at - part->at);
}

/* All in the part, and not in an object that is all in the part itself. */
static bool is_top(const struct plan *p, const struct part *part, size_t i)
{
	const struct found *f = &p->scan.found[i];

	if (f->decoded || f->r.proof < PROOF_PLAUSIBLE || !is_in(part, &f->r))
		return false;
	for (long up = f->parent; up >= 0; up = p->scan.found[up].parent)
		if (is_in(part, &p->scan.found[up].r))
			return false;
	return true;
}

void opening_part(struct opening *o, const struct part *part)
{
	struct stage l = { o, part, -1, plan_part(o->plan, part), 0 };

	uint64_t end = part->at;

	o->done = o->n;
	o->left = MOST_CONTENTS;
	if (part->size > o->left / 2)
		o->left = 2 * part->size;
	for (size_t i = 0; i < o->plan->scan.nfound; i++) {
		struct region r = o->plan->scan.found[i].r;
		bool is_main = (long)i == part->main;

		if (!is_top(o->plan, part, i) || r.at < end ||
		    scan_hollow(&o->plan->scan, i))
			continue;
		end = r.at + r.size;
		if (is_main && r.format->fs)
			continue;
		r.at -= part->at;
		open_object(&l, &r, !is_main && r.format->embedded);
	}
	opening_finish(o);
}

/* In the input itself, or in a file of open/ where that was written. */
void source_of_opened(struct source *s, const struct opening *o, size_t i)
{
	const struct opened *x = &o->v[i];
	const struct plan *p = o->plan;
	const char *slash = strrchr(p->in.im.name, '/');
	struct view v = o->content[i].v;
	bool plain = v.p >= p->in.v.p && v.p < p->in.v.p + p->in.v.len;

	*s = (struct source){ .v = v, .format = x->format };
	s->from.at = plain ? (uint64_t)(v.p - p->in.v.p) : x->at;
	s->from.size = v.len;
	snprintf(s->from.part, sizeof(s->from.part), "%.63s", x->name);
	snprintf(s->from.name, sizeof(s->from.name), "%s",
		 slash ? slash + 1 : p->in.im.name);
	if (!plain && x->parent >= 0 && o->v[x->parent].file[0])
		snprintf(s->from.path, sizeof(s->from.path), "../open/%s",
			 o->v[x->parent].file);
}

void opening_forget(struct opening *o)
{
	for (size_t i = 0; i < o->n; i++) {
		image_close(&o->content[i].own);
		o->content[i].v = (struct view){ 0 };
	}
	o->done = o->n;
}

void opening_free(struct opening *o)
{
	opening_forget(o);
	free(o->v);
	free(o->content);
	*o = (struct opening){ 0 };
}
