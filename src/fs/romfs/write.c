/* write.c - a tree as a romfs image, byte for byte as genromfs makes it */
#include "fs/romfs/write.h"

#include <stdlib.h>

#include "core/mem.h"
#include "fs/meta.h"

enum { MOST_GAP = 16 << 20 };	/* that is kept where something was */

enum what { IS_NODE, IS_DOT, IS_DOTS };

/* One header, in the order in which they lie. */
struct item {
	const struct node *n;	/* what it stands for, or the directory */
	const struct node *dir;	/* whose chain it is in */
	enum what what;
	uint32_t was, at;	/* where it lay, 0: nowhere; where it lies */
	size_t seq;
	struct item *next;	/* of the same chain */
};

struct writer {
	const struct romfs_options *o;
	struct item *item;
	size_t n, cap;
	struct buf *out;
	size_t start;
	bool known;		/* there are places to keep */
	bool packed;		/* ... but only in their order */
};

static void add(struct writer *w, const struct node *n, const struct node *dir,
		enum what what, uint32_t was)
{
	w->item = xgrow(w->item, &w->cap, w->n + 1, sizeof(*w->item));
	w->item[w->n] = (struct item){ n, dir, what, was, 0, w->n, NULL };
	w->n++;
	w->known |= was > 0;
}

/* "." and "..", each child, and behind a directory all that is in it. */
static void collect(struct writer *w, struct node *dir)
{
	struct romfs_as as = romfs_as(dir->as);
	bool is_new = !as.known;

	if (dir->parent && (as.dot || is_new))
		add(w, dir, dir, IS_DOT, as.dot);
	if (as.dots || is_new)
		add(w, dir->parent ? dir->parent : dir, dir, IS_DOTS, as.dots);
	for (struct node *n = dir->child; n; n = n->next) {
		add(w, n, dir, IS_NODE, romfs_as(n->as).at);
		if (S_ISDIR(n->mode))
			collect(w, n);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (!x->was != !y->was)
		return x->was ? -1 : 1;
	if (x->was != y->was)
		return x->was < y->was ? -1 : 1;
	return x->seq < y->seq ? -1 : 1;
}

static const char *name_of(const struct item *k)
{
	if (k->what == IS_DOTS)
		return "..";
	return k->what == IS_DOT || !k->n->parent ? "." : k->n->name;
}

static uint64_t head_of(const struct item *k)
{
	return ROMFS_HEADER + ((strlen(name_of(k)) + 16) & ~UINT64_C(15));
}

static bool is_file(const struct item *k)
{
	return k->what == IS_NODE && !k->n->same && S_ISREG(k->n->mode);
}

static uint64_t data_of(const struct item *k)
{
	if (is_file(k))
		return k->n->size;
	return k->what == IS_NODE && !k->n->same && S_ISLNK(k->n->mode)
	       ? strlen(k->n->target) : 0;
}

static uint64_t aligned(const struct writer *w, const struct item *k, uint64_t at)
{
	uint64_t to = 16, skip = is_file(k) ? head_of(k) : 0;
	struct buf path = { 0 };

	if (w->o->aligned) {
		put8(&path, '/');
		tree_path(k->what == IS_NODE ? k->n->parent ? k->n->parent : k->n
					     : k->dir, &path);
		if (path.len > 1)
			put8(&path, '/');
		put_text(&path, "%s", name_of(k));
		to = romfs_aligned(w->o->aligned, buf_string(&path));
		buf_free(&path);
	}
	if (is_file(k) && w->o->align > to)
		to = w->o->align;
	return ((at + skip + to - 1) & ~(to - 1)) - skip;
}

/* What was in the original keeps its place as long as that is free. */
static uint64_t place_all(struct writer *w)
{
	uint64_t at, pos;

	pos = ROMFS_HEADER + ((strlen(w->o->volume) + 16) & ~UINT64_C(15));
	for (size_t i = 0; i < w->n; i++) {
		struct item *k = &w->item[i];

		at = k->was >= pos && k->was - pos < MOST_GAP && !w->packed && !w->o->moved
		   ? k->was : aligned(w, k, pos);
		if (at > UINT32_MAX)
			return at;
		k->at = (uint32_t)at;
		if (k->what == IS_NODE)
			((struct node *)(uintptr_t)k->n)->mark = at;
		pos = at + head_of(k) + ((data_of(k) + 15) & ~UINT64_C(15));
	}
	return pos;
}

/* The next of each chain: the items of a directory follow each other. */
static void chain(struct writer *w)
{
	for (size_t i = w->n; i-- > 0;) {
		struct item *k = &w->item[i];
		struct node *dir = (struct node *)(uintptr_t)k->dir;

		k->next = dir->content.from ? (void *)(uintptr_t)dir->content.from
					    : NULL;
		dir->content.from = k;
	}
}

static void unchain(struct node *n)
{
	n->mark = 0;
	if (S_ISDIR(n->mode))
		n->content.from = NULL;
	for (n = n->child; n; n = n->next)
		unchain(n);
}

static uint32_t spec_of(const struct item *k)
{
	const struct node *n = k->n;

	if (k->what != IS_NODE || n->same)
		return (uint32_t)tree_self(n)->mark;
	if (S_ISDIR(n->mode)) {
		const struct item *first = n->content.from;

		return first ? first->at : 0;
	}
	return S_ISCHR(n->mode) || S_ISBLK(n->mode)
	       ? n->major << 16 | n->minor : 0;
}

static enum romfs_type type_of(const struct item *k)
{
	uint32_t mode = k->n->mode;

	if (k->what != IS_NODE || k->n->same)
		return ROMFS_HARD;
	return S_ISDIR(mode) ? ROMFS_DIR : S_ISREG(mode) ? ROMFS_FILE
	     : S_ISLNK(mode) ? ROMFS_LINK : S_ISBLK(mode) ? ROMFS_BLOCK
	     : S_ISCHR(mode) ? ROMFS_CHAR : S_ISSOCK(mode) ? ROMFS_SOCKET
	     : ROMFS_FIFO;
}

static void put_sum(struct buf *b, size_t at, size_t from, size_t n)
{
	patch32(b, at, 0 - romfs_sum(view_sub(buf_view(b), from, n)));
}

static int put_item(struct writer *w, const struct item *k, struct err *e)
{
	struct buf *b = w->out;
	size_t head = w->start + k->at;
	enum romfs_type type = type_of(k);
	bool exec = (type == ROMFS_DIR || type == ROMFS_FILE) && k->n->mode & 0111;

	put_fill(b, 0, head - b->len);
	put32(b, (k->next ? k->next->at : 0) | (exec ? 8 : 0) | type);
	put32(b, spec_of(k));
	put32(b, (uint32_t)data_of(k));
	put32(b, 0);
	put(b, name_of(k), strlen(name_of(k)) + 1);
	put_fill(b, 0, -(b->len - w->start) & 15);
	put_sum(b, head + 12, head, b->len - head);
	if (type == ROMFS_LINK)
		put(b, k->n->target, strlen(k->n->target));
	if (type == ROMFS_FILE && k->n->size) {
		size_t from = b->len;

		if (k->n->content.load(&k->n->content, b, e) < 0)
			return -1;
		if (b->len - from != k->n->size)
			return fail(e, ERR_IO, "%s: changed while it was read; leave "
				    "it alone", k->n->name);
	}
	put_fill(b, 0, -(b->len - w->start) & 15);
	return 0;
}

static void put_volume(struct writer *w, uint64_t size)
{
	struct buf *b = w->out;

	put(b, ROMFS_MAGIC, 8);
	put32(b, (uint32_t)size);
	put32(b, 0);
	put(b, w->o->volume, strlen(w->o->volume) + 1);
	put_fill(b, 0, -(b->len - w->start) & 15);
}

static int write_all(struct writer *w, const struct tree *t, struct err *e)
{
	uint64_t size;

	add(w, t->root, t->root, IS_NODE, romfs_as(t->root->as).at);
	collect(w, t->root);
	if (w->known)
		qsort(w->item, w->n, sizeof(*w->item), by_place);
	size = place_all(w);
	if (size > UINT32_MAX)
		return fail(e, ERR_LIMIT, "needs more than the 4 GiB that romfs can "
			    "hold; remove files");
	chain(w);
	put_volume(w, size);
	for (size_t i = 0; i < w->n; i++)
		if (put_item(w, &w->item[i], e) < 0)
			return -1;
	put_sum(w->out, w->start + 12, w->start, size < ROMFS_SUMMED ? size
							     : ROMFS_SUMMED);
	put_fill(w->out, 0, -(w->out->len - w->start) & (ROMFS_PAD - 1));
	return 0;
}

static int lay_out(struct writer *w, const struct tree *t, struct err *e)
{
	enum endian was = w->out->endian;
	int r;

	if (romfs_check_options(w->o, e) < 0)
		return -1;
	w->start = w->out->len;
	w->out->endian = BIG;
	unchain(t->root);
	r = write_all(w, t, e);
	unchain(t->root);
	w->out->endian = was;
	free(w->item);
	return r;
}

int romfs_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e)
{
	struct writer w = { .o = opts, .out = out };

	return lay_out(&w, t, e);
}

/* Where the places of the original leave no room, only their order is kept. */
int romfs_update(struct view was, const struct tree *t, const void *opts,
		 uint64_t room, struct buf *out, struct kept *kept, struct err *e)
{
	struct writer w = { .o = opts, .out = out }, packed = w;
	size_t start = out->len;
	struct tree old;
	int r = -1;

	*kept = (struct kept){ 0 };
	tree_init(&old);
	if (romfs_read(was, &old, e) < 0)
		goto out;
	r = tree_same(&old, t, NULL, e);
	if (r == 1) {
		put_view(out, was);
		r = 0;
		goto out;
	}
	if (!r)
		r = lay_out(&w, t, e);
	if (!r && out->len - start < was.len)
		put_fill(out, 0, was.len - (out->len - start));
	if (!r && room && out->len - start > room) {
		out->len = start;
		packed.packed = true;
		r = lay_out(&packed, t, e);
	}
out:
	tree_free(&old);
	return r;
}
