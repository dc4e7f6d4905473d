/* extract.c - a file system becomes a directory, with a list beside it */
#include "project/extract.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/par.h"
#include "fs/fs.h"
#include "fs/past.h"

bool part_has_tree(const struct plan *p, const struct part *part)
{
	const struct format *f = part->main < 0 ? NULL
						: p->scan.found[part->main].r.format;

	return f && f->fs && f->fs->read;
}

int source_of_part(struct source *s, const struct plan *p,
		   const struct part *part, struct err *e)
{
	const struct region *r = part->main < 0 ? NULL
						: &p->scan.found[part->main].r;
	const char *slash = strrchr(p->in.im.name, '/');

	*s = (struct source){ 0 };
	if (!part_has_tree(p, part)) {
		fail(e, ERR_USAGE, "is no file system that can be read (%s); carve "
		     "writes its bytes", part->types);
		return err_about(e, part->name);
	}
	s->v = view_sub(p->in.v, r->at, r->size);
	s->format = r->format;
	s->from.at = r->at;
	s->from.size = s->v.len;
	s->from.room = part->at + part->size - r->at;
	snprintf(s->from.part, sizeof(s->from.part), "%s", part->name);
	snprintf(s->from.name, sizeof(s->from.name), "%s",
		 slash ? slash + 1 : p->in.im.name);
	return 0;
}

/* Long paths lose their middle, so that what to do is still on the line. */
static void put_short_path(struct buf *b, const struct node *n)
{
	enum { SHOWN = 120 };
	struct buf path = { 0 };

	tree_path(n, &path);
	if (path.len <= SHOWN) {
		put_view(b, buf_view(&path));
	} else {
		put(b, path.p, SHOWN / 2);
		put_text(b, "...");
		put(b, path.p + path.len - SHOWN / 2, SHOWN / 2);
	}
	buf_free(&path);
}

/* "HOME/app/cloudAPI: jffs2 node with a wrong data crc; 0x..+n is missing" */
static void damage_text(const struct source *s, const struct damage *d,
			bool partial, struct err *e)
{
	const char *more = strchr(d->text, ';') ? " (add --partial for the rest)"
						: "; read again, or add --partial";
	struct buf b = { 0 };

	put_text(&b, "%s", s->from.part);
	if (d->node && d->node->parent) {
		if (b.len)
			put8(&b, '/');
		put_short_path(&b, d->node);
	}
	put_text(&b, "%s%s", b.len ? ": " : "", d->text);
	if (d->node && d->size && !strstr(d->text, "missing")) {
		put_text(&b, "; 0x%llx+%llu of the file is missing",
			 (unsigned long long)d->from, (unsigned long long)d->size);
		more = " (add --partial for the rest)";
	}
	if (!partial)
		put_text(&b, "%s", more);
	*e = (struct err){ .kind = ERR_FORMAT, .place = PLACE_OFFSET, .at = d->at };
	snprintf(e->code, sizeof(e->code), "%s", d->code ? d->code : "damage");
	snprintf(e->text, sizeof(e->text), "%s", buf_string(&b));
	buf_free(&b);
}

static int report_damage(const struct source *s, const struct tree *t,
			 const struct extract_opts *o, struct extracted *x,
			 struct err *e)
{
	const struct node *last = NULL;

	for (const struct damage *d = t->damage; d; d = d->next) {
		struct err w;

		if (d->node && d->node != t->root && !d->node->parent)
			continue;	/* of what nobody asked for */
		damage_text(s, d, o->partial, &w);
		if (!o->partial) {
			*e = w;
			return -1;
		}
		log_err(LOG_WARNING, &w);
		x->damages++;
		if (d->node && d->node != last && S_ISREG(d->node->mode))
			x->incomplete++;
		last = d->node;
	}
	return 0;
}

static int count(const struct node *n, const char *path, void *arg)
{
	struct extracted *x = arg;

	(void)path;
	if (n->past)
		*(n->past->deleted ? &x->deleted : &x->older) += 1;
	if (S_ISDIR(n->mode))
		x->dirs += !!n->parent;
	else if (S_ISLNK(n->mode))
		x->links++;
	else if (!S_ISREG(n->mode))
		x->devices++;
	else
		x->files++;
	if (S_ISREG(n->mode) && !n->same)
		x->bytes += n->size < UINT64_MAX - x->bytes
			    ? n->size : UINT64_MAX - x->bytes;
	return 0;
}

static int check_limits(const struct tree *t, struct extract_opts *o,
			const struct extracted *x, struct err *e)
{
	if (o->max_bytes && x->bytes > o->max_bytes)
		return fail(e, ERR_LIMIT, "its files hold %llu bytes, %llu are allowed; "
			    "raise --max-bytes if that is to be believed",
			    (unsigned long long)x->bytes,
			    (unsigned long long)o->max_bytes);
	if (o->max_bytes)
		o->max_bytes -= x->bytes == o->max_bytes ? x->bytes - 1 : x->bytes;
	if (o->max_files)
		o->max_files -= t->nodes < o->max_files ? t->nodes
							: o->max_files - 1;
	return 0;
}

/* How it was built, so that repack without options means "like this". */
static int learn(const struct source *s, const struct tree *t, struct meta *m,
		 struct err *e)
{
	const struct fs *fs = s->format->fs;

	m->format = s->format;
	if (!fs->optsize)
		return 0;
	m->opts = xcalloc(1, fs->optsize);
	if (fs->defaults)
		memcpy(m->opts, fs->defaults, fs->optsize);
	return fs->learn ? fs->learn(s->v, past_now(t), m->opts, e) : 0;
}

static int choose(struct tree *t, const struct extract_opts *o, struct err *e)
{
	char **there;
	size_t n = 0;
	int r;

	if (o->past) {
		past_prune(t, o->paths, o->npaths);
		return 0;
	}
	there = xcalloc(o->npaths, sizeof(*there));
	for (size_t i = 0; i < o->npaths; i++)
		if (!o->lenient || tree_find(t, o->paths[i]))
			there[n++] = o->paths[i];
	r = n ? tree_prune(t, there, n, e) : 0;
	while (!n && t->root->child)
		tree_remove(t, t->root->child);
	free(there);
	return r;
}

static int (*read_of(const struct source *s, const struct extract_opts *o))
	(struct view, struct tree *, struct err *)
{
	return o->past ? s->format->fs->history : s->format->fs->read;
}

int extract_read(const struct source *s, struct tree *t, struct extract_opts *o,
		 struct extracted *x, struct err *e)
{
	*x = (struct extracted){ .format = s->format, .size = s->v.len };
	tree_init(t);
	t->most_nodes = (size_t)o->max_files;
	if (read_of(s, o)(s->v, t, e) < 0)
		return -1;
	if (o->npaths && choose(t, o, e) < 0)
		return -1;
	if (report_damage(s, t, o, x, e) < 0)
		return -1;
	tree_each(t, count, x);
	return check_limits(t, o, x, e);
}

struct summing { struct view v; char *text; };

static void sum(void *arg)
{
	struct summing *x = arg;

	sha256_text(x->v, x->text);
}

int extract_fs(const struct source *s, int dirfd, struct extract_opts *o,
	       struct buf *list, struct extracted *x, struct err *e)
{
	struct dir_save how = {
		.links = (enum links)o->links, .devices = o->devices,
		.partial = o->partial, .progress = o->progress, .arg = o->arg,
	};
	struct meta m = { .from = s->from };
	struct summing of = { s->v, m.from.sha256 };
	struct aside summing;
	struct tree t;
	int r = -1;

	aside_start(&summing, sum, &of);
	/* What dir_save() leaves in the nodes' marks goes into the list. */
	if (extract_read(s, &t, o, x, e) < 0 || learn(s, &t, &m, e) < 0 ||
	    dir_save(&t, dirfd, &how, e) < 0)
		goto out;
	m.from.damages = x->damages;
	m.from.chosen = o->npaths > 0;
	aside_wait(&summing);
	meta_put(&m, &t, list);
	r = 0;
out:
	aside_wait(&summing);
	free(m.opts);
	tree_free(&t);
	return r;
}
