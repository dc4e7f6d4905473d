/* pastfill.c - what a state of a file in jffs2 holds, and what of it is gone */
#include "fs/jffs2/past.h"

static struct jfile file_of(const struct oldlog *o, const struct past_state *s)
{
	const struct jrec **node = o->node + s->f->first;

	return (struct jfile){
		.nodes = node + s->first, .n = s->end - s->first,
		.latest = node[s->end - 1],
	};
}

static int load_state(const struct content *c, struct buf *out, struct err *e)
{
	const struct oldlog *o = c->from;
	const struct jfile f = file_of(o, &o->p.state[c->key]);
	uint64_t size;
	struct jinode i;
	uint64_t was = buf_total(out);
	int r;

	if (!oldlog_inode(o, f.latest, &i))
		return -1;
	size = i.isize;
	r = jlog_load(o->log, &f, size, true, out, e);
	was = buf_total(out) - was;
	if (r < 0 && !was)
		return r;
	if (was < size)
		put_fill(out, 0, size - was);
	return r;
}

/* Which parts of it no node has, and which writes may have been lost. */
static void check(struct oldlog *o, struct node *n, const struct past_state *s)
{
	const struct jfile f = file_of(o, s);
	uint64_t place = o->log->v.at + f.latest->at, at = 0;
	struct jfrags fr = { 0 };
	bool whole = s->first || f.nodes[0]->version <= 1;

	if (n->size)
		jfrags_make(&fr, &f, n->size, true);
	for (size_t i = 0; i < fr.n; i++) {
		at = (uint64_t)fr.v[i].from + fr.v[i].size;
		if (!fr.v[i].node)
			past_lost(&o->p, n, place, "jffs2.past-erased",
				  "no node of this part is left", fr.v[i].from, at);
	}
	past_lost(&o->p, n, place, "jffs2.past-erased", "no node of this part is left",
		  at, n->size);
	jfrags_free(&fr);
	for (size_t i = 1; i < f.n && whole; i++)
		whole = f.nodes[i]->version - f.nodes[i - 1]->version <= 1;
	if (!whole)
		past_unsure(&o->p, n, place, "jffs2.past-gap");
}

/* A link's target, a device's number: data of the node that made it. */
static bool fill_target(struct oldlog *o, struct node *n,
			const struct past_state *s)
{
	const struct jfile f = file_of(o, s);
	struct buf b = { 0 };
	struct err ignored;
	bool r = jlog_load(o->log, &f, JFFS2_MOST_TARGET, true, &b, &ignored) == 0;

	if (r && S_ISLNK(n->mode)) {
		n->target = arena_copy(&o->p.t->arena, b.p, b.len);
		r = n->target[0];
	} else if (r) {
		r = jffs2_device(buf_view(&b), o->log->endian, &n->major,
				 &n->minor);
	}
	buf_free(&b);
	return r;
}

static bool has_data(uint32_t mode)
{
	return S_ISLNK(mode) || S_ISCHR(mode) || S_ISBLK(mode);
}

bool oldlog_attributes(const struct past_log *p, const struct past_state *s,
		       struct node *n)
{
	const struct oldlog *o = p->own;
	struct jinode i;

	if (!oldlog_inode(o, file_of(o, s).latest, &i))
		return false;
	n->mode = i.mode & (S_IFMT | 07777);
	n->uid = i.uid;
	n->gid = i.gid;
	n->mtime = i.mtime;
	if (n->past)
		n->past->version = i.version;
	if (S_ISREG(i.mode))
		n->size = i.isize;
	return true;
}

void oldlog_fill(struct past_log *p, const struct past_state *s, struct node *n)
{
	struct oldlog *o = p->own;

	if (S_ISREG(n->mode)) {
		n->content = (struct content){
			load_state, o, (uint64_t)(s - p->state)
		};
		check(o, n, s);
	} else if (has_data(n->mode) ? !fill_target(o, n, s)
				     : !S_ISFIFO(n->mode) && !S_ISSOCK(n->mode)) {
		n->mode = S_IFREG | (n->mode & 0777);
		tree_damage(p->t, o->log->v.at + file_of(o, s).latest->at, n,
			    "jffs2.past-inode",
			    "its target or device number was erased");
	}
}
