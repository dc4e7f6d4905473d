/* resolve.c - of all nodes of files, those that are alive */
#include "fs/ubifs/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

enum { MOST_FAULTS = 1000 };

void ubifs_fault(struct ubifs_reader *r, uint64_t at, uint64_t key,
		 const char *code, const char *fmt, ...)
{
	struct ubifs_fault *f;
	char text[160];
	va_list ap;

	if (r->faults > MOST_FAULTS)
		return;
	r->fault = xgrow(r->fault, &r->capfaults, r->faults + 1, sizeof(*f));
	f = &r->fault[r->faults++];
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (r->faults > MOST_FAULTS)
		snprintf(text, sizeof(text), "more damage than is listed; what "
			 "follows is not looked at one by one");
	*f = (struct ubifs_fault){
		r->v.at + at, key, code,
		arena_copy(&r->t->arena, text, strlen(text))
	};
}

void ubifs_add(struct ubifs_reader *r, const struct ubifs_node *n)
{
	struct ubifs_entry k = { .key = ubifs_key(r->v, n), .sqnum = n->sqnum,
				 .at = n->at, .type = n->type };
	struct ubifs_name name;
	struct ubifs_data data;
	struct ubifs_ino ino;
	bool good = true;

	if (n->type == UBIFS_INO) {
		good = ubifs_ino(r->v, n, &ino);
		k.size = ino.size;
		k.gone = !ino.nlink;
	} else if (n->type == UBIFS_DATA) {
		good = ubifs_data(r->v, n, &data);
	} else if (n->type == UBIFS_TRUN) {
		good = n->len >= UBIFS_TRUN_SIZE;
		k.size = peek32(r->v, n->at + 48, LITTLE) |
			 (uint64_t)peek32(r->v, n->at + 52, LITTLE) << 32;
	} else {
		good = ubifs_name(r->v, n, &name);
		k.gone = !name.inum;
	}
	if (!good || ubifs_kind(k.key) != n->type) {
		ubifs_fault(r, n->at, k.key, "ubifs.node",
			    "ubifs node that breaks its own rules");
		return;
	}
	r->e = xgrow(r->e, &r->cap, r->n + 1, sizeof(*r->e));
	r->e[r->n++] = k;
}

struct ubifs_node ubifs_node_of(const struct ubifs_reader *r,
				const struct ubifs_entry *k)
{
	struct ubifs_node n = { 0 };

	ubifs_head(r->v, k->at, &n);
	return n;
}

static int by_key(const void *pa, const void *pb)
{
	const struct ubifs_entry *a = pa, *b = pb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->sqnum != b->sqnum)
		return a->sqnum < b->sqnum ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static bool same_name(const struct ubifs_reader *r, const struct ubifs_entry *a,
		      const struct ubifs_entry *b)
{
	struct ubifs_node na = ubifs_node_of(r, a), nb = ubifs_node_of(r, b);
	struct ubifs_name x, y;

	return ubifs_name(r->v, &na, &x) && ubifs_name(r->v, &nb, &y) &&
	       view_equal(x.name, y.name);
}

static bool is_same(const struct ubifs_reader *r, const struct ubifs_entry *a,
		    const struct ubifs_entry *b)
{
	if (a->key != b->key)
		return false;
	return a->type < UBIFS_DENT || same_name(r, a, b);
}

/*
 * Whether entry i, of a run of one key that ends at `end`, was replaced by a
 * later one. Runs are short but for those that hostile images make: then
 * only the nearest are looked at.
 */
static bool is_replaced(const struct ubifs_reader *r, size_t i, size_t end)
{
	enum { NEAREST = 256 };

	for (size_t k = i + 1; k < end && k - i < NEAREST; k++)
		if (is_same(r, &r->e[i], &r->e[k]))
			return true;
	return false;
}

/* What a file was cut to: by sqnum, each the least from there on. */
struct cuts { struct ubifs_entry *v; size_t n; };

static void find_cuts(struct ubifs_entry *e, size_t n, struct cuts *c)
{
	for (size_t k = 0; k < n; k++)
		if (e[k].type == UBIFS_TRUN && !c->n++)
			c->v = &e[k];
	for (size_t k = c->n; k-- > 1;)
		if (c->v[k - 1].size > c->v[k].size)
			c->v[k - 1].size = c->v[k].size;
}

static bool is_cut(const struct cuts *c, const struct ubifs_entry *k)
{
	uint64_t block = k->key & UBIFS_HASH_MASK;
	size_t low = 0, high = c->n;

	while (low < high) {
		size_t half = low + (high - low) / 2;

		if (c->v[half].sqnum <= k->sqnum)
			low = half + 1;
		else
			high = half;
	}
	return low < c->n && block >= c->v[low].size / UBIFS_BLOCK +
				      !!(c->v[low].size % UBIFS_BLOCK);
}

/*
 * Data that reached the flash before the inode did make the file as long as
 * they are, where the power went before the inode was written.
 */
static void extend(struct ubifs_reader *r, struct ubifs_entry *ino,
		   const struct ubifs_entry *k)
{
	struct ubifs_node n = ubifs_node_of(r, k);
	struct ubifs_data d;
	uint64_t end;

	if (!(r->m.flags & UBIFS_DIRTY) || k->sqnum < ino->sqnum ||
	    !ubifs_data(r->v, &n, &d))
		return;
	end = (k->key & UBIFS_HASH_MASK) * UBIFS_BLOCK + d.size;
	if (end > ino->size)
		ino->size = end;
}

/* The entries [i, end) of one inode; the living go to the table's front. */
static void resolve_inode(struct ubifs_reader *r, size_t i, size_t end,
			  size_t *kept)
{
	struct ubifs_entry *ino = NULL;
	struct cuts cuts = { 0 };
	size_t run = i;

	find_cuts(&r->e[i], end - i, &cuts);
	for (; i < end; i++) {
		struct ubifs_entry k = r->e[i];

		for (run = run > i ? run : i + 1;
		     run < end && r->e[run].key == k.key; run++)
			;
		if (k.type == UBIFS_TRUN || is_replaced(r, i, run))
			continue;
		if (k.type == UBIFS_INO && k.gone)
			return;
		if (k.gone || (k.type == UBIFS_DATA && is_cut(&cuts, &k)))
			continue;
		r->e[*kept] = k;
		if (k.type == UBIFS_INO)
			ino = &r->e[*kept];
		else if (k.type == UBIFS_DATA && ino)
			extend(r, ino, &k);
		++*kept;
	}
}

void ubifs_resolve(struct ubifs_reader *r)
{
	size_t kept = 0;

	if (r->n)
		qsort(r->e, r->n, sizeof(*r->e), by_key);
	for (size_t i = 0, end; i < r->n; i = end) {
		uint32_t inum = ubifs_inum(r->e[i].key);

		for (end = i; end < r->n && ubifs_inum(r->e[end].key) == inum; end++)
			;
		resolve_inode(r, i, end, &kept);
	}
	r->n = kept;
}

size_t ubifs_find(const struct ubifs_reader *r, uint64_t key)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t half = low + (high - low) / 2;

		if (r->e[half].key < key)
			low = half + 1;
		else
			high = half;
	}
	return low;
}

bool ubifs_inode(const struct ubifs_reader *r, uint64_t inum, size_t *i,
		 struct ubifs_ino *ino)
{
	struct ubifs_node n;

	if (!inum || inum > UINT32_MAX)
		return false;
	*i = ubifs_find(r, inum << 32);
	if (*i >= r->n || r->e[*i].key != inum << 32)
		return false;
	n = ubifs_node_of(r, &r->e[*i]);
	return ubifs_ino(r->v, &n, ino);
}
