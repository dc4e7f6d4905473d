/* dtparts.c - partitions in device trees */
#include <stdio.h>

#include "scan/fdt.h"
#include "scan/mapmake.h"

/*
 * A node with compatible = "fixed-partitions", or (older) a flash with such
 * children itself:
 *
 *	partition@50000 { label = "KERNEL"; reg = <0x50000 0x180000>; read-only; };
 *
 * A partition may hold a table of its own, whose offsets count from its start.
 * Properties stand before the nodes inside, so one pass will do.
 */
enum { MOST_TREE = 4 << 20 };

struct dtnode {
	const char *name;
	uint32_t acells, scells;	/* of the nodes inside */
	struct view reg, label;
	bool readonly, table;
	bool settled;			/* its properties are all read */
	bool partition;			/* it was added */
	uint64_t base;			/* what reg of the nodes inside counts from */
};

struct tree_walk {
	struct maps *m;
	const struct speaker *who;
	uint64_t size;
	struct dtnode node[FDT_DEPTH + 1];	/* from the root to here */
	int depth;
	struct map *map;
	int map_depth;			/* the node that closes it */
	int n;				/* maps */
};

static uint64_t get_cells(struct view v, uint32_t at, uint32_t n)
{
	struct cursor c = cursor(view_sub(v, 4 * at, 4 * n), BIG);

	return get_uint(&c, 4 * n);
}

static bool get_reg(const struct dtnode *parent, const struct dtnode *d,
		    uint64_t *at, uint64_t *size)
{
	uint32_t a = parent->acells, s = parent->scells;

	if (a < 1 || a > 2 || s < 1 || s > 2 || d->reg.len != 4 * (a + s))
		return false;
	*at = get_cells(d->reg, 0, a);
	*size = get_cells(d->reg, a, s);
	return *at <= INT64_MAX && *size <= INT64_MAX;
}

static bool is_named_partition(const struct dtnode *d)
{
	return !strncmp(d->name, "partition@", 10);
}

static void begin_map(struct tree_walk *w, const struct dtnode *device, int depth)
{
	w->map = map_new(w->m, w->who->rank, w->who->from);
	if (!w->map)
		return;
	w->map_depth = depth;
	map_device(w->map, view_text(device->name));
	map_source(w->map, "partitions in %s", w->who->source);
	w->n++;
}

static void add_partition(struct tree_walk *w, const struct dtnode *parent,
			  struct dtnode *d)
{
	uint64_t at, size;
	size_t n;

	if (!w->map || !get_reg(parent, d, &at, &size) || at > INT64_MAX - parent->base)
		return;
	at += parent->base;
	if (!size && w->size > at)		/* as in Linux: the rest */
		size = w->size - at;
	if (size > INT64_MAX - at)
		return;
	n = w->map->n;
	map_part(w->map, d->label.len ? d->label : view_text(d->name), at, size);
	if (w->map->n == n)
		return;
	w->map->part[n].readonly = d->readonly;
	d->partition = true;
	d->base = at;
}

/* All properties of the innermost node are known: what is it? */
static void settle_node(struct tree_walk *w)
{
	struct dtnode *d = &w->node[w->depth], *parent = d - 1;

	if (!w->depth || d->settled)
		return;
	d->settled = true;
	if (w->depth == 1)
		return;
	if (!w->map && !parent->table && is_named_partition(d) && d->reg.len) {
		begin_map(w, parent, w->depth - 1);
		parent->table = true;
	}
	if (w->map && parent->table)
		add_partition(w, parent, d);
	if (!d->table || d->partition)
		return;
	d->base = parent->partition ? parent->base : 0;
	if (!w->map)
		begin_map(w, parent, w->depth);
}

static bool open_node(struct tree_walk *w, const char *name)
{
	settle_node(w);
	if (w->depth == FDT_DEPTH)
		return false;
	w->node[++w->depth] = (struct dtnode){ .name = name, .acells = 2, .scells = 1 };
	return true;
}

static bool close_node(struct tree_walk *w)
{
	settle_node(w);
	if (!w->depth)
		return false;
	if (w->map && w->depth == w->map_depth) {
		map_done(w->m, w->map, w->size);
		w->map = NULL;
	}
	w->depth--;
	return true;
}

/* "a\0b\0" holds the word whole. */
static bool has_word(struct view list, const char *word)
{
	struct view rest = list, one;

	while (vars_next(&rest, &one))
		if (view_equal(one, view_text(word)))
			return true;
	return false;
}

static void set_property(struct dtnode *d, const struct fdt_item *i)
{
	if (!strcmp(i->name, "#address-cells"))
		d->acells = peek32(i->value, 0, BIG);
	else if (!strcmp(i->name, "#size-cells"))
		d->scells = peek32(i->value, 0, BIG);
	else if (!strcmp(i->name, "reg"))
		d->reg = i->value;
	else if (!strcmp(i->name, "label"))
		d->label = view_upto(i->value, 0, i->value.len ? i->value.len - 1 : 0);
	else if (!strcmp(i->name, "read-only"))
		d->readonly = true;
	else if (!strcmp(i->name, "compatible"))
		d->table = has_word(i->value, "fixed-partitions");
}

static void walk(struct tree_walk *w, struct fdt *t)
{
	struct fdt_item i;
	bool ok = true;

	while (ok && (i = fdt_next(t)).token != FDT_BAD && i.token != FDT_DONE) {
		if (i.token == FDT_NODE)
			ok = open_node(w, i.name);
		else if (i.token == FDT_CLOSE)
			ok = close_node(w);
		else if (w->depth)
			set_property(&w->node[w->depth], &i);
	}
	if (w->map)
		map_done(w->m, w->map, w->size);
}

int maps_tree(struct maps *m, const struct speaker *who, struct view v,
	      uint64_t size)
{
	struct tree_walk w = { .m = m, .who = who, .size = size };
	uint64_t total;
	struct fdt t;

	if (!fdt_open(v, &t, &total) || total > MOST_TREE)
		return 0;
	walk(&w, &t);
	return w.n;
}

static bool is_tree(const struct region *r)
{
	return !strcmp(r->format->name, "dtb") && r->proof >= PROOF_PLAUSIBLE;
}

void maps_trees(struct maps *m, struct view image, const struct scan *s)
{
	char source[64];
	struct speaker who = { .rank = MAP_DEVICETREE, .source = source };

	for (size_t i = 0; i < s->nfound; i++) {
		const struct region *r = &s->found[i].r;

		if (!is_tree(r))
			continue;
		who.from = r->at;
		snprintf(source, sizeof(source), "the device tree at 0x%06llx",
			 (unsigned long long)r->at);
		maps_tree(m, &who, view_sub(image, r->at, r->size), s->size);
	}
}
