/* prepare.c - a tree as cramfs will hold it, and how one was made */
#include "core/log.h"
#include "fs/cramfs/options.h"

enum { MOST_NAME = 252, MOST_TARGET = 4095 };

struct preparing {
	const struct cramfs_options *o;
	size_t owners, xattrs, links;
};

static int refuse(const struct node *n, const char *what, struct err *e)
{
	struct buf path = { 0 };

	tree_path(n, &path);
	fail(e, ERR_LIMIT, "%s; leave it out, or build another file system", what);
	err_about(e, buf_string(&path));
	buf_free(&path);
	return -1;
}

static int check(const struct preparing *p, const struct node *n, struct err *e)
{
	uint64_t most = p->o->wide ? UINT32_MAX : 0xffffff;

	if (strlen(n->name) > MOST_NAME)
		return refuse(n, "its name has more than the 252 bytes of cramfs", e);
	if (S_ISREG(n->mode) && n->size > most)
		return refuse(n, "is larger than the 16 MiB of a file in cramfs", e);
	if (S_ISLNK(n->mode) && strlen(n->target) > MOST_TARGET)
		return refuse(n, "leads further than the 4095 bytes of cramfs", e);
	if ((S_ISCHR(n->mode) || S_ISBLK(n->mode)) &&
	    (n->major > 4095 || n->minor > 4095))
		return refuse(n, "has a device number that does not fit cramfs", e);
	return 0;
}

/* A hard link becomes a file; its content is stored once all the same. */
static void part_link(struct preparing *p, struct node *n)
{
	struct node *to = n->same;

	if (!to)
		return;
	p->links++;
	n->same = NULL;
	n->mode = to->mode;
	n->uid = to->uid;
	n->gid = to->gid;
	n->size = to->size;
	n->content = to->content;
	n->target = to->target;
	n->major = to->major;
	n->minor = to->minor;
}

static int prepare(struct preparing *p, struct node *n, struct err *e)
{
	part_link(p, n);
	p->owners += n->uid > 0xffff || n->gid > 0xff;
	p->xattrs += n->xattr != NULL;
	n->uid &= 0xffff;
	n->gid &= 0xff;
	n->mtime = TREE_NO_TIME;
	n->xattr = NULL;
	if (check(p, n, e) < 0)
		return -1;
	for (n = n->child; n; n = n->next)
		if (prepare(p, n, e) < 0)
			return -1;
	return 0;
}

int cramfs_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	struct preparing p = { .o = opts };

	(void)anew;
	if (prepare(&p, t->root, e) < 0)
		return -1;
	if (p.owners)
		warn("cramfs.owner", "%zu owner%s not fit the 16 bits of a user and "
		     "the 8 of a group in cramfs; the rest is lost", p.owners,
		     p.owners == 1 ? " does" : "s do");
	if (p.xattrs)
		warn("cramfs.xattr", "extended attributes of %zu file%s are left out; "
		     "cramfs has none", p.xattrs, p.xattrs == 1 ? "" : "s");
	if (p.links)
		note("cramfs.link", "hard links (%zu) become files of their own; cramfs "
		     "has none", p.links);
	return 0;
}

static bool has_hole(const struct cramfs_reader *r, const struct node *dir)
{
	struct view block;
	bool stored;

	for (const struct node *n = dir->child; n; n = n->next) {
		struct cramfs_inode f;

		if (S_ISDIR(n->mode) && has_hole(r, n))
			return true;
		if (!S_ISREG(n->mode) || !n->size)
			continue;
		f = cramfs_inode_at(r, n->content.key);
		for (uint32_t i = 0; i < cramfs_blocks(&r->s, &f); i++)
			if (cramfs_block(r->v, &r->s, &f, i, &block, &stored) &&
			    !block.len)
				return true;
	}
	return false;
}

/* mkfs.cramfs -i puts a file before the directories, and in none of them. */
static void note_inserted(struct view v, const struct cramfs_super *s)
{
	uint64_t at = s->base + CRAMFS_SUPER + (s->wide ? CRAMFS_WIDER : 0);
	struct view in = view_sub(v, at, s->root.offset > at ? s->root.offset - at : 0);

	if (in.len && view_run(in, 0) < in.len)
		note_at("cramfs.inserted", in.at, "%llu bytes that are of no file, as "
			"mkfs.cramfs -i puts them there, are in the image alone; keep it",
			(unsigned long long)in.len);
}

int cramfs_learn(struct view v, const struct tree *t, void *opts, struct err *e)
{
	struct cramfs_options *o = opts;
	const struct cramfs_reader *r = t->reader;
	struct view name = r->s.name;

	(void)e;
	note_inserted(v, &r->s);
	name.len -= view_tail_run(name, 0);
	if (!memchr(name.p, 0, name.len))
		o->name = arena_copy((struct arena *)(uintptr_t)&t->arena, name.p,
				     name.len);
	o->big = r->s.endian == BIG;
	o->edition = r->s.edition;
	o->page = r->s.page;
	o->boot = r->s.base > 0;
	o->holes = r->s.flags & CRAMFS_HOLES || has_hole(r, t->root);
	o->packing = (int)r->s.packing;
	o->wide = r->s.wide;
	return 0;
}
