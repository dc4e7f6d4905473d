/*
 * xattr.c - extended attributes of ext2, ext3 and ext4
 *
 *	body	= u32 magic  entry* 0	values count from the first entry
 *	block	= u32 magic, users, blocks, hash, sum  u32[3]  entry* 0
 *	entry	= u8 name length, prefix  u16 value at  u32 inode of value
 *		  u32 value size, hash  name, padded to 4
 */
#include "core/work.h"
#include "fs/ext/ext.h"

enum { BLOCK_HEAD = 32, MOST = 4096, SYSTEM = 7 };

#define MAGIC 0xea020000u

static const char *const prefixes[] = {
	NULL, "user.", "system.posix_acl_access", "system.posix_acl_default",
	"trusted.", NULL, "security.", "system.", "system.richacl",
};

struct attribute {
	unsigned prefix;
	struct view name;
	uint32_t at, size, inode;
};

/* False: the list has ended; then c is bad where it should not have. */
static bool get_attribute(struct cursor *c, struct attribute *a)
{
	unsigned n;

	if (!peek32(c->v, c->pos, LITTLE))
		return false;
	n = get8(c);
	a->prefix = get8(c);
	a->at = get16(c);
	a->inode = get32(c);
	a->size = get32(c);
	get_skip(c, 4);
	a->name = get_view(c, n);
	get_skip(c, (4 - n % 4) % 4);
	return cursor_ok(c);
}

struct view ext_inline(const struct ext_inode *i)
{
	struct view v = view_from(i->body, 4);
	struct cursor c = cursor(v, LITTLE);
	struct attribute a;

	if (peek32(i->body, 0, LITTLE) != MAGIC)
		return (struct view){ 0 };
	while (get_attribute(&c, &a))
		if (a.prefix == SYSTEM && !a.inode &&
		    view_is(a.name, 0, "data", 4) && a.name.len == 4)
			return view_sub(v, a.at, a.size);
	return (struct view){ 0 };
}

/* The value from an inode of its own, where it is so large. */
static bool load_value(const struct ext_reader *r, const struct attribute *a,
		       struct buf *out)
{
	struct ext_inode i;
	struct err e = { 0 };

	if (a->size > EXT_XATTR_VALUE || !ext_inode_get(&r->x, a->inode, &i) ||
	    !(i.flags & EXT_VALUE) || i.size != a->size)
		return false;
	work_add(a->size);
	return ext_load(&r->x, &i, 0, a->size, out, &e) == 0;
}

static bool is_acl(const struct attribute *a)
{
	return a->prefix == 2 || a->prefix == 3;
}

static bool set_one(struct ext_reader *r, struct node *n, struct view values,
		    const struct attribute *a)
{
	struct buf name = { 0 }, value = { 0 };
	struct view v = view_sub(values, a->at, a->size);
	bool ok = !memchr(a->name.len ? (const void *)a->name.p : "", 0, a->name.len);

	if (a->inode) {
		ok = load_value(r, a, &value) && ok;
		v = buf_view(&value);
	} else if (is_acl(a)) {
		ok = ext_acl(v, &value) && ok;
		v = buf_view(&value);
	}
	put_text(&name, "%s", prefixes[a->prefix]);
	put_view(&name, a->name);
	if (ok && v.len == (is_acl(a) ? value.len : a->size))
		tree_xattr(r->t, n, buf_string(&name), v);
	else
		ok = false;
	buf_free(&name);
	buf_free(&value);
	return ok;
}

static bool is_shown(const struct attribute *a)
{
	if (a->prefix >= sizeof(prefixes) / sizeof(*prefixes) || !prefixes[a->prefix])
		return false;
	return a->prefix != SYSTEM || a->name.len != 4 ||
	       !view_is(a->name, 0, "data", 4);
}

/* Entries from the start of list on; values count from the start of `values`. */
static bool set_all(struct ext_reader *r, struct node *n, struct view list,
		    struct view values)
{
	struct cursor c = cursor(list, LITTLE);
	struct attribute a;
	bool ok = true;

	for (unsigned i = 0; i < MOST && get_attribute(&c, &a); i++) {
		work_add((uint64_t)i * 64 + a.size);
		if (work_done() - r->start > r->work) {
			r->tired = true;
			return false;
		}
		if (is_shown(&a))
			ok = set_one(r, n, values, &a) && ok;
	}
	return ok && cursor_ok(&c);
}

static bool set_block(struct ext_reader *r, struct node *n, uint64_t at)
{
	struct view v = ext_block(&r->x, at);

	if (!v.len || peek32(v, 0, LITTLE) != MAGIC || !ext_xattrs_hold(&r->x, at, v))
		return false;
	return set_all(r, n, view_from(v, BLOCK_HEAD), v);
}

void ext_xattrs(struct ext_reader *r, struct node *n, const struct ext_inode *i)
{
	struct view body = view_from(i->body, 4);

	if (peek32(i->body, 0, LITTLE) == MAGIC && !set_all(r, n, body, body))
		tree_damage(r->t, i->body.at, n, "ext.xattr", "has damaged attributes");
	if (i->attributes && !set_block(r, n, i->attributes))
		tree_damage(r->t, ext_place(&r->x, i->attributes), n, "ext.xattr",
			    "has a damaged block of attributes");
}
