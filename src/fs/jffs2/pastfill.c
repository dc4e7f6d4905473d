/* pastfill.c - what a state of a file in jffs2 holds, and what of it is gone */
#include "fs/jffs2/past.h"

static struct jfile file_of(const struct oldstate *s)
{
	return (struct jfile){
		.nodes = s->f->nodes + s->first, .n = s->end - s->first,
		.latest = s->f->nodes[s->end - 1],
	};
}

static int load_state(const struct content *c, struct buf *out, struct err *e)
{
	const struct oldlog *p = c->from;
	const struct oldstate *s = &p->state[c->key];
	const struct jfile f = file_of(s);
	uint64_t size;
	struct jinode i;
	size_t was = out->len;
	int r;

	if (!oldlog_inode(p, f.latest, &i))
		return -1;
	size = i.isize;
	r = jlog_load(p->log, &f, size, true, out, e);
	was = out->len - was;
	if (r < 0 && !was)
		return r;
	if (was < size)
		memset(buf_room(out, size - was), 0, size - was);
	if (was < size)
		out->len += size - was;
	return r;
}

static void lost(struct oldlog *p, struct node *n, const struct jrec *newest,
		 uint64_t from, uint64_t end)
{
	struct damage *d;

	if (from >= end)
		return;
	d = tree_damage(p->t, p->log->v.at + newest->at, n, "jffs2.past-erased",
			"no node of this part is left");
	d->from = from;
	d->size = end - from;
	n->past->missing += end - from;
}

/* Which parts of it no node has, and which writes may have been lost. */
static void check(struct oldlog *p, struct node *n, const struct oldstate *s)
{
	const struct jfile f = file_of(s);
	const struct jrec **node = f.nodes;
	struct past *past = n->past;
	struct jfrags fr = { 0 };
	uint64_t at = 0;

	if (n->size)
		jfrags_make(&fr, &f, n->size, true);
	for (size_t i = 0; i < fr.n; i++) {
		at = (uint64_t)fr.v[i].from + fr.v[i].size;
		if (!fr.v[i].node)
			lost(p, n, node[f.n - 1], fr.v[i].from, at);
	}
	lost(p, n, node[f.n - 1], at, n->size);
	jfrags_free(&fr);
	past->unsure = !s->first && node[0]->version > 1;
	for (size_t i = 1; i < f.n && !past->unsure; i++)
		past->unsure = node[i]->version - node[i - 1]->version > 1;
	if (past->unsure && !past->missing)
		tree_damage(p->t, p->log->v.at + node[f.n - 1]->at, n,
			    "jffs2.past-gap", "some of its nodes are gone; what they "
			    "changed may not be in it");
}

/* A link's target, a device's number: data of the node that made it. */
static bool fill_target(struct oldlog *p, struct node *n,
			const struct oldstate *s)
{
	const struct jfile f = file_of(s);
	struct buf b = { 0 };
	struct err ignored;
	bool r = jlog_load(p->log, &f, JFFS2_MOST_TARGET, true, &b, &ignored) == 0;

	if (r && S_ISLNK(n->mode)) {
		n->target = arena_copy(&p->t->arena, b.p, b.len);
		r = n->target[0];
	} else if (r) {
		r = jffs2_device(buf_view(&b), p->log->endian, &n->major,
				 &n->minor);
	}
	buf_free(&b);
	return r;
}

static bool has_data(uint32_t mode)
{
	return S_ISLNK(mode) || S_ISCHR(mode) || S_ISBLK(mode);
}

void oldlog_fill(struct oldlog *p, struct node *n, const struct oldstate *s)
{
	const struct jrec *newest = s->f->nodes[s->end - 1];
	struct jinode i;

	tree_bytes(p->t, n, (struct view){ 0 });
	if (!oldlog_inode(p, newest, &i))
		return;
	n->mode = i.mode & (S_IFMT | 07777);
	n->uid = i.uid;
	n->gid = i.gid;
	n->mtime = i.mtime;
	n->ino = s->f->ino;
	n->past->version = i.version;
	if (S_ISREG(n->mode)) {
		n->size = i.isize;
		n->content = (struct content){
			load_state, p, (uint64_t)(s - p->state)
		};
		check(p, n, s);
	} else if (has_data(n->mode) ? !fill_target(p, n, s)
				     : !S_ISFIFO(n->mode) && !S_ISSOCK(n->mode)) {
		n->mode = S_IFREG | (i.mode & 0777);
		tree_damage(p->t, p->log->v.at + newest->at, n, "jffs2.past-inode",
			    "its target or device number was erased");
	}
}
