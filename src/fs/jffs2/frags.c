/* frags.c - which part of which jffs2 node is still to be seen in a file */
#include <stdlib.h>

#include "fs/jffs2/model.h"

static uint64_t end_of(const struct jrec *r)
{
	return (uint64_t)r->from + r->size;
}

static void add(struct jfrags *fr, uint64_t from, uint64_t end,
		const struct jrec *node)
{
	struct jfrag *last = fr->n ? &fr->v[fr->n - 1] : NULL;

	if (from >= end)
		return;
	if (last && last->node == node) {
		last->size += (uint32_t)(end - from);
		return;
	}
	fr->v = xgrow(fr->v, &fr->cap, fr->n + 1, sizeof(*fr->v));
	fr->v[fr->n++] = (struct jfrag){
		(uint32_t)from, (uint32_t)(end - from), node
	};
}

/*
 * A heap of the nodes that cover the place the sweep has come to; the newest
 * is on top. Nodes that ended stay below until they come up.
 */
struct heap {
	size_t *v, n;		/* of indices: the higher, the newer */
};

static void swap(size_t *a, size_t *b)
{
	size_t t = *a;

	*a = *b;
	*b = t;
}

static void heap_push(struct heap *h, size_t x)
{
	size_t i = h->n++;

	h->v[i] = x;
	for (; i && h->v[(i - 1) / 2] < h->v[i]; i = (i - 1) / 2)
		swap(&h->v[i], &h->v[(i - 1) / 2]);
}

static void heap_pop(struct heap *h)
{
	size_t i = 0, k;

	h->v[0] = h->v[--h->n];
	while ((k = 2 * i + 1) < h->n) {
		if (k + 1 < h->n && h->v[k + 1] > h->v[k])
			k++;
		if (h->v[k] <= h->v[i])
			break;
		swap(&h->v[i], &h->v[k]);
		i = k;
	}
}

struct start { uint32_t from; size_t age; };

static int by_start(const void *pa, const void *pb)
{
	const struct start *a = pa, *b = pb;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->age > b->age) - (a->age < b->age);
}

/*
 * Go through the starts from left to right. Between two events the newest
 * node that covers the place is what is seen.
 */
static void sweep(struct jfrags *fr, const struct jrec **node,
		  const struct start *s, size_t n, uint64_t end)
{
	struct heap h = { .v = xcalloc(n, sizeof(size_t)) };
	uint64_t at = 0;
	size_t i = 0;

	while (at < end && (i < n || h.n)) {
		uint64_t next;

		for (; i < n && s[i].from <= at; i++)
			heap_push(&h, s[i].age);
		while (h.n && end_of(node[h.v[0]]) <= at)
			heap_pop(&h);
		next = i < n ? s[i].from : end;
		if (h.n && end_of(node[h.v[0]]) < next)
			next = end_of(node[h.v[0]]);
		if (next > end)
			next = end;
		if (h.n || i < n)
			add(fr, at, next, h.n ? node[h.v[0]] : NULL);
		at = next;
	}
	free(h.v);
}

/* Most files were written once, front to back: no node covers another. */
static bool in_order(struct jfrags *fr, const struct jrec **node, size_t n,
		     uint64_t end)
{
	uint64_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (node[i]->from < at)
			return false;
		at = end_of(node[i]);
	}
	at = 0;
	for (size_t i = 0; i < n && at < end; i++) {
		uint64_t stop = end_of(node[i]) < end ? end_of(node[i]) : end;
		uint64_t from = node[i]->from < end ? node[i]->from : end;

		add(fr, at, from, NULL);
		add(fr, from, stop, node[i]);
		at = stop;
	}
	return true;
}

static uint64_t furthest(const struct jrec **node, size_t n)
{
	uint64_t end = 0;

	for (size_t i = 0; i < n; i++)
		if (end_of(node[i]) > end)
			end = end_of(node[i]);
	return end;
}

void jfrags_make(struct jfrags *fr, const struct jfile *f, uint64_t end,
		 bool with_bad)
{
	const struct jrec **node = xcalloc(f->n, sizeof(*node));
	struct start *s = NULL;
	size_t n = 0;

	fr->n = 0;
	for (size_t i = 0; i < f->n; i++)
		if (f->nodes[i]->size && (with_bad || jrec_good(f->nodes[i])))
			node[n++] = f->nodes[i];
	if (!end || end > furthest(node, n))
		end = furthest(node, n);
	if (!in_order(fr, node, n, end)) {
		fr->n = 0;
		s = xcalloc(n, sizeof(*s));
		for (size_t i = 0; i < n; i++)
			s[i] = (struct start){ node[i]->from, i };
		qsort(s, n, sizeof(*s), by_start);
		sweep(fr, node, s, n, end);
	}
	free(s);
	free(node);
}

void jfrags_free(struct jfrags *fr)
{
	free(fr->v);
	*fr = (struct jfrags){ 0 };
}
