/* judge.c - checksums as judges between readings of one chip */
#include "project/judge.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"

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
	}
}

struct tally judge(const struct scan *s)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < s->nfound; i++)
		if (!s->found[i].depth)
			add(&t, &s->found[i].r);
	return t;
}

int judge_bytes(struct tally *t, struct view v, struct err *e)
{
	const struct scan_opts o = { .all = true };
	struct scan s = { 0 };
	int r;

	v.at = 0;
	r = scan_silently(&s, v, -1, &o, e);
	*t = judge(&s);
	scan_free(&s);
	return r;
}

static int64_t worth(const struct tally *t)
{
	return (int64_t)t->nodes - (int64_t)t->bad_nodes +
	       4 * ((int64_t)t->objects - (int64_t)t->bad_objects);
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
		put_text(out, "%llu of %llu jffs2 nodes", (unsigned long long)t->nodes,
			 (unsigned long long)nodes);
	if (all)
		put_text(out, "%s%llu of %llu objects", nodes ? " and " : "",
			 (unsigned long long)t->objects, (unsigned long long)all);
	put_text(out, nodes + all ? " good" : "nothing that has a checksum");
}

static bool is_written_to(const struct format *f)
{
	static const char *const names[] = {
		"jffs2", "ubi", "ubifs", "yaffs", "yaffs2", "env", "ext", "fat",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(f->name, names[i]))
			return true;
	return false;
}

bool judge_is_live(const struct plan *p, const struct compared *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct found *f = scan_over(&p->scan, c->place[i].at);
		const struct part *part = plan_over(p, c->place[i].at);

		if (f && is_written_to(f->r.format))
			continue;
		if (!part || part->main < 0 ||
		    !is_written_to(p->scan.found[part->main].r.format))
			return false;
	}
	return c->n;
}
