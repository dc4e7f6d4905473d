/*
 * putxattr.c - extended attributes of squashfs 4, as mksquashfs lays them out
 *
 * Equal lists are stored once. A value is stored in its list, unless it is
 * long, or the list is, or it is 8 bytes or more and was stored before: then
 * the list has its place.
 */
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "fs/squashfs/put.h"

enum { ELSEWHERE = 0x100, INLINE = 128, PLACE = 8, TARGET = 65536 };

#define UNPLACED UINT64_MAX

struct value { struct view v; uint64_t place; };

struct item {
	const struct xattr *x;
	unsigned type;
	const char *name;		/* without its prefix */
	bool elsewhere;
	size_t value;			/* in values; SIZE_MAX: too short to share */
	bool is_first;			/* ... and has it from here */
};

struct list { const struct xattr *x; uint64_t place; uint32_t n, size; };

struct squash_lists {
	struct squash_chain *chain;
	struct list *list;
	size_t lists, lists_cap;
	struct value *value;
	size_t values, values_cap;
};

struct squash_lists *squash_lists_new(struct squash_chain *chain)
{
	struct squash_lists *l = xcalloc(1, sizeof(*l));

	l->chain = chain;
	return l;
}

static bool set_name(struct item *k, const struct xattr *x)
{
	static const char *const prefixes[] = { "user.", "trusted.", "security." };

	for (unsigned i = 0; i < 3; i++) {
		size_t n = strlen(prefixes[i]);

		if (strncmp(x->name, prefixes[i], n))
			continue;
		*k = (struct item){ .x = x, .type = i, .name = x->name + n,
				    .value = SIZE_MAX };
		return true;
	}
	return false;
}

static bool same_list(const struct xattr *a, const struct xattr *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (strcmp(a->name, b->name) || !view_equal(a->value, b->value))
			return false;
	return a == b;
}

static uint64_t list_size(const struct item *k, size_t n, size_t most)
{
	uint64_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += 8 + strlen(k[i].name) + (k[i].x->value.len > most ? (size_t)PLACE
							: k[i].x->value.len);
	return size;
}

static void choose(struct item *k, size_t n)
{
	size_t most = INLINE;

	while (list_size(k, n, most) > TARGET && most > PLACE)
		most = most / 2 < PLACE ? PLACE : most / 2;
	for (size_t i = 0; i < n; i++)
		k[i].elsewhere = k[i].x->value.len > most;
}

/* The value known by these bytes; a new one has no place yet. */
static void share(struct squash_lists *l, struct item *k)
{
	struct view v = k->x->value;

	if (v.len < PLACE)
		return;
	for (k->value = 0; k->value < l->values; k->value++) {
		if (!view_equal(l->value[k->value].v, v))
			continue;
		k->elsewhere = true;
		return;
	}
	l->value = xgrow(l->value, &l->values_cap, l->values + 1, sizeof(*l->value));
	l->value[l->values++] = (struct value){ v, UNPLACED };
	k->is_first = true;
}

static uint64_t put_value(struct squash_lists *l, struct view v)
{
	uint64_t place = squash_chain_here(l->chain);

	put32(&l->chain->plain, (uint32_t)v.len);
	put_view(&l->chain->plain, v);
	return place;
}

/* Two equal new values in one list are stored twice; the first one counts. */
static void put_elsewhere(struct squash_lists *l, struct item *k, size_t n,
			  uint64_t *place)
{
	for (size_t i = 0; i < n; i++) {
		place[i] = k[i].value == SIZE_MAX ? UNPLACED : l->value[k[i].value].place;
		if (!k[i].elsewhere || place[i] != UNPLACED)
			continue;
		place[i] = put_value(l, k[i].x->value);
	}
	for (size_t i = 0; i < n; i++)
		if (k[i].elsewhere && k[i].is_first)
			l->value[k[i].value].place = place[i];
}

static void put_item(struct squash_lists *l, const struct item *k, uint64_t place)
{
	struct buf *out = &l->chain->plain;

	put16(out, (uint16_t)(k->type | (k->elsewhere ? ELSEWHERE : 0)));
	put16(out, (uint16_t)strlen(k->name));
	put(out, k->name, strlen(k->name));
	if (!k->elsewhere) {
		place = put_value(l, k->x->value);
		if (k->is_first)
			l->value[k->value].place = place;
		return;
	}
	put32(out, PLACE);
	put64(out, place);
}

static uint32_t add(struct squash_lists *l, const struct xattr *x, struct item *k,
		    size_t n)
{
	uint64_t *place = xcalloc(n, sizeof(*place));
	struct list made = { .x = x, .n = (uint32_t)n };

	choose(k, n);
	for (size_t i = 0; i < n; i++)
		share(l, &k[i]);
	put_elsewhere(l, k, n, place);
	made.place = squash_chain_here(l->chain);
	for (size_t i = 0; i < n; i++) {
		made.size += (uint32_t)(strlen(k[i].x->name) + 1 + k[i].x->value.len);
		put_item(l, &k[i], place[i]);
	}
	free(place);
	l->list = xgrow(l->list, &l->lists_cap, l->lists + 1, sizeof(*l->list));
	l->list[l->lists++] = made;
	return (uint32_t)l->lists - 1;
}

uint32_t squash_lists_add(struct squash_lists *l, const struct node *n)
{
	struct item *k = NULL;
	size_t items = 0, cap = 0;
	uint32_t id;

	for (const struct xattr *x = n->xattr; x; x = x->next) {
		k = xgrow(k, &cap, items + 1, sizeof(*k));
		items += set_name(&k[items], x);
	}
	if (!items) {
		free(k);
		return SQ_NONE;
	}
	for (id = 0; id < l->lists; id++)
		if (same_list(l->list[id].x, n->xattr))
			break;
	if (id == l->lists)
		id = add(l, n->xattr, k, items);
	free(k);
	return id;
}

uint32_t squash_lists_count(const struct squash_lists *l)
{
	return (uint32_t)l->lists;
}

void squash_lists_put(const struct squash_lists *l, struct buf *out)
{
	for (size_t i = 0; i < l->lists; i++) {
		put64(out, l->list[i].place);
		put32(out, l->list[i].n);
		put32(out, l->list[i].size);
	}
}

void squash_lists_free(struct squash_lists *l)
{
	if (!l)
		return;
	free(l->list);
	free(l->value);
	free(l);
}
