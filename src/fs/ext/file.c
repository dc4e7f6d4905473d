/* file.c - one inode of ext2, ext3 and ext4 as a node of a tree */
#include "core/work.h"
#include "fs/ext/ext.h"

/* A file may be larger than the volume: holes cost nothing. */
#define MOST_LOADED (UINT64_C(1) << 30)

static int load_part(const struct content *c, uint64_t off, size_t n,
		     struct buf *out, struct err *e)
{
	const struct ext_reader *r = c->from;
	struct ext_inode i;

	if (!ext_inode_get(&r->x, (uint32_t)c->key, &i))
		return fail_at(e, r->x.v.at, "ext inode %u is not there",
			       (unsigned)c->key);
	return ext_load(&r->x, &i, off, n, out, e);
}

static int load(const struct content *c, struct buf *out, struct err *e)
{
	const struct ext_reader *r = c->from;
	struct ext_inode i;

	if (ext_inode_get(&r->x, (uint32_t)c->key, &i) && !out->to &&
	    i.size > MOST_LOADED && i.size > r->x.v.len)
		return fail(e, ERR_LIMIT, "its %llu bytes are mostly holes, too many for "
			    "memory; extract it", (unsigned long long)i.size);
	return load_part(c, 0, i.size, out, e);
}

bool ext_is_tired(struct ext_reader *r)
{
	r->tired = r->tired || work_done() - r->start > r->work;
	return r->tired;
}

/* Blocks of a file from `which` on that are not known, or not there. */
static void lose(struct ext_reader *r, struct node *n, uint64_t at, uint64_t which,
		 uint64_t blocks, const char *what)
{
	struct damage *d = tree_damage(r->t, at, n, "ext.blocks", "%s", what);
	uint64_t size;

	d->from = which * r->x.block;
	size = n->size - d->from;
	d->size = blocks > size / r->x.block ? size : blocks * r->x.block;
}

/* One file may not cost what all others need. */
static uint64_t patience(const struct ext_reader *r)
{
	uint64_t spent = work_done() - r->start;

	return work_done() + (spent < r->work ? (r->work - spent) / 4 : 0);
}

/* Whether every block is there; the first that is not is told. */
static void check(struct ext_reader *r, struct node *n, const struct ext_inode *i)
{
	uint64_t blocks = i->size / r->x.block + !!(i->size % r->x.block);
	uint64_t which = 0, most = patience(r);
	struct ext_run run = { .sums = true };

	if (i->flags & EXT_INLINE)
		return;
	for (; which < blocks; which += run.n) {
		const char *wrong = ext_map(&r->x, i, which, &run);
		uint64_t here = run.n < blocks - which ? run.n : blocks - which;
		uint64_t at = wrong ? i->raw.at : ext_place(&r->x, run.at);

		if (!wrong && run.at && !r->x.nlogged &&
		    !view_has(r->x.v, run.at * r->x.block,
			      (here - 1) * r->x.block + 1))
			wrong = "has blocks outside the image";
		if (!wrong && work_done() > most) {
			wrong = "has blocks that are used again and again";
			here = blocks - which;
		}
		if (wrong) {
			lose(r, n, at, which, here, wrong);
			return;
		}
	}
}

static void set_file(struct ext_reader *r, struct node *n, const struct ext_inode *i)
{
	n->size = i->size;
	n->content = (struct content){ load, r, i->number };
	n->part = load_part;
	if (i->flags & (EXT_ENCRYPTED | EXT_COMPRESSED))
		tree_damage(r->t, i->raw.at, n, "ext.encrypted", "is %s; what is in it "
			    "cannot be read", i->flags & EXT_ENCRYPTED ? "encrypted"
			    : "compressed by e2compr");
	else
		check(r, n, i);
}

/* Short ones are where pointers would be. */
static bool is_fast(const struct ext *x, const struct ext_inode *i)
{
	uint64_t other = i->attributes ? x->cluster / 512 : 0;

	return i->size < EXT_MAP && !(i->flags & (EXT_EXTENTS | EXT_INLINE)) &&
	       i->sectors <= other;
}

bool ext_link(struct ext_reader *r, struct node *n, const struct ext_inode *i)
{
	struct buf b = { 0 };
	struct err e;
	bool ok = i->size && i->size < EXT_TARGET && !(i->flags & EXT_ENCRYPTED);

	if (ok && is_fast(&r->x, i))
		put_view(&b, view_sub(i->map, 0, i->size));
	else if (ok)
		ok = ext_load(&r->x, i, 0, i->size, &b, &e) == 0;
	ok = ok && b.len && !memchr(b.p, 0, b.len);
	if (ok)
		n->target = arena_copy(&r->t->arena, b.p, b.len);
	buf_free(&b);
	return ok;
}

void ext_fill(struct ext_reader *r, struct node *n, const struct ext_inode *i)
{
	n->mode = i->mode;
	n->uid = i->uid;
	n->gid = i->gid;
	n->ino = i->number;
	n->mtime = i->mtime;
	if (!ext_inode_holds(&r->x, i))
		tree_damage(r->t, i->raw.at, n, "ext.inode", "has an inode with a wrong "
			    "checksum");
	ext_xattrs(r, n, i);
	if (S_ISREG(i->mode))
		set_file(r, n, i);
	else if (ext_is_device(i->mode))
		ext_device(i, n);
}
