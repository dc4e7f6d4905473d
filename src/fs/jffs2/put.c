/* put.c - jffs2 nodes, encoded */
#include "fs/jffs2/put.h"

#include "core/hash.h"

static struct view since(const struct buf *b, size_t at)
{
	return view_from(buf_view(b), at);
}

static void put_sum(struct buf *b, size_t from)
{
	put32(b, crc32_plain(0, since(b, from)));
}

static void put_head(struct buf *b, uint16_t type, size_t totlen)
{
	size_t at = b->len;

	put16(b, JFFS2_MAGIC);
	put16(b, type);
	put32(b, (uint32_t)totlen);
	put_sum(b, at);
}

/* Nodes begin at multiples of 4 of their block, not of the buffer. */
static void put_pad(struct buf *b, size_t totlen)
{
	put_fill(b, 0xff, (size_t)jffs2_pad(totlen) - totlen);
}

void jdirent_put(struct buf *b, const struct jdirent *d)
{
	size_t at = b->len, totlen = JFFS2_DIRENT_SIZE + d->name.len;

	put_head(b, JFFS2_DIRENT, totlen);
	put32(b, d->pino);
	put32(b, d->version);
	put32(b, d->ino);
	put32(b, d->mctime);
	put8(b, (uint8_t)d->name.len);
	put8(b, d->dtype);
	put16(b, 0);
	put_sum(b, at);
	put32(b, crc32_plain(0, d->name));
	put_view(b, d->name);
	put_pad(b, totlen);
}

void jinode_put(struct buf *b, const struct jinode *n)
{
	size_t at = b->len, totlen = JFFS2_INODE_SIZE + n->data.len;

	put_head(b, JFFS2_INODE, totlen);
	put32(b, n->ino);
	put32(b, n->version);
	put32(b, n->mode);
	put16(b, n->uid);
	put16(b, n->gid);
	put32(b, n->isize);
	put32(b, n->atime);
	put32(b, n->mtime);
	put32(b, n->ctime);
	put32(b, n->offset);
	put32(b, (uint32_t)n->data.len);
	put32(b, n->dsize);
	put8(b, n->compr);
	put8(b, n->usercompr);
	put16(b, n->flags);
	put32(b, crc32_plain(0, n->data));
	put32(b, crc32_plain(0, view_sub(buf_view(b), at, JFFS2_INODE_SUMMED)));
	put_view(b, n->data);
	put_pad(b, totlen);
}

/* The length of an xattr node counts its padding. */
void jxattr_put(struct buf *b, const struct jxattr *x)
{
	size_t at = b->len, size = x->name.len + 1 + x->value.len;
	struct buf data = { 0 };

	put_view(&data, x->name);
	put8(&data, 0);
	put_view(&data, x->value);
	put_head(b, JFFS2_XATTR, (size_t)jffs2_pad(JFFS2_XATTR_SIZE + size));
	put32(b, x->xid);
	put32(b, x->version);
	put8(b, x->prefix);
	put8(b, (uint8_t)x->name.len);
	put16(b, (uint16_t)x->value.len);
	put32(b, crc32_plain(0, buf_view(&data)));
	put_sum(b, at);
	put_view(b, buf_view(&data));
	put_pad(b, JFFS2_XATTR_SIZE + size);
	buf_free(&data);
}

void jxref_put(struct buf *b, const struct jxref *x)
{
	size_t at = b->len;

	put_head(b, JFFS2_XREF, JFFS2_XREF_SIZE);
	put32(b, x->ino);
	put32(b, x->xid);
	put32(b, x->seqno);
	put_sum(b, at);
}

void jcleanmarker_put(struct buf *b, uint32_t size)
{
	put_head(b, JFFS2_CLEANMARKER, size);
}

void jdevice_put(struct buf *b, uint32_t major, uint32_t minor)
{
	if (major < 256 && minor < 256)
		put16(b, (uint16_t)(major << 8 | minor));
	else
		put32(b, (minor & 0xff) | major << 8 | (minor & ~UINT32_C(0xff)) << 12);
}
