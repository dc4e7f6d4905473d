/* judge.c - checksums as judges between readings of one chip */
#include "project/judge.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "fs/ubifs/ubifs.h"

static uint64_t number(const struct region *r, const char *key)
{
	for (unsigned i = 0; i < r->nprop; i++)
		if (!strcmp(r->prop[i].key, key))
			return strtoull(r->prop[i].text, NULL, 10);
	return 0;
}

static void add(struct tally *t, const struct region *r)
{
	uint64_t nodes = number(r, "nodes");

	if (nodes) {
		t->nodes += nodes;
		t->bad_nodes += number(r, "bad");
	} else if (r->broken || r->says) {
		t->bad_objects++;
	} else if (r->proof == PROOF_PROVEN) {
		t->objects++;
		t->bytes += r->size;
	}
}

static bool is(const struct region *r, const char *name)
{
	return !strcmp(r->format->name, name);
}

/* UBI's sums are over its headers alone: the nodes of UBIFS in it. */
static void add_ubifs(struct tally *t, struct view v)
{
	struct ubifs_node n;

	for (uint64_t x = 0; view_has(v, x, UBIFS_HEAD); x += 8) {
		if (peek32(v, x, LITTLE) != UBIFS_MAGIC)
			continue;
		t->mixed = true;
		if (ubifs_get(v, x, &n))
			t->nodes++;
		else
			t->bad_nodes++;
	}
}

struct tally judge(const struct scan *s, struct view v)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < s->nfound; i++) {
		const struct region *r = &s->found[i].r;

		if (s->found[i].depth)
			continue;
		add(&t, r);
		if (is(r, "ubi") || is(r, "ubifs"))
			add_ubifs(&t, view_upto(v, r->at - v.at, r->size));
	}
	return t;
}

int judge_bytes(struct tally *t, struct view v, struct err *e)
{
	const struct scan_opts o = { .all = true };
	struct scan s = { 0 };
	int r;

	v.at = 0;
	r = scan_silently(&s, v, -1, &o, e);
	*t = judge(&s, v);
	scan_free(&s);
	return r;
}

/*
 * By bytes: what is left of a large object that is broken may be many small
 * ones that hold. A node is some of them.
 */
static int64_t worth(const struct tally *t)
{
	enum { NODE = 1024, OBJECT = 64 };

	return NODE * ((int64_t)t->nodes - (int64_t)t->bad_nodes) + (int64_t)t->bytes -
	       OBJECT * (int64_t)t->bad_objects;
}

int judge_compare(const struct tally *a, const struct tally *b)
{
	int64_t x = worth(a), y = worth(b);

	return (x > y) - (x < y);
}

bool judge_is_clean(const struct tally *t)
{
	return !t->bad_nodes && !t->bad_objects && t->nodes + t->objects;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void judge_put(struct buf *out, const struct tally *t, const struct tally *other)
{
	uint64_t nodes = larger(t->nodes + t->bad_nodes, other->nodes + other->bad_nodes);
	uint64_t all = larger(t->objects + t->bad_objects,
			      other->objects + other->bad_objects);

	if (nodes)
		put_text(out, "%llu of %llu %snodes", (unsigned long long)t->nodes,
			 (unsigned long long)nodes,
			 t->mixed || other->mixed ? "" : "jffs2 ");
	if (all)
		put_text(out, "%s%llu of %llu objects", nodes ? " and " : "",
			 (unsigned long long)t->objects, (unsigned long long)all);
	put_text(out, nodes + all ? " good" : "nothing that has a checksum");
}

/* What a running system writes to, and what it knows what it wrote by. */
static const struct written {
	const char *name;
	uint8_t magic[2][4];	/* the first bytes of a node */
	unsigned known;		/* of them; 0: nothing to know it by */
} written[] = {
	{ "jffs2", { { 0x85, 0x19 }, { 0x19, 0x85 } }, 2 },
	{ "ubi", { { 'U', 'B', 'I' }, { 0x31, 0x18, 0x10, 0x06 } }, 3 },
	{ "ubifs", { { 0x31, 0x18, 0x10, 0x06 }, { 0x31, 0x18, 0x10, 0x06 } }, 4 },
	{ "yaffs", { { 0 } }, 0 }, { "yaffs2", { { 0 } }, 0 }, { "env", { { 0 } }, 0 },
	{ "ext", { { 0 } }, 0 }, { "fat", { { 0 } }, 0 },
};

static const struct written *find_written(const struct plan *p, uint64_t at)
{
	const struct found *f = scan_over(&p->scan, at);
	const struct part *part = plan_over(p, at);

	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; f && i < sizeof(written) / sizeof(written[0]); i++)
			if (is(&f->r, written[i].name))
				return &written[i];
		f = part && part->main >= 0 ? &p->scan.found[part->main] : NULL;
	}
	return NULL;
}

/*
 * A node begins in the stretch, or it is the rest of one. A byte alone is only
 * jffs2's mark in a node's type, behind the magic, that it is obsolete.
 */
static bool has_node(const struct written *w, struct view v, const struct spot *x)
{
	enum { NEARBY = 4096, TYPE = 3 };
	uint64_t before = x->bytes > 1 ? NEARBY : w->known == 2 ? TYPE : 0;
	uint64_t at = x->at > before ? x->at - before : 0;
	struct view in = view_upto(v, at, x->at - at + (x->size < NEARBY ? x->size : NEARBY));

	for (unsigned k = 0; k < 2; k++)
		if (in.len && memmem(in.p, in.len, w->magic[k], w->known))
			return true;
	return !w->known;
}

static bool can_be_written(const struct written *w, struct view v,
			   const struct spot *x)
{
	struct view in = view_upto(v, x->at, x->size);

	return view_run(in, 0xff) == in.len || has_node(w, v, x);
}

bool judge_is_live(const struct plan *a, const struct plan *b,
		   const struct compared *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct spot *x = &c->place[i];
		const struct written *w = find_written(a, x->at);

		if (!w || !can_be_written(w, a->in.v, x) || !can_be_written(w, b->in.v, x))
			return false;
	}
	return c->n;
}

bool judge_watches(const struct plan *p, const struct compared *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct found *f = scan_over(&p->scan, c->place[i].at);

		if (f && f->r.proof == PROOF_PROVEN)
			return true;
	}
	return false;
}
