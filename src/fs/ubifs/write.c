/* write.c - a tree as a UBIFS image, byte for byte as mkfs.ubifs makes it */
#include "fs/ubifs/pack.h"
#include "fs/ubifs/write.h"

/* Everything up to the next file with content. */
static void run_steps(struct writer *w)
{
	for (; w->step < w->steps.n; w->step++) {
		const struct ubifs_step *s = &w->steps.v[w->step];

		if (s->kind == UBIFS_FILE)
			return;
		if (s->kind == UBIFS_ENTER || s->kind == UBIFS_INODE)
			ubifs_info_of(w, s->n)->creat = ++w->m.sqnum;
		if (s->kind == UBIFS_LEAVE || s->kind == UBIFS_INODE)
			ubifs_write_inode(w, s->n);
		if (s->kind == UBIFS_NAME)
			ubifs_write_name(w, s->n);
	}
}

static void begin_file(struct writer *w, const struct node *n)
{
	struct ubifs_info *info = ubifs_info_of(w, n);

	if (info->creat)
		return;
	run_steps(w);
	info->creat = ++w->m.sqnum;
}

static int has_room(const struct writer *w, struct err *e)
{
	if (w->m.lnum < w->plan.lebs)
		return 0;
	return fail(e, ERR_LIMIT, "needs more than %u erase blocks of %u bytes; give "
		    "more with -c", w->plan.lebs, w->plan.leb);
}

static int take_block(void *arg, const struct ubifs_packed *p, struct err *e)
{
	struct writer *w = arg;
	struct buf *b = &w->node;
	uint64_t key;

	begin_file(w, p->file);
	key = ubifs_key_of(ubifs_info_of(w, p->file)->inum, UBIFS_DATA, p->block);
	ubifs_begin(b, UBIFS_DATA);
	ubifs_put_key(b, key);
	put32(b, p->size);
	put16(b, p->compr);
	put16(b, 0);
	put_view(b, p->data);
	ubifs_write_leaf(&w->m, b, key, (struct view){ .p = NULL });
	return has_room(w, e);
}

static int end_file(void *arg, const struct node *n, struct err *e)
{
	struct writer *w = arg;

	(void)e;
	begin_file(w, n);
	ubifs_write_inode(w, n);
	w->step++;
	return 0;
}

static int write_files(struct writer *w, const struct tree *t, struct err *e)
{
	struct ubifs_packing p = { .o = &w->plan.o, .take = take_block,
				   .end = end_file, .arg = w };

	w->steps.by_inode = w->plan.o.order;
	if (ubifs_steps_make(&w->steps, t, e) < 0)
		return -1;
	w->highest = w->steps.highest;
	p.file = w->steps.file;
	p.files = w->steps.files;
	if (ubifs_pack(&p, e) < 0)
		return -1;
	run_steps(w);
	ubifs_flush(&w->m);
	return has_room(w, e);
}

static int write_all(struct writer *w, const struct tree *t, struct err *e)
{
	if (write_files(w, t, e) < 0)
		return -1;
	w->m.m.gc_lnum = w->m.lnum;
	ubifs_skip_block(&w->m);
	ubifs_write_index(&w->m);
	if (w->m.lnum > w->plan.lebs)
		return has_room(w, e);
	ubifs_write_front(w);
	return 0;
}

int ubifs_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e)
{
	struct writer w = { 0 };
	enum endian was = out->endian;
	int r = ubifs_plan_make(&w.plan, opts, e);

	if (r < 0)
		return -1;
	ubifs_emit_start(&w.m, &w.plan, out);
	r = write_all(&w, t, e);
	ubifs_emit_free(&w.m);
	ubifs_steps_free(&w.steps);
	buf_free(&w.node);
	buf_free(&w.second);
	out->endian = was;
	return r;
}
