/*
 * putdir.c - directories of squashfs
 *
 * A listing is cut into runs under a head: as many names as share a block of
 * inodes, 256 at most, with numbers near the first one's, and ending with
 * what is left of 8 KiB. Where a run begins for that last reason an index
 * points, so that a name is found without reading all before it.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/as.h"
#include "fs/squashfs/put.h"

enum { MOST_RUN = 256, FAR = 32767, LONG_DIR = SQ_DIR + 7 };

struct index { uint32_t at, block; const char *name; };

struct listing {
	struct squash_writer *w;
	struct buf out;
	struct squash_record head;	/* of the run being written */
	size_t run, indexed;		/* where it begins; the last index */
	size_t place, used;		/* in the block where it lies; the run's */
	unsigned head_size, entry_size;
	struct index *index;
	size_t n, cap;
};

/* A head is known when its run is: until then its place is kept. */
static void end_run(struct listing *l)
{
	struct buf head = { 0 };

	if (!l->head.f[SQ_COUNT])
		return;
	squash_put_head(&l->w->s, &l->head, &head);
	memcpy(l->out.p + l->run, head.p, head.len);
	buf_free(&head);
}

static void begin_run(struct listing *l, const struct squash_inode *in)
{
	end_run(l);
	l->run = l->out.len;
	l->head = (struct squash_record){ 0 };
	l->head.f[SQ_START] = in->place >> 16;
	l->head.f[SQ_INO] = in->number;
	l->used = (l->place + l->run + l->head_size) % SQUASH_META;
	put_fill(&l->out, 0, l->head_size);
}

static void add_index(struct listing *l, const char *name)
{
	l->index = xgrow(l->index, &l->cap, l->n + 1, sizeof(*l->index));
	l->index[l->n++] = (struct index){ (uint32_t)l->out.len, 0, name };
	l->indexed = l->out.len;
}

static unsigned dir_type(uint32_t mode)
{
	static const unsigned types[16] = {
		[S_IFDIR >> 12] = SQ_DIR, [S_IFREG >> 12] = SQ_FILE,
		[S_IFLNK >> 12] = SQ_LINK, [S_IFBLK >> 12] = SQ_BLOCK,
		[S_IFCHR >> 12] = SQ_CHAR, [S_IFIFO >> 12] = SQ_FIFO,
		[S_IFSOCK >> 12] = SQ_SOCKET,
	};

	return types[mode >> 12 & 15];
}

/* squashfs-tools-ng looks at the end of the block where it writes. */
static bool is_full(const struct listing *l, size_t size)
{
	size_t used = l->w->s.ng ? l->used : l->out.len - l->indexed;

	return l->head.f[SQ_COUNT] && used + l->entry_size + size > SQUASH_META;
}

static void add_entry(struct listing *l, const struct node *n)
{
	const struct squash_inode *in = squash_inode_of(l->w, n);
	size_t size = strlen(n->name);
	int64_t diff = (int64_t)in->number - (int64_t)l->head.f[SQ_INO];
	bool full = is_full(l, size);
	struct squash_record r = { 0 };

	if (full)
		add_index(l, n->name);
	if (full || !l->head.f[SQ_COUNT] || l->head.f[SQ_COUNT] == MOST_RUN ||
	    in->place >> 16 != l->head.f[SQ_START] || diff > FAR || diff < -FAR - 1)
		begin_run(l, in);
	r.f[SQ_OFFSET] = in->place & 0xffff;
	r.f[SQ_TYPE] = dir_type(tree_self(n)->mode);
	r.f[SQ_SIZE] = size;
	r.f[SQ_DIFF] = in->number - l->head.f[SQ_INO];
	squash_put_entry(&l->w->s, &r, &l->out);
	put(&l->out, n->name, size);
	l->used += l->entry_size + size;
	l->head.f[SQ_COUNT]++;
}

/* Where in the chain each index comes to lie; the chain is written on. */
static uint64_t put_listing(struct listing *l)
{
	struct squash_chain *c = &l->w->dir_table;
	uint64_t place = squash_chain_here(c);
	size_t done = 0, left = SQUASH_META - (place & 0xffff), i = 0;

	while (done < l->out.len) {
		struct view v = view_upto(buf_view(&l->out), done, left);

		for (; i < l->n && l->index[i].at < done + left; i++)
			l->index[i].block = (uint32_t)(squash_chain_here(c) >> 16);
		put_view(&c->plain, v);
		done += v.len;
		left = SQUASH_META;
	}
	return place;
}

static void put_index(struct listing *l)
{
	struct buf *out = &l->w->inode_table.plain;

	for (size_t i = 0; i < l->n; i++) {
		size_t size = strlen(l->index[i].name);
		struct squash_record r = { 0 };

		r.f[SQ_SIZE] = size;
		r.f[SQ_OFFSET] = l->index[i].at;
		r.f[SQ_START] = l->index[i].block;
		squash_put_index(&l->w->s, &r, out);
		put(out, l->index[i].name, size);
	}
}

/* Long is what has an index, or might have needed one. */
bool squash_is_long_dir(const struct node *dir)
{
	size_t names = 0, bytes = 0;

	for (const struct node *n = dir->child; n; n = n->next) {
		names++;
		bytes += strlen(n->name) + 8;
	}
	return names > MOST_RUN || bytes >= SQUASH_META;
}

static uint32_t parent_of(const struct squash_writer *w,
			  const struct squash_inode *d)
{
	if (d->n->parent)
		return squash_inode_of(w, d->n->parent)->number;
	return w->s.ng ? 0 : (uint32_t)w->inodes + 1;
}

static void measure(struct listing *l)
{
	struct squash_record r = { 0 };
	struct buf b = { 0 };

	squash_put_head(&l->w->s, &r, &b);
	l->head_size = (unsigned)b.len;
	squash_put_entry(&l->w->s, &r, &b);
	l->entry_size = (unsigned)b.len - l->head_size;
	buf_free(&b);
}

void squash_put_dir(struct squash_writer *w, struct squash_inode *d)
{
	struct listing l = {
		.w = w, .place = squash_chain_here(&w->dir_table) & 0xffff,
	};
	struct squash_record r = { 0 };
	uint64_t place;
	bool lengthy = (!w->s.ng && squash_is_long_dir(d->n)) ||
		       squash_as_get(d->n).is_long;

	measure(&l);
	r.f[SQ_LINKS] = 2;
	for (const struct node *n = d->n->child; n; n = n->next) {
		add_entry(&l, n);
		r.f[SQ_LINKS] += w->s.ng || S_ISDIR(n->mode);
	}
	end_run(&l);
	place = put_listing(&l);
	r.f[SQ_START] = place >> 16;
	r.f[SQ_OFFSET] = place & 0xffff;
	r.f[SQ_SIZE] = l.out.len + (w->s.major > 2 ? 3 : 0);
	if (r.f[SQ_SIZE] > w->longest_dir)
		w->longest_dir = r.f[SQ_SIZE];
	r.f[SQ_COUNT] = l.n;
	r.f[SQ_PARENT] = parent_of(w, d);
	r.f[SQ_XATTR] = squash_lists_add(w->lists, d->n);
	lengthy = w->s.major > 1 && (lengthy || r.f[SQ_XATTR] != SQ_NONE);
	squash_put_record(w, d, lengthy ? LONG_DIR : SQ_DIR, &r);
	if (lengthy)
		put_index(&l);
	buf_free(&l.out);
	free(l.index);
}
