/* write.c - a tree as Ambarella's list of files */
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "fs/ambarella/ambarella.h"

struct item { const struct node *n; const char *path; uint64_t place; };

struct writer {
	struct item *item;
	size_t n, cap;
	struct arena arena;
	struct err *e;
};

static int collect(const struct node *n, const char *path, void *arg)
{
	struct writer *w = arg;
	size_t len = strlen(path);

	if (S_ISDIR(n->mode))
		return 0;
	if (len >= AMBARELLA_NAME) {
		fail(w->e, ERR_LIMIT, "its path has more than the %d bytes of an "
		     "entry; leave it out", AMBARELLA_NAME - 1);
		return err_about(w->e, path);
	}
	w->item = xgrow(w->item, &w->cap, w->n + 1, sizeof(*w->item));
	w->item[w->n++] = (struct item){
		n, arena_copy(&w->arena, path, len),
		n->as ? strtoull(n->as, NULL, 10) : UINT64_MAX
	};
	return 0;
}

/* As they were, and what is new behind them, by name. */
static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void put_entry(struct buf *out, const struct item *k, uint64_t at)
{
	size_t len = strlen(k->path);

	put(out, k->path, len);
	put_fill(out, 0, AMBARELLA_NAME - len);
	put32(out, (uint32_t)at);
	put32(out, (uint32_t)tree_self(k->n)->size);
	put(out, "\x76\xab\x87\x23", 4);
}

static int put_all(struct writer *w, struct buf *out, struct err *e)
{
	size_t start = out->len;
	uint64_t at = ambarella_padded(AMBARELLA_HEAD +
				       (uint64_t)w->n * AMBARELLA_ENTRY);

	put32(out, (uint32_t)w->n);
	put(out, AMBARELLA_MAGIC, 4);
	put_fill(out, 0xff, AMBARELLA_HEAD - 8);
	for (size_t i = 0; i < w->n; i++) {
		put_entry(out, &w->item[i], at);
		at = ambarella_padded(at + tree_self(w->item[i].n)->size);
	}
	if (at > UINT32_MAX)
		return fail(e, ERR_LIMIT, "needs more than the 4 GiB that an entry can "
			    "say; remove files");
	for (size_t i = 0; i < w->n; i++) {
		const struct node *n = tree_self(w->item[i].n);

		put_fill(out, 0xff, ambarella_padded(out->len - start) -
				    (out->len - start));
		if (n->size && n->content.load(&n->content, out, e) < 0)
			return -1;
	}
	put_fill(out, 0xff, ambarella_padded(out->len - start) - (out->len - start));
	return 0;
}

int ambarella_write(const struct tree *t, const void *opts, struct buf *out,
		    struct err *e)
{
	struct writer w = { .e = e };
	enum endian was = out->endian;
	int r = tree_each(t, collect, &w);

	(void)opts;
	if (!r && w.n)
		qsort(w.item, w.n, sizeof(*w.item), by_place);
	if (!r && !w.n)
		r = fail(e, ERR_USAGE, "there are no files; it would be nothing");
	out->endian = LITTLE;
	if (!r)
		r = put_all(&w, out, e);
	out->endian = was;
	free(w.item);
	arena_free(&w.arena);
	return r;
}

static bool has_files(const struct node *dir)
{
	for (const struct node *n = dir->child; n; n = n->next)
		if (!S_ISDIR(n->mode) || has_files(n))
			return true;
	return false;
}

struct preparing { size_t attributes, xattrs, links; };

/* Files alone, all root's; a directory is there for what is in it. */
static int prepare(struct preparing *p, struct node *n, struct err *e)
{
	bool dir = S_ISDIR(n->mode), lost = dir && n->parent && !has_files(n);
	uint32_t mode = dir ? S_IFDIR | 0755 : S_IFREG | 0644;
	struct node *to = tree_self(n);

	if (lost || !(dir || S_ISREG(n->mode))) {
		fail(e, ERR_UNSUPPORTED, "%s cannot be in Ambarella's list of files; "
		     "leave it out", lost ? "an empty directory" :
		     "what is neither file nor directory");
		return err_about(e, n->name);
	}
	p->attributes += !n->same && (n->uid || n->gid || n->mode != mode);
	p->xattrs += n->xattr != NULL;
	p->links += n->same != NULL;
	if (n->same) {
		n->size = to->size;
		n->content = to->content;
		n->same = NULL;
	}
	n->mode = mode;
	n->uid = n->gid = 0;
	n->mtime = TREE_NO_TIME;
	n->xattr = NULL;
	for (n = n->child; n; n = n->next)
		if (prepare(p, n, e) < 0)
			return -1;
	return 0;
}

int ambarella_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	struct preparing p = { 0 };

	(void)opts;
	(void)anew;
	if (prepare(&p, t->root, e) < 0)
		return -1;
	if (p.attributes)
		note("ambarella.mode", "Ambarella's list has no owners and modes; those of "
		     "%zu files are left out", p.attributes);
	if (p.xattrs)
		warn("ambarella.xattr", "extended attributes of %zu file%s are left out; "
		     "Ambarella's list has none", p.xattrs, p.xattrs == 1 ? "" : "s");
	if (p.links)
		note("ambarella.link", "hard links (%zu) become files of their own; "
		     "Ambarella's list has none", p.links);
	return 0;
}
