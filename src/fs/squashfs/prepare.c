/* prepare.c - a tree as a squashfs image with these options will hold it */
#include "core/log.h"
#include "fs/squashfs/numbers.h"
#include "fs/squashfs/options.h"
#include "fs/times.h"

struct preparing {
	const struct squash_options *o;
	uint32_t uid, gid, time;
	unsigned major;
	size_t dropped;
};

static bool is_kept(const struct preparing *p, const struct xattr *x)
{
	return p->major > 3 && p->o->xattrs && (!strncmp(x->name, "user.", 5) ||
			     !strncmp(x->name, "trusted.", 8) ||
			     !strncmp(x->name, "security.", 9));
}

static void prepare_node(struct preparing *p, struct node *n)
{
	for (struct xattr **x = &n->xattr; *x;) {
		bool kept = is_kept(p, *x);

		p->dropped += !kept;
		if (kept)
			x = &(*x)->next;
		else
			*x = (*x)->next;
	}
	if (p->major < 3 && !S_ISREG(n->mode) && !S_ISDIR(n->mode))
		n->mtime = TREE_NO_TIME;
	else if (p->o->all_time || n->mtime == TREE_NO_TIME)
		n->mtime = p->time;
	if (p->o->uid || p->o->all_root)
		n->uid = p->uid;
	if (p->o->gid || p->o->all_root)
		n->gid = p->gid;
}

static void prepare_below(struct preparing *p, struct node *dir)
{
	prepare_node(p, dir);
	for (struct node *n = dir->child; n; n = n->next)
		prepare_below(p, n);
}

static int number(const char *name, const char *text, int base, uint32_t *n,
		  struct err *e)
{
	if (!text || !squash_number(text, base, n))
		return 0;
	return fail(e, ERR_USAGE, "--%s %s: no number; give for example %s", name, text,
		    base == 8 ? "0755" : "0");
}

static int prepare_root(const struct squash_options *o, struct node *root,
			struct err *e)
{
	uint32_t mode = root->mode & 07777, time = (uint32_t)root->mtime;

	if (number("root-mode", o->root_mode, 8, &mode, e) < 0 ||
	    number("root-uid", o->root_uid, 10, &root->uid, e) < 0 ||
	    number("root-gid", o->root_gid, 10, &root->gid, e) < 0 ||
	    number("root-time", o->root_time, 10, &time, e) < 0)
		return -1;
	root->mode = S_IFDIR | (mode & 07777);
	root->mtime = time;
	return 0;
}

int squash_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	struct preparing p = { .o = opts };

	p.major = squash_major(p.o);
	(void)anew;
	if (number("force-uid", p.o->uid, 10, &p.uid, e) < 0 ||
	    number("force-gid", p.o->gid, 10, &p.gid, e) < 0 ||
	    number("all-time", p.o->all_time, 10, &p.time, e) < 0)
		return -1;
	prepare_below(&p, t->root);
	times_fit(t, UINT32_MAX, "squashfs");
	if (p.dropped && (p.o->xattrs || p.major < 4))
		warn("squashfs.xattr-dropped", "%zu extended attribute%s left out; "
		     "squashfs %s", p.dropped, p.dropped == 1 ? " is" : "s are",
		     p.major < 4 ? "has them from 4.0 on" :
		     "holds user, trusted and security ones");
	return prepare_root(p.o, t->root, e);
}
