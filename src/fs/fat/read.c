/* read.c - a FAT volume as a tree */
#include <stdlib.h>

#include "core/maps.h"
#include "fs/fat/fat.h"

/* Each cluster belongs to one chain: so no loop is followed, and no bomb. */
struct reader {
	struct fat f;
	struct tree *t;
	uint8_t *used;
};

static uint64_t place(const struct reader *r, uint32_t c)
{
	return r->f.v.at + r->f.data + (uint64_t)(c - 2) * r->f.cluster;
}

/*
 * How many of at most `most` clusters from c on are there and free; whether
 * the chain ended then.
 */
static uint32_t follow(struct reader *r, uint32_t c, uint64_t most, bool *ends)
{
	uint32_t n = 0;
	bool broken = true;

	for (; n < most && fat_is_cluster(&r->f, c) && !r->used[c - 2]; n++) {
		if (fat_bytes(&r->f, c).len != r->f.cluster)
			break;
		r->used[c - 2] = 1;
		c = fat_next(&r->f, c, &broken);
	}
	*ends = !c && !broken;
	return n;
}

static int load(const struct content *c, struct buf *out, struct err *e)
{
	const struct fat *f = c->from;
	const struct node *n = (const struct node *)((const char *)c -
						     offsetof(struct node, content));
	uint64_t left = n->size;
	uint32_t at = (uint32_t)c->key;
	bool broken;

	(void)e;
	while (left) {
		struct view v = view_upto(fat_bytes(f, at), 0, left);

		maps_touched(v);
		put_view(out, v);
		left -= v.len;
		at = fat_next(f, at, &broken);
	}
	return 0;
}

/* Days since 1970 of a day of the Gregorian calendar. */
static int64_t days(int y, int m, int d)
{
	y -= m < 3;
	return 365 * (int64_t)y + y / 4 - y / 100 + y / 400 +
	       (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1 - 719468;
}

/* In local time, of which zone nobody knows: taken as UTC. */
static int64_t time_of(uint32_t date, uint32_t time)
{
	if (!date)
		return TREE_NO_TIME;
	return days(1980 + (int)(date >> 9), (int)(date >> 5 & 15), (int)(date & 31)) *
	       86400 + (time >> 11) * 3600 + (time >> 5 & 63) * 60 + (time & 31) * 2;
}

static void set_file(struct reader *r, struct node *n, uint32_t c, uint32_t size)
{
	uint32_t bytes = r->f.cluster;
	uint64_t need = (size + (uint64_t)bytes - 1) / bytes;
	bool ends;
	uint64_t have = follow(r, c, need, &ends);
	struct damage *d;

	n->size = have < need ? have * bytes : size;
	n->content = (struct content){ load, &r->f, c };
	if (have == need)
		return;
	d = tree_damage(r->t, fat_is_cluster(&r->f, c) ? place(r, c) : r->f.v.at, n,
			"fat.chain", "its chain of clusters ends too early");
	d->from = n->size;
	d->size = size - n->size;
}

static int read_dir(struct reader *r, struct node *dir, struct view v,
		    unsigned depth, struct err *e);

static int set_dir(struct reader *r, struct node *n, uint32_t c, unsigned depth,
		   struct err *e)
{
	bool ends, broken;
	uint32_t many = follow(r, c, FAT_MOST_DIR / r->f.cluster + 1, &ends);
	struct buf b = { 0 };
	int result;

	if (!ends)
		tree_damage(r->t, many ? place(r, c) : r->f.v.at, n, "fat.dir",
			    "the directory's chain of clusters breaks; what was "
			    "behind that is missing");
	for (uint32_t i = 0; i < many; i++, c = fat_next(&r->f, c, &broken))
		put_view(&b, fat_bytes(&r->f, c));
	result = read_dir(r, n, buf_view(&b), depth, e);
	buf_free(&b);
	return result;
}

static int add(struct reader *r, struct node *dir, const uint8_t *p, size_t n,
	       unsigned depth, struct err *e)
{
	struct view v = { p, FAT_ENTRY, 0 };
	uint32_t c = (uint32_t)peek16(v, 20, LITTLE) << 16 | peek16(v, 26, LITTLE);
	uint32_t mode = p[11] & FAT_DIR ? S_IFDIR | 0755 : S_IFREG | 0644;
	struct buf name = { 0 };
	struct node *k;

	if (r->f.bits != 32)
		c &= 0xffff;
	if (p[11] & FAT_READ_ONLY)
		mode &= ~0222u;
	fat_name(p, n, &name);
	k = tree_add(r->t, dir, (const char *)name.p, name.len, mode, e);
	buf_free(&name);
	if (!k && e->kind == ERR_LIMIT)
		return -1;
	if (!k) {
		tree_damage(r->t, r->f.v.at, dir, "fat.name", "%s", e->text);
		return 0;
	}
	k->mtime = time_of(peek16(v, 24, LITTLE), peek16(v, 22, LITTLE));
	if (S_ISREG(mode))
		set_file(r, k, c, peek32(v, 28, LITTLE));
	else if (depth < FAT_MOST_DEPTH)
		return set_dir(r, k, c, depth + 1, e);
	else
		tree_damage(r->t, r->f.v.at, k, "fat.deep", "is nested too deep; "
			    "what was in it is missing");
	return 0;
}

static int read_dir(struct reader *r, struct node *dir, struct view v,
		    unsigned depth, struct err *e)
{
	size_t n = 0;

	for (size_t at = 0; view_has(v, at, FAT_ENTRY) && v.p[at]; at += FAT_ENTRY) {
		const uint8_t *p = v.p + at;

		if (p[0] != 0xe5 && (p[11] & 0x3f) == FAT_LONG) {
			n++;
			continue;
		}
		if (p[0] != 0xe5 && p[0] != '.' && !(p[11] & FAT_LABEL) &&
		    add(r, dir, p, n < 20 ? n : 20, depth, e) < 0)
			return -1;
		n = 0;
	}
	return 0;
}

int fat_read(struct view v, struct tree *t, struct err *e)
{
	struct reader *r = arena_alloc(&t->arena, sizeof(*r));
	int result;

	r->t = t;
	if (!fat_get(v, &r->f))
		return fail_at(e, v.at, "no FAT volume; see fwtool scan");
	r->used = xcalloc(r->f.clusters, 1);
	if (r->f.bits == 32)
		result = set_dir(r, t->root, r->f.root_cluster, 0, e);
	else
		result = read_dir(r, t->root,
				  view_upto(v, r->f.root, r->f.root_size), 0, e);
	free(r->used);
	r->used = NULL;
	tree_finish(t);
	return result;
}
