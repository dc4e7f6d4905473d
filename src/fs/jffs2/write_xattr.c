/* write_xattr.c - extended attributes, shared where they are equal */
#include "fs/jffs2/write_xattr.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "fs/jffs2/put.h"

void xattr_pool_free(struct xattr_pool *p)
{
	free(p->v);
	*p = (struct xattr_pool){ 0 };
}

static bool is(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

bool xattr_wanted(const struct jffs2_options *o, const struct xattr *x)
{
	return o->xattr || (o->selinux && is(x->name, "security.")) ||
	       (o->posix_acl && is(x->name, "system.posix_acl_"));
}

static uint64_t hash(const struct xattr *x)
{
	return hash_bytes(view_text(x->name)) * 31 ^ hash_bytes(x->value);
}

static struct known *find(const struct xattr_pool *p, const struct xattr *x)
{
	size_t i = hash(x) & (p->slots - 1);

	while (p->v[i].x && (strcmp(p->v[i].x->name, x->name) ||
			     !view_equal(p->v[i].x->value, x->value)))
		i = (i + 1) & (p->slots - 1);
	return &p->v[i];
}

static void grow(struct xattr_pool *p)
{
	struct xattr_pool old = *p;

	if ((p->n + 1) * 2 <= p->slots)
		return;
	p->slots = old.slots ? old.slots * 2 : 64;
	p->v = xcalloc(p->slots, sizeof(*p->v));
	for (size_t i = 0; i < old.slots; i++)
		if (old.v[i].x)
			*find(p, old.v[i].x) = old.v[i];
	free(old.v);
}

/* Access control lists have short entries here, but for users and groups. */
static void put_acl(struct buf *b, struct view acl)
{
	struct cursor c = cursor(acl, LITTLE);

	if (get32(&c) != 2) {		/* not as Linux hands them out */
		put_view(b, acl);
		return;
	}
	put32(b, 1);
	while (c.pos < acl.len && cursor_ok(&c)) {
		uint16_t tag = get16(&c), perm = get16(&c);
		uint32_t id = get32(&c);

		put16(b, tag);
		put16(b, perm);
		if (tag == 2 || tag == 8)
			put32(b, id);
	}
}

/* The number of the prefix and the rest of the name; 0 if there is none. */
static uint8_t split(const char *name, struct view *rest)
{
	for (uint8_t i = 1; i < 6; i++) {
		if (!is(name, jffs2_xattr_prefix[i]))
			continue;
		*rest = view_text(name + strlen(jffs2_xattr_prefix[i]));
		return i;
	}
	return 0;
}

static int write_value(struct layout *l, const struct xattr *x, uint32_t xid,
		       struct err *e)
{
	struct buf b = { .endian = l->out->endian }, acl = b;
	struct jxattr j = { .xid = xid, .version = 1, .value = x->value };

	j.prefix = split(x->name, &j.name);
	if (!j.prefix || j.name.len > 255)
		return fail(e, ERR_UNSUPPORTED, "attribute %s is of a kind that jffs2 "
			    "cannot hold; leave it out", x->name);
	if (j.prefix == 3 || j.prefix == 4) {
		put_acl(&acl, x->value);
		j.value = buf_view(&acl);
	}
	jxattr_put(&b, &j);
	if (b.len + l->cleanmarker > l->block || j.value.len > 0xffff) {
		buf_free(&b);
		buf_free(&acl);
		return fail(e, ERR_UNSUPPORTED, "attribute %s has %zu bytes, more than "
			    "an erase block holds; leave it out", x->name,
			    x->value.len);
	}
	layout_need(l, b.len);
	layout_put(l, buf_view(&b));
	buf_free(&b);
	buf_free(&acl);
	return 0;
}

static int write_one(struct xattr_pool *p, struct layout *l, const struct xattr *x,
		     uint32_t ino, struct err *e)
{
	struct buf b = { .endian = l->out->endian };
	struct known *k;

	grow(p);
	k = find(p, x);
	if (!k->x) {
		if (write_value(l, x, p->xid + 1, e) < 0)
			return -1;
		*k = (struct known){ x, ++p->xid };
		p->n++;
	}
	jxref_put(&b, &(struct jxref){ .ino = ino, .xid = k->xid,
				       .seqno = p->seqno += 2 });
	layout_need(l, b.len);
	layout_put(l, buf_view(&b));
	buf_free(&b);
	return 0;
}

int xattrs_write(struct xattr_pool *p, struct layout *l,
		 const struct jffs2_options *o, const struct node *n, uint32_t ino,
		 struct err *e)
{
	for (const struct xattr *x = n->xattr; x; x = x->next)
		if (xattr_wanted(o, x) && write_one(p, l, x, ino, e) < 0)
			return -1;
	return 0;
}
