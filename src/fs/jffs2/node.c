/* node.c - jffs2 nodes, decoded */
#include "core/hash.h"
#include "core/maps.h"
#include "fs/jffs2/jffs2.h"

const char *const jffs2_xattr_prefix[6] = {
	NULL, "user.", "security.", "system.posix_acl_access",
	"system.posix_acl_default", "trusted.",
};

static void get_head(struct cursor *c, struct jhead *h)
{
	h->magic = get16(c);
	h->type = get16(c);
	h->totlen = get32(c);
	h->hdr_crc = get32(c);
}

bool jhead_get(struct view v, uint64_t at, enum endian e, struct jhead *h)
{
	struct cursor c = cursor(view_upto(v, at, JFFS2_HEADER_SIZE), e);

	maps_touched(c.v);
	get_head(&c, h);
	return cursor_ok(&c);
}

bool jhead_ok(struct view v, uint64_t at, enum endian e, const struct jhead *h)
{
	struct view first = view_sub(v, at, 8);
	uint8_t was[8];

	if (h->magic != JFFS2_MAGIC || first.len != sizeof(was))
		return false;
	memcpy(was, first.p, sizeof(was));
	was[e == BIG ? 2 : 3] |= JFFS2_ACCURATE >> 8;
	return crc32_plain(0, (struct view){ was, 8, 0 }) == h->hdr_crc;
}

/* A cursor over the node at `at` that knows where the node ends. */
static struct cursor open_node(struct view v, uint64_t at, enum endian e,
			       struct jhead *h)
{
	struct cursor c;

	if (!jhead_get(v, at, e, h))
		return (struct cursor){ .bad = true };
	c = cursor(view_sub(v, at, h->totlen), e);
	get_skip(&c, JFFS2_HEADER_SIZE);
	return c;
}

bool jdirent_get(struct view v, uint64_t at, enum endian e, struct jdirent *d)
{
	struct cursor c = open_node(v, at, e, &d->head);

	d->pino = get32(&c);
	d->version = get32(&c);
	d->ino = get32(&c);
	d->mctime = get32(&c);
	d->nsize = get8(&c);
	d->dtype = get8(&c);
	get_skip(&c, 2);
	d->node_crc = get32(&c);
	d->name_crc = get32(&c);
	d->name = get_view(&c, d->nsize);
	return cursor_ok(&c);
}

bool jinode_get(struct view v, uint64_t at, enum endian e, struct jinode *n)
{
	struct cursor c = open_node(v, at, e, &n->head);

	n->ino = get32(&c);
	n->version = get32(&c);
	n->mode = get32(&c);
	n->uid = get16(&c);
	n->gid = get16(&c);
	n->isize = get32(&c);
	n->atime = get32(&c);
	n->mtime = get32(&c);
	n->ctime = get32(&c);
	n->offset = get32(&c);
	n->csize = get32(&c);
	n->dsize = get32(&c);
	n->compr = get8(&c);
	n->usercompr = get8(&c);
	n->flags = get16(&c);
	n->data_crc = get32(&c);
	n->node_crc = get32(&c);
	n->data = view_sub(c.v, c.pos, n->csize);
	return cursor_ok(&c);
}

bool jxattr_get(struct view v, uint64_t at, enum endian e, struct jxattr *x)
{
	struct cursor c = open_node(v, at, e, &x->head);

	x->xid = get32(&c);
	x->version = get32(&c);
	x->prefix = get8(&c);
	x->name_len = get8(&c);
	x->value_len = get16(&c);
	x->data_crc = get32(&c);
	x->node_crc = get32(&c);
	x->name = get_view(&c, x->name_len);
	get_skip(&c, 1);
	x->value = get_view(&c, x->value_len);
	return cursor_ok(&c);
}

bool jxref_get(struct view v, uint64_t at, enum endian e, struct jxref *x)
{
	struct cursor c = open_node(v, at, e, &x->head);

	x->ino = get32(&c);
	x->xid = get32(&c);
	x->seqno = get32(&c);
	x->node_crc = get32(&c);
	return cursor_ok(&c);
}

bool jffs2_device(struct view data, enum endian e, uint32_t *major,
		  uint32_t *minor)
{
	if (data.len == 2) {
		uint16_t d = peek16(data, 0, e);

		*major = d >> 8;
		*minor = d & 0xff;
		return true;
	}
	if (data.len == 4) {
		uint32_t d = peek32(data, 0, e);

		*major = (d & 0xfff00) >> 8;
		*minor = (d & 0xff) | (d >> 12 & 0xfff00);
		return true;
	}
	return false;
}
