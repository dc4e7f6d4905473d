/* update.c - a new tree into an old cramfs: what is unchanged keeps its bytes */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/cramfs/write.h"
#include "fs/meta.h"

/*
 * Where all names stay, only what is different is written: a file's content
 * into its old place, or where it has grown behind everything else. Else all
 * is laid out anew, of the old blocks.
 */
struct update {
	const struct cramfs_options *o;
	struct tree was;
	const struct cramfs_reader *r;
	const struct tree *t;
	struct buf *out;
	size_t start;
	const struct node **file;	/* those with new content ... */
	struct origin_of *from;		/* ... and their old ones */
	size_t n, cap, fromcap;
	uint64_t *at;			/* places of content, sorted */
	size_t nat, atcap;
	uint64_t end;			/* of what is in use */
	size_t moved;			/* files that were the first, and are not */
	struct kept *kept;
	struct err *e;
	bool failed;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Whether all names and types are the same. */
static bool same_names(const struct node *a, const struct node *b)
{
	if ((a->mode ^ b->mode) & S_IFMT)
		return false;
	for (a = a->child, b = b->child; a && b; a = a->next, b = b->next)
		if (strcmp(a->name, b->name) || !same_names(a, b))
			return false;
	return a == b;
}

static bool same_content(struct update *u, const struct node *a, const struct node *b)
{
	struct buf x = { 0 }, y = { 0 };
	struct err ignored = { 0 };
	bool same = false;

	if (S_ISLNK(a->mode))
		return same_text(a->target, b->target);
	if (!S_ISREG(a->mode) || (!a->size && !b->size))
		return true;
	if (a->size == b->size && a->content.load(&a->content, &x, &ignored) < 0)
		same = false;
	else if (a->size == b->size && b->content.load(&b->content, &y, u->e) < 0)
		u->failed = true;
	else
		same = a->size == b->size && view_equal(buf_view(&x), buf_view(&y));
	buf_free(&x);
	buf_free(&y);
	return same;
}

static void put_inode_at(struct update *u, uint64_t at, const struct cramfs_inode *i)
{
	struct buf b = { .endian = u->r->s.endian };

	cramfs_put_inode(&b, u->r->s.wide, i);
	memcpy(u->out->p + u->start + at, b.p, b.len);
	buf_free(&b);
}

/* Mode and owner in their place; content is for later. */
static void compare(struct update *u, const struct node *old, const struct node *new)
{
	struct cramfs_inode was = cramfs_inode_at(u->r, old->content.key);
	struct cramfs_inode is = cramfs_inode_of(new);

	if (old->mode != new->mode || old->uid != new->uid ||
	    old->gid != new->gid || old->major != new->major ||
	    old->minor != new->minor) {
		is.namelen = was.namelen;
		is.offset = was.offset;
		if (!S_ISCHR(new->mode) && !S_ISBLK(new->mode))
			is.size = was.size;
		put_inode_at(u, old->content.key, &is);
	}
	if (!same_content(u, old, new)) {
		u->file = xgrow(u->file, &u->cap, u->n + 1, sizeof(*u->file));
		u->from = xgrow(u->from, &u->fromcap, u->n + 1, sizeof(*u->from));
		u->file[u->n] = new;
		u->from[u->n++] = (struct origin_of){ u->r, was };
		((struct node *)(uintptr_t)new)->mark = old->content.key;
	}
	if (was.size && (S_ISREG(old->mode) || S_ISLNK(old->mode))) {
		u->at = xgrow(u->at, &u->atcap, u->nat + 1, sizeof(*u->at));
		u->at[u->nat++] = was.offset;
		u->kept->total += cramfs_blocks(&u->r->s, &was);
	}
	for (old = old->child, new = new->child; old; old = old->next, new = new->next)
		compare(u, old, new);
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* How many bytes the content has for itself; 0: others use it too. */
static uint64_t own_room(const struct update *u, const struct cramfs_inode *f)
{
	const uint64_t *at = bsearch(&f->offset, u->at, u->nat, sizeof(*u->at),
				     by_number);
	uint32_t n = f->size ? cramfs_blocks(&u->r->s, f) : 0;
	uint64_t end = n ? peek32(u->r->v, f->offset + 4 * (uint64_t)(n - 1),
				  u->r->s.endian) : 0;
	struct view last;
	bool stored;

	end = (end + 3) / 4 * 4;
	if (!n || !at || u->r->s.flags & CRAMFS_EXTENDED ||
	    (at > u->at && at[-1] == *at) ||
	    (at + 1 < u->at + u->nat && at[1] == *at) ||
	    !cramfs_block(u->r->v, &u->r->s, f, n - 1, &last, &stored) ||
	    end < f->offset + 4 * (uint64_t)n || end > u->r->v.len)
		return 0;
	return end - f->offset;
}

static int take(size_t file, struct packed *p, void *arg, struct err *e)
{
	struct update *u = arg;
	const struct cramfs_inode *was = &u->from[file].inode;
	uint64_t room = own_room(u, was);
	uint64_t need = (4 * (uint64_t)p->blocks + p->data.len + 3) / 4 * 4;
	struct cramfs_inode is = cramfs_inode_of(p->n);

	is.namelen = was->namelen;
	is.offset = !p->blocks ? 0 : need <= room ? was->offset : u->end;
	u->kept->kept += p->kept;
	put_inode_at(u, p->n->mark, &is);
	u->moved += u->nat && was->size && was->offset == u->at[0] &&
		    is.offset != was->offset;
	if (!p->blocks)
		return 0;
	if (is.offset == u->end)
		u->end += need;
	if (u->out->len - u->start < u->end)
		put_fill(u->out, 0, u->end - (u->out->len - u->start));
	if (room && need <= room)
		memset(u->out->p + u->start + was->offset, 0, room);
	for (uint64_t i = 0, first = is.offset + 4 * (uint64_t)p->blocks; i < p->blocks;
	     i++)
		patch32(u->out, u->start + is.offset + 4 * i,
			(uint32_t)(first + p->end[i]));
	memcpy(u->out->p + u->start + is.offset + 4 * (uint64_t)p->blocks, p->data.p,
	       p->data.len);
	return cramfs_too_far(is.offset, u->r->s.wide, e);
}

/* Blocks are counted as they were: the sum stays, but for the difference. */
static uint32_t count_blocks(const struct update *u)
{
	uint64_t n = u->r->s.blocks;

	for (size_t i = 0; i < u->n; i++) {
		struct cramfs_inode is = cramfs_inode_of(u->file[i]);

		n += is.size ? cramfs_blocks(&u->r->s, &is) : 0;
		n -= u->from[i].inode.size
		     ? cramfs_blocks(&u->r->s, &u->from[i].inode) : 0;
	}
	return (uint32_t)n;
}

static void finish(struct update *u)
{
	struct cramfs_super s = u->r->s;
	bool swapped = s.crc == __builtin_bswap32(cramfs_crc(u->r->v, &s)) &&
		       s.crc != cramfs_crc(u->r->v, &s);
	size_t head = u->start + s.base;
	uint64_t size = u->out->len - u->start;

	put_fill(u->out, 0, -size & (s.page - 1));
	if (size <= u->r->v.len)
		u->out->len = u->start + u->r->v.len;
	if (!(s.flags & CRAMFS_V2))
		return;
	s.size = (uint32_t)(u->out->len - u->start);
	patch32(u->out, head + 4, s.size);
	patch32(u->out, head + 40, count_blocks(u));
	s.crc = cramfs_crc(view_from(buf_view(u->out), u->start), &s);
	patch32(u->out, head + 32, swapped ? __builtin_bswap32(s.crc) : s.crc);
}

/* fsck.cramfs wants content right behind the listings. */
static bool leaves_a_gap(const struct update *u)
{
	size_t first = 0;

	while (first < u->nat && u->at[first] == u->at[0])
		first++;
	return first && first == u->moved;
}

/* Whether the options are still those of the image. */
static bool is_like(const struct cramfs_options *o, const struct cramfs_super *s)
{
	return o->page == s->page && o->packing == (int)s->packing &&
	       o->wide == s->wide && o->big == (s->endian == BIG);
}

/* Only what differs. False: it cannot be done this way. */
static bool patch(struct update *u, uint64_t room, struct err *e)
{
	struct packing p = { .o = u->o, .take = take, .arg = u };

	if (!is_like(u->o, &u->r->s) || !same_names(u->was.root, u->t->root) ||
	    u->r->v.len < u->r->s.size ||
	    !cramfs_walk(u->r->v, &u->r->s, &u->end))
		return false;
	u->end = (u->end + 3) / 4 * 4;
	put_view(u->out, u->r->v);
	compare(u, u->was.root, u->t->root);
	if (u->failed)
		return true;
	qsort(u->at, u->nat, sizeof(*u->at), by_number);
	for (size_t i = 0; i < u->n; i++)
		u->kept->kept -= u->from[i].inode.size
			? cramfs_blocks(&u->r->s, &u->from[i].inode) : 0;
	u->kept->kept += u->kept->total;
	p.file = u->file;
	p.was = u->from;
	p.files = u->n;
	if (pack_files(&p, e) < 0) {
		u->failed = true;
		return true;
	}
	finish(u);
	return !leaves_a_gap(u) && (!room || u->out->len - u->start <= room);
}

/* The old files by path, for the writer. */
static const struct origin_of *old_files(struct cramfs_writer *w)
{
	struct update *u = w->arg;

	free(u->from);
	u->from = xcalloc(w->files + 1, sizeof(*u->from));
	for (size_t i = 0; i < w->files; i++) {
		struct buf path = { 0 };
		struct node *old;

		tree_path(w->file[i], &path);
		old = tree_find(&u->was, buf_string(&path));
		buf_free(&path);
		if (old && (S_ISREG(old->mode) || S_ISLNK(old->mode)))
			u->from[i] = (struct origin_of){
				u->r, cramfs_inode_at(u->r, old->content.key)
			};
	}
	return u->from;
}

static int rebuild(struct update *u, struct err *e)
{
	struct cramfs_writer w = {
		.o = u->o, .out = u->out, .was = old_files, .arg = u,
	};
	uint64_t head = u->r->s.base + CRAMFS_SUPER +
			(u->r->s.wide ? CRAMFS_WIDER : 0);

	if (u->r->s.flags & CRAMFS_SHIFTED && u->r->s.root.offset > head)
		w.insert = view_sub(u->r->v, head, u->r->s.root.offset - head);
	u->out->len = u->start;
	if (cramfs_lay_out(&w, u->t, e) < 0)
		return -1;
	if (u->o->boot)
		memcpy(u->out->p + u->start, u->r->v.p, u->r->s.base);
	*u->kept = (struct kept){ w.kept, w.total };
	return 0;
}

int cramfs_update(struct view was, const struct tree *t, const void *opts,
		  uint64_t room, struct buf *out, struct kept *kept,
		  struct err *e)
{
	struct update u = { .o = opts, .t = t, .out = out, .start = out->len,
			    .kept = kept, .e = e };
	enum endian endian = out->endian;
	int r = -1;

	tree_init(&u.was);
	*kept = (struct kept){ 0 };
	if (cramfs_check_options(opts, e) < 0 || cramfs_read(was, &u.was, e) < 0)
		goto out;
	u.r = u.was.reader;
	out->endian = u.r->s.endian;
	r = tree_same(&u.was, t, NULL, e);
	if (r == 1) {
		put_view(out, was);
		r = 0;
	} else if (!r && !patch(&u, room, e)) {
		r = rebuild(&u, e);
	}
	if (u.failed)
		r = -1;
out:
	out->endian = endian;
	free(u.file);
	free(u.from);
	free(u.at);
	tree_free(&u.was);
	return r;
}
