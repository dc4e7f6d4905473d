/* write.c - a tree as a jffs2 image, byte for byte as mkfs.jffs2 makes it */
#include "core/log.h"
#include "fs/jffs2/emit.h"
#include "fs/jffs2/write_xattr.h"

enum { FEW_BLOCKS = 5 };	/* fewer are refused by the kernel */

struct writer {
	struct emit m;
	struct steps steps;
	size_t step;			/* the next to write */
	uint32_t names;			/* dirents so far */
	struct identity file;		/* whose pages are being written */
	struct xattr_pool xattrs;
};

static int write_xattrs(struct writer *w, const struct node *n, struct err *e)
{
	if (xattrs_write(&w->xattrs, &w->m.l, &w->m.plan->o, n, (uint32_t)n->mark,
			 e) < 0)
		return jffs2_complain(n, e);
	return 0;
}

static void write_name(struct writer *w, const struct node *n)
{
	emit_name(&w->m, n, (uint32_t)n->parent->mark, (uint32_t)tree_self(n)->mark,
		  w->names++);
}

/* Everything up to the next file that has pages. */
static int write_steps(struct writer *w, struct err *e)
{
	for (; w->step < w->steps.n; w->step++) {
		const struct step *s = &w->steps.v[w->step];
		struct identity id = { (uint32_t)s->n->mark, 0 };

		if (s->kind == STEP_FILE)
			return 0;
		if (s->kind == STEP_NAME)
			write_name(w, s->n);
		if (s->kind == STEP_INODE)
			emit_inode(&w->m, s->n, &id);
		if (s->kind != STEP_NAME && write_xattrs(w, s->n, e) < 0)
			return -1;
	}
	return 0;
}

static int take_page(void *arg, const struct page *p, struct err *e)
{
	struct writer *w = arg;
	const struct node *n = w->steps.file[p->file];

	if (!p->index) {
		w->file = (struct identity){ (uint32_t)n->mark, 0 };
		if (write_steps(w, e) < 0)
			return -1;
	}
	emit_page(&w->m, n, p, &w->file);
	if (!p->is_last)
		return 0;
	w->step++;
	return write_xattrs(w, n, e);
}

static int pad(struct layout *l, const struct jffs2_plan *p, struct err *e)
{
	uint64_t is = l->at;

	if (p->pad_to && p->pad_to < is)
		return fail(e, ERR_USAGE, "the image has %llu bytes, more than the "
			    "%llu that --pad says; give a larger size, or --pad alone",
			    (unsigned long long)is, (unsigned long long)p->pad_to);
	if (p->pad_to)
		layout_pad_to(l, p->pad_to);
	else if (p->pad_block)
		layout_pad(l);
	layout_fill(l, p->o.fill_to);
	if (l->at < FEW_BLOCKS * l->block)
		note("jffs2.few-blocks", "%llu of the %d erase blocks that Linux wants "
		     "at least; the partition must have them, or add --pad=%llu",
		     (unsigned long long)((l->at + l->block - 1) / l->block),
		     FEW_BLOCKS, (unsigned long long)(FEW_BLOCKS * l->block));
	return 0;
}

static int write_all(struct writer *w, const struct tree *t, struct err *e)
{
	const struct jffs2_plan *plan = w->m.plan;
	struct pages pages = {
		.pagesize = plan->o.pagesize, .how = &plan->how, .take = take_page,
		.arg = w,
	};

	w->steps.order = (enum jffs2_order)plan->o.order;
	w->steps.ino = plan->o.last_ino;
	if (steps_make(&w->steps, t, e) < 0)
		return -1;
	pages.file = w->steps.file;
	pages.files = w->steps.files;
	if (pages_run(&pages, e) < 0 || write_steps(w, e) < 0)
		return -1;
	return pad(&w->m.l, plan, e);
}

int jffs2_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e)
{
	struct jffs2_plan plan;
	struct writer w = { 0 };
	enum endian was = out->endian;
	int r;

	if (jffs2_check_options(opts, &plan, e) < 0)
		return -1;
	emit_start(&w.m, &plan, out);
	r = write_all(&w, t, e);
	emit_free(&w.m);
	xattr_pool_free(&w.xattrs);
	steps_free(&w.steps);
	out->endian = was;
	return r;
}
