/* dtparts.c - partitions in device trees */
#include <libfdt.h>
#include <stdio.h>

#include "scan/mapmake.h"

/*
 * A node with compatible = "fixed-partitions", or (older) a flash with such
 * children itself:
 *
 *	partition@50000 { label = "KERNEL"; reg = <0x50000 0x180000>; read-only; };
 *
 * A partition may hold a table of its own, whose offsets count from its start.
 */
enum { MOST_DEPTH = 4, MOST_TABLES = 256, MOST_TREE = 4 << 20 };

struct tree_walk {
	const void *fdt;
	struct map *map;
	uint64_t size;
};

static bool is_table(const void *fdt, int node)
{
	return !fdt_node_check_compatible(fdt, node, "fixed-partitions");
}

static uint64_t get_cells(const uint8_t *p, int n)
{
	uint64_t x = 0;

	for (int i = 0; i < 4 * n; i++)
		x = x << 8 | p[i];
	return x;
}

/* reg of a partition, with the cells that its parent says. */
static bool get_reg(const void *fdt, int parent, int node, uint64_t *at,
		    uint64_t *size)
{
	int a = fdt_address_cells(fdt, parent), n = fdt_size_cells(fdt, parent);
	int len;
	const uint8_t *p = fdt_getprop(fdt, node, "reg", &len);

	if (!p || a < 1 || a > 2 || n < 1 || n > 2 || len != 4 * (a + n))
		return false;
	*at = get_cells(p, a);
	*size = get_cells(p + 4 * a, n);
	return true;
}

static struct view name_of(const void *fdt, int node)
{
	int len;
	const char *name = fdt_getprop(fdt, node, "label", &len);

	if (!name || len < 2)
		name = fdt_get_name(fdt, node, &len);
	if (!name || len < 1)
		return view_text("partition");
	return (struct view){ (const uint8_t *)name, strnlen(name, (size_t)len), 0 };
}

static void add_table(struct tree_walk *w, int table, uint64_t base, int depth);

static void add_partition(struct tree_walk *w, int table, int node,
			  uint64_t base, int depth)
{
	uint64_t at, size;
	size_t n = w->map->n;
	int inner;

	if (!get_reg(w->fdt, table, node, &at, &size) ||
	    at > INT64_MAX - base || size > INT64_MAX - base - at)
		return;
	if (!size && w->size > base + at)	/* as in Linux: the rest */
		size = w->size - base - at;
	map_part(w->map, name_of(w->fdt, node), base + at, size);
	if (w->map->n > n)
		w->map->part[n].readonly =
			fdt_getprop(w->fdt, node, "read-only", NULL) != NULL;
	if (is_table(w->fdt, node))
		add_table(w, node, base + at, depth + 1);
	fdt_for_each_subnode(inner, w->fdt, node)
		if (is_table(w->fdt, inner))
			add_table(w, inner, base + at, depth + 1);
}

static void add_table(struct tree_walk *w, int table, uint64_t base, int depth)
{
	int node;

	if (depth > MOST_DEPTH)
		return;
	fdt_for_each_subnode(node, w->fdt, table)
		add_partition(w, table, node, base, depth);
}

static bool is_partition(const void *fdt, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);

	return name && !strncmp(name, "partition@", 10);
}

/* A flash of the old kind: partitions are its children, without a table. */
static bool is_old_flash(const void *fdt, int node)
{
	int child = fdt_first_subnode(fdt, node);

	return child >= 0 && is_partition(fdt, child) &&
	       fdt_getprop(fdt, child, "reg", NULL) && !is_partition(fdt, node);
}

/* Inside a partition: it was added with the table that holds it. */
static bool is_inner(const void *fdt, int table)
{
	int parent = fdt_parent_offset(fdt, table);

	return is_partition(fdt, table) ||
	       (parent >= 0 && is_partition(fdt, parent));
}

static int add_map(struct maps *m, const struct speaker *who, const void *fdt,
		   int table, uint64_t size)
{
	struct map *map = map_new(m, who->rank, who->from);
	struct tree_walk w = { fdt, map, size };
	int len;
	const char *name;

	if (!map)
		return 0;
	if (is_table(fdt, table) && fdt_parent_offset(fdt, table) >= 0)
		name = fdt_get_name(fdt, fdt_parent_offset(fdt, table), &len);
	else
		name = fdt_get_name(fdt, table, &len);
	if (name)
		map_device(map, view_text(name));
	map_source(map, "partitions in %s", who->source);
	add_table(&w, table, 0, 0);
	map_done(m, map, size);
	return 1;
}

/* Finding a parent walks the tree, so the nodes looked at are counted. */
static int add_maps(struct maps *m, const struct speaker *who, const void *fdt,
		    uint64_t size)
{
	int n = 0, depth = 0, tried = 0;

	for (int node = fdt_next_node(fdt, -1, &depth); node >= 0 && depth >= 0;
	     node = fdt_next_node(fdt, node, &depth)) {
		if (!is_table(fdt, node) && !is_old_flash(fdt, node))
			continue;
		if (++tried > MOST_TABLES)
			break;
		if (!is_inner(fdt, node))
			n += add_map(m, who, fdt, node, size);
	}
	return n;
}

/*
 * libfdt wants a tree to lie at a multiple of 8, so it is copied; trees older
 * than version 16, which it reads, make fdt_check_full() of 1.6.1 crash.
 */
int maps_tree(struct maps *m, const struct speaker *who, struct view v,
	      uint64_t size)
{
	uint32_t total = peek32(v, 4, BIG);
	struct buf copy = { 0 };
	int n = 0;

	if (!view_is(v, 0, "\xd0\x0d\xfe\xed", 4) || total < 40 ||
	    peek32(v, 20, BIG) < 16 || total > MOST_TREE || !view_has(v, 0, total))
		return 0;
	put_view(&copy, view_sub(v, 0, total));
	if (!fdt_check_full(copy.p, copy.len))
		n = add_maps(m, who, copy.p, size);
	buf_free(&copy);
	return n;
}

static bool is_tree(const struct region *r)
{
	return (!strcmp(r->format->name, "fdt") || !strcmp(r->format->name, "dtb") ||
		!strcmp(r->format->name, "fit")) && r->proof >= PROOF_PLAUSIBLE;
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
		scan_give_back(s, image);
	}
}
