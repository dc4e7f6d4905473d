/* walk.c - stepping through the nodes of a jffs2 log, and checking them */
#include "core/hash.h"
#include "fs/jffs2/log.h"

/* After so many erased bytes a kernel (6.1) believes that all of a block is. */
enum { EMPTY_BLOCK = 256, EMPTY_MARKED = 32 };

static bool is_end_mark(const struct jwalk *w)
{
	return w->pos % JFFS2_MIN_ERASE == 0 &&
	       view_is(w->v, w->pos, "\xde\xad\xc0\xde", 4);
}

static bool is_erased(struct view v, uint64_t at, uint64_t n)
{
	struct view some = view_upto(v, at, n);

	return view_run(some, 0xff) == some.len;
}

/*
 * A block that begins erased is erased, whatever follows: an erase that was
 * interrupted leaves old nodes there, and they must not come back.
 */
static bool begins_erased(const struct jwalk *w)
{
	uint64_t in = w->erase ? w->pos % w->erase : 1, start = w->pos - in;
	struct jhead h;

	if (in == 0)
		return is_erased(w->v, w->pos, EMPTY_BLOCK);
	if (in != JFFS2_HEADER_SIZE || !jhead_get(w->v, start, w->endian, &h))
		return false;
	return h.type == JFFS2_CLEANMARKER && h.totlen == in &&
	       is_erased(w->v, w->pos, EMPTY_MARKED - in) &&
	       jhead_ok(w->v, start, w->endian, &h);
}

static bool skip_erased(struct jwalk *w)
{
	size_t n, left = w->erase ? w->erase - w->pos % w->erase : SIZE_MAX;

	if (w->v.p[w->pos] != 0xff)
		return false;
	n = view_run(view_from(w->v, w->pos), 0xff) & ~(size_t)3;
	if (n > left || begins_erased(w))
		n = left;
	w->pos += n;
	w->erased += n;
	return n > 0;
}

static bool is_node(struct jwalk *w)
{
	const uint8_t *p = w->v.p + w->pos;
	struct jhead *h = &w->head;

	if (p[w->endian == BIG] != 0x85 || p[w->endian != BIG] != 0x19)
		return false;
	if (!jhead_get(w->v, w->pos, w->endian, h) ||
	    !jhead_ok(w->v, w->pos, w->endian, h))
		return false;
	if (w->erase && h->totlen > w->erase - w->pos % w->erase)
		return false;
	if (!view_has(w->v, w->pos, h->totlen)) {
		w->cut = w->pos + h->totlen;
		return false;
	}
	return true;
}

bool jwalk_next(struct jwalk *w)
{
	w->erased = w->dirt = 0;
	while (view_has(w->v, w->pos, JFFS2_HEADER_SIZE)) {
		if (skip_erased(w))
			continue;
		if (is_node(w)) {
			w->at = w->pos;
			w->pos += w->head.totlen < 4 ? 4 : jffs2_pad(w->head.totlen);
			return true;
		}
		if ((w->marked = is_end_mark(w)))
			return false;
		w->pos += 4;
		w->dirt += 4;
		if (w->most_dirt && w->dirt > w->most_dirt)
			return false;
	}
	return false;
}

static bool sum_is(struct view v, uint64_t at, uint64_t len, uint32_t crc)
{
	return crc32_plain(0, view_sub(v, at, len)) == crc;
}

/*
 * The sum over the first len bytes of a node. It was made when the node was
 * not obsolete.
 */
static bool head_sum_is(const struct jwalk *w, size_t len, uint32_t crc)
{
	uint8_t was[JFFS2_INODE_SUMMED];
	struct view v = view_sub(w->v, w->at, len);

	if (!v.len || v.len > sizeof(was))
		return false;
	memcpy(was, v.p, v.len);
	was[w->endian == BIG ? 2 : 3] |= JFFS2_ACCURATE >> 8;
	return crc32_plain(0, (struct view){ was, v.len, 0 }) == crc;
}

/* Hole nodes were once written with csize and dsize exchanged. */
static bool is_swapped(const struct jinode *n)
{
	return n->compr == JFFS2_COMPR_ZERO && !n->dsize &&
	       n->head.totlen == JFFS2_INODE_SIZE;
}

static enum jstate check_inode(const struct jwalk *w, struct jrec *r)
{
	struct jinode n;
	uint64_t size;

	if (!jinode_get(w->v, w->at, w->endian, &n))
		return J_BAD_SHAPE;
	r->ino = n.ino;
	r->version = n.version;
	r->from = n.offset;
	r->size = n.dsize;
	r->compr = n.compr;
	if (is_swapped(&n))
		r->size = n.csize;
	if (!head_sum_is(w, JFFS2_INODE_SUMMED, n.node_crc))
		return J_BAD_NODE;
	size = is_swapped(&n) ? 0 : n.csize;
	if (n.offset > n.isize ||
	    jffs2_pad(size + JFFS2_INODE_SIZE) != jffs2_pad(n.head.totlen))
		return J_BAD_SHAPE;
	/* The last bytes may be missing where totlen was rounded. */
	if (n.data.len < size)
		return J_BAD_SHAPE;
	return !size || crc32_plain(0, n.data) == n.data_crc ? J_GOOD : J_BAD_DATA;
}

static enum jstate check_dirent(const struct jwalk *w, struct jrec *r)
{
	struct jdirent d;

	if (!jdirent_get(w->v, w->at, w->endian, &d))
		return J_BAD_SHAPE;
	r->ino = d.pino;
	r->version = d.version;
	r->from = d.ino;
	if (!head_sum_is(w, JFFS2_DIRENT_SUMMED, d.node_crc))
		return J_BAD_NODE;
	return crc32_plain(0, d.name) == d.name_crc ? J_GOOD : J_BAD_DATA;
}

static enum jstate check_xattr(const struct jwalk *w, struct jrec *r)
{
	struct jxattr x;
	uint64_t size;

	if (!jxattr_get(w->v, w->at, w->endian, &x))
		return J_BAD_SHAPE;
	r->ino = x.xid;
	r->version = x.version;
	size = x.name_len + UINT64_C(1) + x.value_len;
	if (!head_sum_is(w, JFFS2_XATTR_SUMMED, x.node_crc))
		return J_BAD_NODE;
	return sum_is(w->v, w->at + JFFS2_XATTR_SIZE, size, x.data_crc) ?
	       J_GOOD : J_BAD_DATA;
}

static enum jstate check_xref(const struct jwalk *w, struct jrec *r)
{
	struct jxref x;

	if (!jxref_get(w->v, w->at, w->endian, &x))
		return J_BAD_SHAPE;
	r->ino = x.ino;
	r->version = x.seqno;
	r->from = x.xid;
	return head_sum_is(w, JFFS2_XREF_SUMMED, x.node_crc) ?
	       J_GOOD : J_BAD_NODE;
}

static const struct {
	uint16_t type;
	enum jstate (*check)(const struct jwalk *w, struct jrec *r);
} checks[] = {
	{ JFFS2_INODE, check_inode },
	{ JFFS2_DIRENT, check_dirent },
	{ JFFS2_XATTR, check_xattr },
	{ JFFS2_XREF, check_xref },
};

void jrec_check(const struct jwalk *w, struct jrec *r)
{
	enum jstate state = J_GOOD;

	*r = (struct jrec){
		.at = (uint32_t)w->at, .totlen = w->head.totlen,
		.type = w->head.type | JFFS2_ACCURATE,
	};
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].type == r->type)
			state = checks[i].check(w, r);
	r->proven = state == J_GOOD;
	r->state = w->head.type & JFFS2_ACCURATE ? state : J_OBSOLETE;
}
