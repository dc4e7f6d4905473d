/*
 * write.c - a tree as a UBIFS image, byte for byte as mkfs.ubifs makes it
 *
 * Where there is an image already (old.h), what it has is left out.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/ubifs/old.h"
#include "fs/ubifs/write.h"

static bool is_kept_content(const struct writer *w, const struct node *n)
{
	return w->old && w->old->was[tree_self(n)->mark].same_content;
}

static void create(struct writer *w, const struct node *n)
{
	struct ubifs_info *info = ubifs_info_of(w, n);

	if (!info->creat)
		info->creat = ++w->m.sqnum;
}

static void put_inode(struct writer *w, const struct node *n)
{
	if (w->old && ubifs_old_inode(w, n))
		return;
	if (w->old)
		w->old->written++;
	ubifs_write_inode(w, n);
}

static void put_name(struct writer *w, const struct node *n)
{
	if (w->old && ubifs_old_name(w, n))
		return;
	if (w->old)
		w->old->written++;
	ubifs_write_name(w, n);
}

/* Everything up to the next file whose content is to be written. */
static void run_steps(struct writer *w)
{
	for (; w->step < w->steps.n; w->step++) {
		const struct ubifs_step *s = &w->steps.v[w->step];

		if (s->kind == UBIFS_FILE && !is_kept_content(w, s->n))
			return;
		if (s->kind == UBIFS_ENTER || s->kind == UBIFS_INODE)
			create(w, s->n);
		if (s->kind == UBIFS_FILE)
			ubifs_old_content(w, s->n);
		if (s->kind == UBIFS_NAME)
			put_name(w, s->n);
		else if (s->kind != UBIFS_ENTER)
			put_inode(w, s->n);
	}
}

static void begin_file(struct writer *w, const struct node *n)
{
	run_steps(w);
	create(w, n);
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
	if (w->old && ubifs_old_block(w, p))
		return 0;
	if (w->old)
		w->old->written++;
	key = ubifs_key_of(ubifs_info_of(w, p->file)->inum, UBIFS_DATA, p->block);
	ubifs_begin(b, UBIFS_DATA);
	ubifs_put_key(b, key);
	put32(b, (uint32_t)p->bytes.len);
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
	put_inode(w, n);
	w->step++;
	return 0;
}

static int write_files(struct writer *w, struct err *e)
{
	struct ubifs_packing p = { .o = &w->plan.o, .take = take_block,
				   .end = end_file, .arg = w };
	int r;

	p.file = xcalloc(w->steps.files + 1, sizeof(*p.file));
	for (size_t i = 0; i < w->steps.files; i++)
		if (!is_kept_content(w, w->steps.file[i]))
			p.file[p.files++] = w->steps.file[i];
	r = ubifs_pack(&p, e);
	free(p.file);
	if (r < 0)
		return -1;
	run_steps(w);
	ubifs_flush(&w->m);
	return has_room(w, e);
}

/* As many blocks as there were: a dump of a volume stays as large as it. */
static void fill_up(struct writer *w)
{
	const struct ubifs_super *s = &w->old->r->s;

	if (view_has(w->old->r->v, 0, (uint64_t)s->leb_cnt * s->leb_size))
		while (w->m.lnum < s->leb_cnt)
			ubifs_skip_block(&w->m);
}

int ubifs_write_tree(struct writer *w, struct err *e)
{
	if (write_files(w, e) < 0)
		return -1;
	if (w->old)
		ubifs_old_finish(w);
	w->m.m.gc_lnum = w->m.lnum;
	ubifs_skip_block(&w->m);
	ubifs_write_index(&w->m);
	if (w->m.lnum > w->plan.lebs)
		return has_room(w, e);
	if (w->old)
		fill_up(w);
	ubifs_write_front(w);
	return 0;
}

void ubifs_writer_free(struct writer *w)
{
	ubifs_emit_free(&w->m);
	ubifs_steps_free(&w->steps);
	buf_free(&w->node);
	buf_free(&w->second);
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
	w.steps.by_inode = w.plan.o.order;
	r = ubifs_steps_make(&w.steps, t, e);
	w.highest = w.steps.highest;
	if (!r)
		r = ubifs_write_tree(&w, e);
	ubifs_writer_free(&w);
	out->endian = was;
	return r;
}
