/* make.c - a tree as a cpio archive, byte for byte as GNU cpio makes it */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/cpio/write.h"
#include "fs/inodes.h"

struct item {
	const struct node *n;
	const char *path;
	struct cpio_as as;
	struct item *deferred;	/* the link before, in GNU's order */
};

/* Files by node->mark - 1 of their first name. */
struct file { size_t names, done; uint64_t ino; bool numbered; struct item *last; };

struct making {
	const struct cpio_making *m;
	struct buf *out;
	size_t start;
	struct arena arena;
	struct item *item;
	size_t n, cap;
	struct file *file;
	size_t files, filecap;
	uint64_t ino;		/* the next one that is free */
	bool known;		/* the nodes have an order */
	uint32_t major, minor;
};

/* Every name, parents first; files get their numbers on the way. */
static void collect(struct making *w, struct node *n, unsigned archive,
		    struct buf *path)
{
	struct cpio_as as = cpio_as(n->as);
	struct node *self = tree_self(n);
	size_t len = path->len;

	if (as.known || as.implied)
		archive = as.archive;
	if (!self->mark) {
		w->file = xgrow(w->file, &w->filecap, w->files + 1, sizeof(*w->file));
		w->file[w->files++] = (struct file){ 0 };
		self->mark = w->files;
	}
	w->file[self->mark - 1].names++;
	if (as.known) {
		w->known = true;
		w->file[self->mark - 1].numbered = true;
		w->file[self->mark - 1].ino = self->ino;
		if (self->ino >= w->ino)
			w->ino = (uint64_t)self->ino + 1;
	}
	if (!as.implied && archive == w->m->which) {
		w->item = xgrow(w->item, &w->cap, w->n + 1, sizeof(*w->item));
		w->item[w->n++] = (struct item){
			.n = n, .as = as,
			.path = arena_copy(&w->arena, path->p, path->len)
		};
	}
	for (struct node *k = n->child; k; k = k->next) {
		if (len)
			put8(path, '/');
		put(path, k->name, strlen(k->name));
		collect(w, k, as.implied ? w->m->of - 1 : archive, path);
		path->len = len;
	}
}

static int by_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->as.known != y->as.known)
		return x->as.known ? -1 : 1;
	if (x->as.known && x->as.order != y->as.order)
		return x->as.order < y->as.order ? -1 : 1;
	return strcmp(x->path, y->path);
}

static uint64_t links_of(const struct making *w, const struct item *k)
{
	uint64_t dirs = 2;

	if (k->as.links)
		return k->as.links - 1;
	if (!S_ISDIR(k->n->mode))
		return w->file[tree_self(k->n)->mark - 1].names;
	for (const struct node *n = k->n->child; n; n = n->next)
		dirs += S_ISDIR(n->mode);
	return dirs;
}

/* Files of one number, which were on two devices, are on one here. */
static void tell_apart(struct making *w)
{
	struct inodes links = { 0 };

	for (size_t i = 0; i < w->n; i++) {
		struct node *self = tree_self(w->item[i].n), *first = NULL;
		struct file *f = &w->file[self->mark - 1];
		struct stat st = {
			.st_ino = f->ino, .st_nlink = links_of(w, &w->item[i])
		};

		if (f->numbered && !S_ISDIR(self->mode))
			first = inodes_first(&links, &st, self);
		if (first && first != self)
			f->numbered = false;
	}
	free(links.slot);
}

static int load(const struct node *n, struct buf *data, struct err *e)
{
	struct buf path = { 0 };
	int r = 0;

	if (S_ISLNK(n->mode))
		put(data, n->target, strlen(n->target));
	if (!S_ISREG(n->mode) || !n->size)
		return 0;
	if (n->content.load(&n->content, data, e) < 0)
		r = -1;
	else if (data->len != n->size)
		r = fail(e, ERR_IO, "changed while it was read; leave it alone");
	if (r < 0) {
		tree_path(n, &path);
		err_about(e, buf_string(&path));
		buf_free(&path);
	}
	return r;
}

static int put_item(struct making *w, const struct item *k, bool content,
		    struct err *e)
{
	const struct cpio_options *o = w->m->o;
	const struct node *n = tree_self(k->n);
	bool device = S_ISCHR(n->mode) || S_ISBLK(n->mode);
	struct buf data = { 0 }, name = { 0 };
	struct cpio_entry x = { .kind = (enum cpio_kind)o->kind, .f = {
		[CPIO_INO] = w->file[n->mark - 1].ino, [CPIO_MODE] = n->mode,
		[CPIO_UID] = n->uid, [CPIO_GID] = n->gid,
		[CPIO_NLINK] = links_of(w, k), [CPIO_MTIME] = (uint64_t)n->mtime,
		[CPIO_DEVMAJOR] = w->major, [CPIO_DEVMINOR] = w->minor,
		[CPIO_RDEVMAJOR] = device ? n->major : 0,
		[CPIO_RDEVMINOR] = device ? n->minor : 0,
	} };
	int r = -1;

	if (n->mtime == TREE_NO_TIME)
		x.f[CPIO_MTIME] = 0;
	put_text(&name, "%s%s", k->n->parent ? o->prefix : "",
		 k->n->parent ? k->path : *o->prefix == '/' ? "/" : ".");
	if (content && load(n, &data, e) < 0)
		goto out;
	x.name = buf_view(&name);
	if (o->kind == CPIO_CRC && S_ISREG(n->mode))
		x.f[CPIO_CHECK] = cpio_sum(buf_view(&data));
	cpio_put(&x, o->lower, buf_view(&data), w->out, w->start);
	r = 0;
out:
	buf_free(&data);
	buf_free(&name);
	return r;
}

/* GNU's cpio holds links back until the last one, then the newest come first. */
static int put_deferred(struct making *w, struct item *k, struct err *e)
{
	struct file *f = &w->file[tree_self(k->n)->mark - 1];

	k->deferred = f->last;
	f->last = k;
	if (++f->done < f->names)
		return 0;
	for (struct item *d = k->deferred; d; d = d->deferred)
		if (put_item(w, d, false, e) < 0)
			return -1;
	return put_item(w, k, true, e);
}

static int put_one(struct making *w, struct item *k, struct err *e)
{
	struct file *f = &w->file[tree_self(k->n)->mark - 1];
	int links = w->m->o->links;
	int usual = w->m->o->kind <= CPIO_CRC ? CPIO_LAST : CPIO_EACH;

	if (links == CPIO_USUAL)
		links = usual;
	if (!f->numbered) {
		f->numbered = true;
		f->ino = w->ino++;
	}
	if (f->names < 2 || !S_ISREG(k->n->mode))
		return put_item(w, k, true, e);
	if (!w->known && links == CPIO_LAST)
		return put_deferred(w, k, e);
	f->done++;
	return put_item(w, k, links == CPIO_EACH ||
			(links == CPIO_LAST ? f->done == f->names : f->done == 1), e);
}

static void put_trailer(struct making *w)
{
	const struct cpio_options *o = w->m->o;
	struct cpio_entry x = {
		.kind = (enum cpio_kind)o->kind, .name = view_text("TRAILER!!!"),
		.f = { [CPIO_NLINK] = 1 },
	};

	cpio_put(&x, o->lower, (struct view){ .p = NULL }, w->out, w->start);
	if (o->pad)
		put_fill(w->out, 0, (size_t)((o->pad - (w->out->len - w->start) %
					      o->pad) % o->pad));
}

static void clear_marks(struct node *n)
{
	n->mark = 0;
	for (n = n->child; n; n = n->next)
		clear_marks(n);
}

int cpio_make(const struct cpio_making *m, struct buf *out, struct err *e)
{
	struct making w = { .m = m, .out = out, .start = out->len };
	struct buf path = { 0 };
	char *rest;
	int r = 0;

	w.major = (uint32_t)strtoul(m->o->device, &rest, 10);
	w.minor = *rest == ',' ? (uint32_t)strtoul(rest + 1, NULL, 10) : 0;
	clear_marks(m->t->root);
	collect(&w, m->t->root, m->of - 1, &path);
	if (w.n)
		qsort(w.item, w.n, sizeof(*w.item), by_order);
	tell_apart(&w);
	for (size_t i = 0; !r && i < w.n; i++)
		r = put_one(&w, &w.item[i], e);
	if (!r)
		put_trailer(&w);
	clear_marks(m->t->root);
	buf_free(&path);
	free(w.item);
	free(w.file);
	arena_free(&w.arena);
	return r;
}
