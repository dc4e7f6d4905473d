/* write.c - a tree as a squashfs image, byte for byte as mksquashfs makes it */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/as.h"
#include "fs/squashfs/put.h"

enum { PAD = 4096 };

static void add_file(struct squash_writer *w, struct squash_inode *in)
{
	struct squash_data *d = &w->data;

	if (in->file)
		return;
	d->file[d->files] = (struct squash_file){ .n = in->n };
	squash_shape(w->plan, &d->file[d->files]);
	in->file = &d->file[d->files++];
}

/* In the order in which their inodes are written. */
static void add_files(struct squash_writer *w, const struct node *dir)
{
	for (const struct node *n = dir->child; n; n = n->next) {
		struct squash_inode *in = squash_inode_of(w, n);

		if (S_ISREG(in->n->mode))
			add_file(w, in);
		if (S_ISDIR(n->mode))
			add_files(w, n);
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct squash_file *x = a, *y = b;

	if (x->ranked != y->ranked)
		return x->ranked ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->n->mark < y->n->mark ? -1 : 1;
}

/* Files that have ranks come first. */
static void sort_files(struct squash_writer *w)
{
	struct squash_data *d = &w->data;
	bool any = false;

	for (size_t i = 0; i < d->files; i++) {
		struct squash_as as = squash_as_get(d->file[i].n);

		d->file[i].ranked = squash_as_has(&as, AS_RANK);
		d->file[i].rank = as.f[AS_RANK];
		any |= d->file[i].ranked;
	}
	if (!any)
		return;
	qsort(d->file, d->files, sizeof(*d->file), by_rank);
	for (size_t i = 0; i < d->files; i++)
		squash_inode_of(w, d->file[i].n)->file = &d->file[i];
}

static unsigned flags(const struct squash_plan *p)
{
	const struct squash_options *o = &p->o;

	return (unsigned)o->raw_inodes | (unsigned)o->raw_data << 1 |
	       (unsigned)o->raw_fragments << 3 | (unsigned)!o->fragments << 4 |
	       (unsigned)o->always << 5 | (unsigned)o->duplicates << 6 |
	       (unsigned)o->exports << 7 | (unsigned)o->raw_xattrs << 8 |
	       (unsigned)!o->xattrs << 9 | (unsigned)p->stores_options << 10 |
	       (unsigned)o->raw_ids << 11;
}

static void start_chain(struct squash_writer *w, struct squash_chain *c, bool raw)
{
	c->s = &w->s;
	c->packer = raw ? NULL : w->packer;
	c->plain.endian = w->s.endian;
}

/* Those that come first whoever has them; it was looked at before. */
static void put_ids(const char *list, struct buf *ids)
{
	for (; list && *list; list += *list == ',') {
		size_t n = strcspn(list, ",");

		put32(ids, (uint32_t)strtoul(list, NULL, 10));
		list += n;
	}
}

static void start_image(struct squash_writer *w, struct buf *out)
{
	const struct squash_plan *p = w->plan;

	w->s = p->like;
	w->s.flags |= flags(p) & (p->like.major < 4 ? 0xff : 0xffff);
	w->s.mkfs_time = p->mkfs_time;
	w->s.block_size = p->how.block_size;
	while (1u << w->s.block_log < w->s.block_size)
		w->s.block_log++;
	w->packer = squash_packer_new(&p->how, false);
	w->ids.endian = w->guids.endian = w->s.endian;
	put_ids(p->o.ids, &w->ids);
	start_chain(w, &w->inode_table, p->o.raw_inodes);
	start_chain(w, &w->dir_table, p->o.raw_inodes);
	start_chain(w, &w->values, p->o.raw_xattrs);
	w->lists = squash_lists_new(&w->values);
	put_fill(out, 0, w->s.header);
	squash_put_options(p, &w->s, out);
}

static void count_blocks(struct squash_data *d)
{
	d->count->total = d->count->kept;
	for (size_t i = 0; i < d->chunks; i++)
		d->count->total += !squash_is_copied(d, &d->chunk[i]);
}

static int write_data(struct squash_writer *w, size_t start, struct buf *out,
		      struct err *e)
{
	struct squash_data *d = &w->data;

	if (d->was)
		squash_reuse(d);
	else if (!d->plan->o.fast)
		squash_recall(d);
	if (squash_measure(d, e) < 0 || squash_put_back(d, e) < 0 ||
	    squash_arrange(d, e) < 0)
		return -1;
	if (d->count)
		count_blocks(d);
	return squash_store(d, start, out, e);
}

static int write_all(struct squash_writer *w, const struct tree *t,
		     struct buf *out, struct err *e)
{
	size_t start = out->len;

	start_image(w, out);
	squash_number_inodes(w, t);
	w->data.plan = w->plan;
	w->data.file = xcalloc(w->inodes, sizeof(*w->data.file));
	add_files(w, t->root);
	sort_files(w);
	if (squash_check_nodes(w, e) < 0 || write_data(w, start, out, e) < 0)
		return -1;
	squash_put_inodes(w, t);
	if (squash_check_ids(w, e) < 0)
		return -1;
	w->s.root = w->inode[w->inodes - 1].place;
	w->s.inodes = (uint32_t)w->inodes;
	w->s.fragments = (uint32_t)w->data.fragments;
	w->s.ids = (uint32_t)w->ids.len / 4;
	w->s.guids = (uint32_t)w->guids.len / 4;
	squash_put_tables(w, start, out);
	if (squash_check_room(w, e) < 0)
		return -1;
	squash_put_super(&w->s, start, out);
	if (w->plan->o.pad)
		put_fill(out, 0, -(out->len - start) & (PAD - 1));
	return 0;
}

static void free_writer(struct squash_writer *w)
{
	squash_data_free(&w->data);
	squash_chain_free(&w->inode_table);
	squash_chain_free(&w->dir_table);
	squash_chain_free(&w->values);
	squash_lists_free(w->lists);
	squash_packer_free(w->packer);
	buf_free(&w->ids);
	buf_free(&w->guids);
	free(w->inode);
}

int squash_write_from(const struct squash_reader *was, const struct tree *t,
		      const void *opts, struct kept *kept, struct buf *out,
		      struct err *e)
{
	struct squash_plan plan;
	struct squash_writer w = { .plan = &plan };
	enum endian endian = out->endian;
	int r;

	if (squash_check_options(opts, t, &plan, e) < 0)
		return -1;
	w.data.was = was;
	w.data.count = kept;
	r = write_all(&w, t, out, e);
	free_writer(&w);
	out->endian = endian;
	return r;
}

int squash_write(const struct tree *t, const void *opts, struct buf *out,
		 struct err *e)
{
	return squash_write_from(NULL, t, opts, NULL, out, e);
}
