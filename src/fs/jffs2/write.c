/* write.c - a tree as a jffs2 image, byte for byte as mkfs.jffs2 makes it */
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "fs/jffs2/layout.h"
#include "fs/jffs2/pages.h"
#include "fs/jffs2/plan.h"
#include "fs/jffs2/put.h"
#include "fs/jffs2/write_xattr.h"

enum {
	LEAST_DATA = 128,	/* room wanted for data before a page is begun */
	FEW_BLOCKS = 5,		/* fewer are refused by the kernel */
};

struct writer {
	const struct jffs2_plan *plan;
	struct steps steps;
	size_t step;			/* the next to write */
	struct layout l;
	struct buf node;		/* being encoded */
	struct packer *packer;		/* for pages that are cut */
	uint8_t *cut;			/* ... room for them */
	uint32_t names, version;	/* dirents; nodes of this inode */
	struct xattr_pool xattrs;
};

static void put_node(struct writer *w, size_t need)
{
	layout_need(&w->l, need);
	layout_put(&w->l, buf_view(&w->node));
	buf_clear(&w->node);
}

static uint32_t time_of(const struct writer *w, const struct node *n)
{
	bool none = w->plan->o.faketime || n->mtime == TREE_NO_TIME;

	return none ? 0 : (uint32_t)n->mtime;
}

static uint32_t mode_of(const struct writer *w, const struct node *n)
{
	if (w->plan->o.squash_perms && !S_ISLNK(n->mode))
		return n->mode & ~(uint32_t)(S_IWGRP | S_IWOTH | S_ISUID | S_ISGID);
	return n->mode;
}

static void write_name(struct writer *w, const struct node *n)
{
	struct node *self = tree_self(n);
	struct jdirent d = {
		.pino = (uint32_t)n->parent->mark, .version = w->names++,
		.ino = (uint32_t)self->mark, .mctime = time_of(w, self),
		.dtype = (self->mode & S_IFMT) >> 12, .name = view_text(n->name),
	};

	jdirent_put(&w->node, &d);
	put_node(w, JFFS2_DIRENT_SIZE + d.name.len);
}

/* All that the nodes of one inode have in common. */
static struct jinode inode_of(const struct writer *w, const struct node *n)
{
	uint32_t when = time_of(w, n);

	return (struct jinode){
		.ino = (uint32_t)n->mark, .mode = mode_of(w, n),
		.uid = w->plan->o.squash_uids ? 0 : (uint16_t)n->uid,
		.gid = w->plan->o.squash_uids ? 0 : (uint16_t)n->gid,
		.atime = when, .mtime = when, .ctime = when,
	};
}

static void write_inode(struct writer *w, const struct node *n)
{
	struct jinode i = inode_of(w, n);
	struct buf device = { .endian = w->node.endian };

	i.version = 1;
	if (S_ISLNK(n->mode)) {
		i.data = view_text(n->target);
		i.isize = (uint32_t)i.data.len;
	} else if (S_ISCHR(n->mode) || S_ISBLK(n->mode)) {
		jdevice_put(&device, n->major, n->minor);
		i.data = buf_view(&device);
	}
	i.dsize = (uint32_t)i.data.len;
	jinode_put(&w->node, &i);
	put_node(w, JFFS2_INODE_SIZE + i.data.len);
	buf_free(&device);
}

/* A page may be cut at the end of a block; the rest is compressed anew. */
static void write_page(struct writer *w, const struct node *n, const struct page *p)
{
	struct jinode i = inode_of(w, n);
	size_t from = 0;

	i.isize = (uint32_t)n->size;
	while (from < p->bytes.len) {
		struct view rest = view_from(p->bytes, from);
		struct packed got = p->packed;
		const uint8_t *data = p->data;
		uint64_t space;

		layout_need(&w->l, JFFS2_INODE_SIZE + LEAST_DATA);
		space = layout_left(&w->l) - JFFS2_INODE_SIZE;
		if (from || space < rest.len) {
			data = w->cut;
			got = pack_page(w->packer, rest,
					space < rest.len ? space : rest.len, w->cut);
		}
		i.version = ++w->version;
		i.offset = (uint32_t)(p->index * w->plan->o.pagesize + from);
		i.compr = got.compr;
		i.dsize = got.used;
		i.data = (struct view){ data, got.size, 0 };
		jinode_put(&w->node, &i);
		put_node(w, 0);
		from += got.used;
	}
}

static int write_xattrs(struct writer *w, const struct node *n, struct err *e)
{
	return xattrs_write(&w->xattrs, &w->l, &w->plan->o, n, (uint32_t)n->mark, e);
}

/* Everything up to the next file that has pages. */
static int write_steps(struct writer *w, struct err *e)
{
	for (; w->step < w->steps.n; w->step++) {
		const struct step *s = &w->steps.v[w->step];

		if (s->kind == STEP_FILE)
			return 0;
		if (s->kind == STEP_NAME)
			write_name(w, s->n);
		if (s->kind == STEP_INODE)
			write_inode(w, s->n);
		if (s->kind != STEP_NAME && write_xattrs(w, s->n, e) < 0)
			return jffs2_complain(s->n, e);
	}
	return 0;
}

static int take_page(void *arg, const struct page *p, struct err *e)
{
	struct writer *w = arg;
	const struct node *n = w->steps.file[p->file];

	if (!p->index) {
		w->version = 0;
		if (write_steps(w, e) < 0)
			return -1;
	}
	write_page(w, n, p);
	if (!p->is_last)
		return 0;
	w->step++;
	return write_xattrs(w, n, e) < 0 ? jffs2_complain(n, e) : 0;
}

static int pad(struct writer *w, struct err *e)
{
	const struct jffs2_plan *p = w->plan;
	uint64_t is = w->l.at;

	if (p->pad_to && p->pad_to < is)
		return fail(e, ERR_USAGE, "the image has %llu bytes, more than the %llu "
			    "that --pad says; give a larger size, or --pad alone",
			    (unsigned long long)is, (unsigned long long)p->pad_to);
	if (p->pad_to)
		layout_pad_to(&w->l, p->pad_to);
	else if (p->pad_block)
		layout_pad(&w->l);
	layout_fill(&w->l, p->o.fill_to);
	if (w->l.at < FEW_BLOCKS * p->o.eraseblock)
		note("jffs2.few-blocks", "%llu of the %d erase blocks that Linux wants "
		     "at least; the partition must have them, or add --pad=%llu",
		     (unsigned long long)((w->l.at + p->o.eraseblock - 1) /
					  p->o.eraseblock), FEW_BLOCKS,
		     (unsigned long long)(FEW_BLOCKS * p->o.eraseblock));
	return 0;
}

static int write_all(struct writer *w, const struct tree *t, struct err *e)
{
	struct pages pages = {
		.pagesize = w->plan->o.pagesize, .how = &w->plan->how,
		.take = take_page, .arg = w,
	};

	w->steps.order = (enum jffs2_order)w->plan->o.order;
	if (steps_make(&w->steps, t, e) < 0)
		return -1;
	pages.file = w->steps.file;
	pages.files = w->steps.files;
	if (pages_run(&pages, e) < 0 || write_steps(w, e) < 0)
		return -1;
	return pad(w, e);
}

int jffs2_write(const struct tree *t, const void *opts, struct buf *out,
		struct err *e)
{
	struct jffs2_plan plan;
	struct writer w = { .plan = &plan };
	enum endian was = out->endian;
	int r;

	if (jffs2_check_options(opts, &plan, e) < 0)
		return -1;
	out->endian = w.node.endian = plan.o.big ? BIG : LITTLE;
	w.l = (struct layout){
		.out = out, .start = out->len, .block = plan.o.eraseblock,
		.cleanmarker = plan.o.cleanmarkers ? plan.o.cleanmarker : 0,
	};
	w.packer = packer_new(&plan.how);
	w.cut = xmalloc(plan.o.pagesize);
	r = write_all(&w, t, e);
	packer_free(w.packer);
	free(w.cut);
	buf_free(&w.node);
	xattr_pool_free(&w.xattrs);
	steps_free(&w.steps);
	out->endian = was;
	return r;
}
