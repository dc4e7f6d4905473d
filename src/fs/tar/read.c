/* read.c - a tar archive as a tree: the last entry of a name counts */
#include <stdlib.h>

#include "core/log.h"
#include "core/text.h"
#include "fs/tar/entry.h"

/* What an entry brought, which one or more names stand for. */
struct item {
	uint32_t mode, uid, gid, major, minor;
	int64_t mtime;
	const char *target;
	struct view data, pax;
	struct tar_sparse sparse;
	bool has_holes;
	struct node *first;		/* in the tree; NULL: not yet */
};

struct reader {
	struct view v;
	struct tree *t;
	struct placing place;
	struct item *item;		/* by node->mark - 1 */
	size_t n, cap;
	size_t acls;			/* that could not be taken over */
};

static void lost(struct reader *r, const struct tar_entry *e, const char *code,
		 const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, view_upto(buf_view(&e->name), 0, 100));
	tree_damage(r->t, r->v.at + e->at, NULL, code, "tar name \"%s%s\" %s",
		    buf_string(&b), e->name.len > 100 ? "..." : "", why);
	buf_free(&b);
}

static uint32_t mode_of(const struct tar_entry *e)
{
	static const struct { char type; uint32_t mode; } kinds[] = {
		{ '2', S_IFLNK }, { '3', S_IFCHR }, { '4', S_IFBLK },
		{ '5', S_IFDIR }, { 'D', S_IFDIR }, { '6', S_IFIFO },
	};
	uint32_t mode = (uint32_t)e->h.mode & 07777;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].type == e->h.type)
			return mode | kinds[i].mode;
	if (e->name.len && e->name.p[e->name.len - 1] == '/')
		return mode | S_IFDIR;
	return mode | S_IFREG;
}

static void set_data(struct reader *r, const struct tar_entry *e, struct item *i)
{
	bool ok = true;

	i->data = view_upto(r->v, e->data, e->size);
	if (i->data.len < e->size)
		lost(r, e, "tar.cut", "is cut off by the end of the archive; the rest of "
		     "it is missing");
	i->has_holes = tar_sparse_get(r->v, e, &r->t->arena, &i->sparse, &ok);
	if (!ok)
		lost(r, e, "tar.sparse", "has a damaged list of holes; its content is "
		     "missing");
}

/* Its index, plus one; 0: it is damaged, and that was told. */
static size_t make_item(struct reader *r, const struct tar_entry *e)
{
	struct item i = {
		.mode = mode_of(e), .uid = (uint32_t)e->h.uid,
		.gid = (uint32_t)e->h.gid, .major = (uint32_t)e->h.major,
		.minor = (uint32_t)e->h.minor, .mtime = e->h.mtime, .pax = e->pax,
	};

	if (S_ISREG(i.mode))
		set_data(r, e, &i);
	if (S_ISLNK(i.mode) && (!e->target.len ||
				memchr(e->target.p, 0, e->target.len))) {
		lost(r, e, "tar.target", "is a symbolic link whose target is lost; it is "
		     "not written");
		return 0;
	}
	if (S_ISLNK(i.mode))
		i.target = arena_copy(&r->t->arena, e->target.p, e->target.len);
	r->item = xgrow(r->item, &r->cap, r->n + 1, sizeof(*r->item));
	r->item[r->n++] = i;
	return r->n;
}

/* The item of the file that it is another name of. */
static size_t linked(struct reader *r, const struct tar_entry *e)
{
	struct node *n = place_find(&r->place, buf_view(&e->target));

	if (n && n->mark && !S_ISDIR(n->mode))
		return n->mark;
	lost(r, e, "tar.link", "is a link to what is not there; it is not written");
	return 0;
}

static int add(struct reader *r, const struct tar_entry *e, struct err *err)
{
	size_t most = r->t->most_nodes ? r->t->most_nodes : TREE_MOST_NODES;
	size_t mark = e->h.type == '1' ? linked(r, e) : make_item(r, e);
	struct node *n;

	if (!mark)
		return 0;
	n = place_name(&r->place, buf_view(&e->name), r->item[mark - 1].mode, err);
	if (n) {
		n->mode = r->item[mark - 1].mode;
		n->mark = mark;
		return 0;
	}
	if (err->kind == ERR_LIMIT && r->t->nodes >= most)
		return -1;
	lost(r, e, "tar.name", err->kind == ERR_LIMIT ? "is nested too deep; not written"
	     : strstr(err->text, "not written") && !strstr(err->text, "leaves")
	     ? err->text : "leaves the tree; not written");
	return 0;
}

static void set_content(struct reader *r, struct node *n, const struct item *i)
{
	if (i->has_holes)
		tar_sparse_content(r->t, n, i->data, &i->sparse);
	else
		tree_bytes(r->t, n, i->data);
}

static void fill(struct reader *r, struct node *n, struct item *i)
{
	if (i->first) {
		n->same = i->first;
		n->mode = i->first->mode;
		return;
	}
	i->first = n;
	n->mode = i->mode;
	n->uid = i->uid;
	n->gid = i->gid;
	n->mtime = i->mtime;
	n->target = i->target;
	if (S_ISCHR(i->mode) || S_ISBLK(i->mode)) {
		n->major = i->major;
		n->minor = i->minor;
	}
	r->acls += tar_xattrs(r->t, n, i->pax);
	if (S_ISREG(i->mode))
		set_content(r, n, i);
}

/* What no entry tells of has no time either. */
static void fill_all(struct reader *r, struct node *n)
{
	if (n->mark)
		fill(r, n, &r->item[n->mark - 1]);
	else
		n->mtime = TREE_NO_TIME;
	n->mark = 0;
	for (n = n->child; n; n = n->next)
		fill_all(r, n);
}

static int read_all(struct reader *r, struct tar_walk *w, struct err *e)
{
	while (tar_next(w)) {
		if (w->e.h.type == 'V')
			continue;
		if (w->e.h.type == 'M')
			lost(r, &w->e, "tar.volume", "began in a volume before; what is "
			     "here of it is not written");
		else if (add(r, &w->e, e) < 0)
			return -1;
	}
	if (!w->ended && w->at < r->v.len)
		tree_damage(r->t, r->v.at + w->at, NULL, "tar.header", "tar header is "
			    "damaged; what follows is missing");
	return 0;
}

int tar_read(struct view v, struct tree *t, struct err *e)
{
	struct reader r = { .v = v, .t = t, .place = { .t = t } };
	struct tar_walk w = { .v = v };
	struct tar_header h;
	int result;

	e->kind = ERR_NONE;
	if (!tar_header_get(v, 0, &h))
		return fail_at(e, v.at, "no tar archive begins here; read the image "
			       "again");
	result = read_all(&r, &w, e);
	tree_finish(t);
	fill_all(&r, t->root);
	tar_walk_free(&w);
	free(r.item);
	if (!result && r.place.replaced)
		note("tar.again", "%zu name%s again in the archive; the last one counts",
		     r.place.replaced, r.place.replaced == 1 ? " comes" : "s come");
	if (!result && r.acls)
		warn("tar.acl", "%zu access control list%s of people whose numbers the "
		     "archive does not have; left out", r.acls, r.acls == 1 ? "" : "s");
	return result;
}
