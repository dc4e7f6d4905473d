/*
 * xattrs.c - extended attributes of squashfs 4
 *
 *	id     = u64 place, u32 count, u32 size
 *	place  = (block after the start of the values << 16) | offset in it
 *	list   = count * (u16 prefix, u16 length, name, u32 length, value)
 *
 * A prefix with 0x100 says that the value is elsewhere: it is a u64 place.
 */
#include "core/mem.h"
#include "fs/squashfs/read.h"

/* Values are shared between files and identical ones between ids. */
enum { ELSEWHERE = 0x100, MOST_VALUED = 256 << 20, MOST_COUNT = 4096 };

static const char *const prefixes[] = { "user.", "trusted.", "security." };

static bool find_place(const struct squash_reader *r, uint64_t place,
		       uint64_t *pos)
{
	uint64_t start = r->values.n ? r->values.place[0].at : 0;

	return squash_find(&r->values, start + (place >> 16), place & 0xffff, pos);
}

static struct view get_value(const struct squash_reader *r, struct cursor *c,
			     bool elsewhere)
{
	struct view v = get_view(c, get32(c));
	struct cursor there = *c;
	uint64_t pos;

	if (!elsewhere || !cursor_ok(c))
		return v;
	there = cursor(v, r->s.endian);
	if (!find_place(r, get64(&there), &pos)) {
		c->bad = true;
		return v;
	}
	there = cursor(c->v, r->s.endian);
	there.pos = pos;
	v = get_view(&there, get32(&there));
	c->bad = there.bad;
	return v;
}

/* In the order of the image; of two with the same name the first counts. */
static void append(struct xattr **list, struct xattr *x)
{
	while (*list && strcmp((*list)->name, x->name))
		list = &(*list)->next;
	if (!*list)
		*list = x;
}

static bool get_xattr(struct squash_reader *r, struct cursor *c,
		      struct xattr **list)
{
	struct xattr *x = arena_alloc(&r->t->arena, sizeof(*x));
	unsigned type = get16(c), prefix = type & ~(unsigned)ELSEWHERE;
	struct view name = get_view(c, get16(c));
	struct buf full = { 0 };

	x->value = get_value(r, c, type & ELSEWHERE);
	if (!cursor_ok(c) || prefix > 2 || !name.len || name.len > 255 ||
	    memchr(name.p, 0, name.len))
		return false;
	put(&full, prefixes[prefix], strlen(prefixes[prefix]));
	put_view(&full, name);
	x->name = arena_copy(&r->t->arena, full.p, full.len);
	buf_free(&full);
	append(list, x);
	return true;
}

/* The list of an id; false if some of it is damaged. */
static bool get_list(struct squash_reader *r, uint32_t id, struct xattr **list)
{
	struct cursor c = cursor(buf_view(&r->xattrs), r->s.endian);
	struct cursor kv = cursor(buf_view(&r->values.plain), r->s.endian);
	uint64_t pos, before;
	uint32_t count;

	get_skip(&c, 16 * (uint64_t)id);
	if (!find_place(r, get64(&c), &pos))
		return false;
	kv.pos = before = pos;
	count = get32(&c);
	for (uint32_t i = 0; i < count; i++) {
		if (i == MOST_COUNT || r->valued > r->values.plain.len ||
		    !get_xattr(r, &kv, list))
			return false;
		r->valued += kv.pos - before;
		before = kv.pos;
	}
	return true;
}

void squash_xattrs(struct squash_reader *r, struct node *node, uint32_t id)
{
	if (id == SQ_NONE)
		return;
	if (id >= r->xattrs.len / 16) {
		tree_damage(r->t, r->v.at, node, "squashfs.xattr",
			    "squashfs attributes %u are not there", id);
		return;
	}
	if (!r->made[id] && !get_list(r, id, &r->lists[id]))
		tree_damage(r->t, r->v.at, node, "squashfs.xattr",
			    "squashfs attributes %u are damaged", id);
	r->made[id] = true;
	node->xattr = r->lists[id];
}
