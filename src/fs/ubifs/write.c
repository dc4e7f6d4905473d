/* write.c - a tree as a UBIFS image, byte for byte as mkfs.ubifs makes it */
#include "core/hash.h"
#include "core/log.h"
#include "core/text.h"
#include "fs/ubifs/as.h"
#include "fs/ubifs/emit.h"
#include "fs/ubifs/pack.h"
#include "fs/ubifs/steps.h"

#include <stdlib.h>

enum { MOST_XATTR = 65535, GRANULARITY = 1000000000, VERSION = 4,
       SIGNATURE = 64, TYPE_DIR = 1 };

struct writer {
	struct ubifs_emit m;
	struct ubifs_plan plan;
	struct ubifs_steps steps;
	size_t step;			/* the next to do */
	uint32_t highest;		/* inode number */
	struct buf node, second;
};

static uint64_t key_of(uint32_t inum, enum ubifs_type kind, uint32_t rest)
{
	return (uint64_t)inum << 32 | (uint32_t)kind << UBIFS_KIND_SHIFT |
	       (rest & UBIFS_HASH_MASK);
}

/* The least values are not of names. */
static uint32_t hash_name(const struct writer *w, struct view name)
{
	uint32_t a = 0;

	for (size_t i = 0; !w->plan.o.keyhash && i < name.len; i++) {
		int32_t c = (int8_t)name.p[i];

		a += (uint32_t)c << 4;
		a += (uint32_t)(c >> 4);
		a *= 11;
	}
	if (w->plan.o.keyhash)
		for (size_t i = 0; i < 4 && i < name.len; i++)
			a |= (uint32_t)name.p[i] << 8 * i;
	a &= UBIFS_HASH_MASK;
	return a <= 2 ? a + 3 : a;
}

static struct ubifs_info *info_of(struct writer *w, const struct node *n)
{
	return &w->steps.info[tree_self(n)->mark];
}

static unsigned type_of(uint32_t mode)
{
	static const struct { uint32_t mode; unsigned type; } types[] = {
		{ S_IFREG, 0 }, { S_IFDIR, 1 }, { S_IFLNK, 2 }, { S_IFBLK, 3 },
		{ S_IFCHR, 4 }, { S_IFIFO, 5 }, { S_IFSOCK, 6 },
	};
	size_t i = 0;

	while (types[i].mode != (mode & S_IFMT) && i < 6)
		i++;
	return types[i].type;
}

static void write_name(struct writer *w, enum ubifs_type kind, uint64_t key,
		       const struct ubifs_name *name)
{
	struct buf *b = &w->node;

	ubifs_begin(b, kind);
	ubifs_put_key(b, key);
	put64(b, name->inum);
	put8(b, 0);
	put8(b, name->type);
	put16(b, (uint16_t)name->name.len);
	put32(b, 0);
	put_view(b, name->name);
	put8(b, 0);
	ubifs_write_leaf(&w->m, b, key, name->name);
}

struct attributes { uint32_t count, size, names; };

static void write_inode(struct writer *w, const struct ubifs_ino *i,
			const struct attributes *a)
{
	uint64_t key = key_of((uint32_t)i->inum, UBIFS_INO, 0);
	struct buf *b = &w->node;

	ubifs_begin(b, UBIFS_INO);
	ubifs_put_key(b, key);
	put64(b, i->creat);
	put64(b, i->size);
	put64(b, (uint64_t)i->atime);
	put64(b, (uint64_t)i->ctime);
	put64(b, (uint64_t)i->mtime);
	put32(b, i->atime_ns);
	put32(b, i->ctime_ns);
	put32(b, i->mtime_ns);
	put32(b, i->nlink);
	put32(b, i->uid);
	put32(b, i->gid);
	put32(b, i->mode);
	put32(b, i->flags);
	put32(b, (uint32_t)i->data.len);
	put32(b, a->count);
	put32(b, a->size);
	put32(b, 0);
	put32(b, a->names);
	put16(b, i->compr);
	put_fill(b, 0, 26);
	put_view(b, i->data);
	ubifs_write_leaf(&w->m, b, key, (struct view){ .p = NULL });
}

/* An attribute is a file of its own, and a name for it. */
static void write_xattr(struct writer *w, const struct ubifs_ino *host,
			const struct xattr *x, struct attributes *a)
{
	struct ubifs_name name = {
		++w->highest, TYPE_DIR, view_text(x->name)
	};
	uint64_t key = key_of((uint32_t)host->inum, UBIFS_XENT,
			      hash_name(w, name.name));
	struct ubifs_ino ino = *host;
	static const struct attributes none;

	a->count++;
	a->size += (uint32_t)ubifs_align(UBIFS_NAME_SIZE + name.name.len + 1, 8);
	a->size += (uint32_t)ubifs_align(UBIFS_INO_SIZE + x->value.len, 8);
	a->names += (uint32_t)name.name.len;
	ino.inum = name.inum;
	ino.creat = ++w->m.sqnum;
	write_name(w, UBIFS_XENT, key, &name);
	ino.size = x->value.len;
	ino.nlink = 1;
	ino.mode = S_IFREG;
	ino.flags = UBIFS_XATTR_FL;
	ino.data = x->value;
	ino.atime_ns = ino.ctime_ns = ino.mtime_ns = 0;
	write_inode(w, &ino, &none);
}

static uint64_t dir_size(const struct node *dir)
{
	uint64_t size = UBIFS_INO_SIZE;

	for (const struct node *k = dir->child; k; k = k->next)
		size += ubifs_align(UBIFS_NAME_SIZE + strlen(k->name) + 1, 8);
	return size;
}

static uint64_t device(const struct node *n)
{
	return (uint64_t)(n->major & 0xfff) << 8 | (n->minor & 0xff) |
	       (uint64_t)(n->minor & ~0xffu) << 12 |
	       (uint64_t)(n->major & ~0xfffu) << 32;
}

static uint16_t default_compr(const struct ubifs_options *o)
{
	return o->compr == UBIFS_FAVOR_LZO ? UBIFS_LZO : (uint16_t)o->compr;
}

static void write_node_inode(struct writer *w, const struct node *n)
{
	const struct ubifs_info *info = info_of(w, n);
	struct attributes a = { 0 };
	struct buf *data = &w->second;
	struct ubifs_ino ino = {
		.inum = info->inum, .creat = info->creat, .nlink = info->nlink,
		.size = n->size, .uid = n->uid, .gid = n->gid, .mode = n->mode,
		.atime = n->mtime, .ctime = n->mtime, .mtime = n->mtime,
		.compr = default_compr(&w->plan.o),
		.flags = w->plan.o.compr ? UBIFS_COMPR_FL : 0,
	};

	buf_clear(data);
	data->endian = LITTLE;
	if (S_ISDIR(n->mode))
		ino.size = dir_size(n);
	if (S_ISLNK(n->mode))
		put(data, n->target, ino.size = strlen(n->target));
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode))
		put64(data, device(n));
	ubifs_as_get(n, &ino);
	ino.data = buf_view(data);
	for (const struct xattr *x = n->xattr; x; x = x->next)
		write_xattr(w, &ino, x, &a);
	write_inode(w, &ino, &a);
}

static void write_child(struct writer *w, const struct node *n)
{
	struct ubifs_name name = {
		info_of(w, n)->inum, (uint8_t)type_of(n->mode), view_text(n->name)
	};

	write_name(w, UBIFS_DENT,
		   key_of(info_of(w, n->parent)->inum, UBIFS_DENT,
			  hash_name(w, name.name)), &name);
}

/* Everything up to the next file with content. */
static void run_steps(struct writer *w)
{
	for (; w->step < w->steps.n; w->step++) {
		const struct ubifs_step *s = &w->steps.v[w->step];

		if (s->kind == UBIFS_FILE)
			return;
		if (s->kind == UBIFS_ENTER || s->kind == UBIFS_INODE)
			info_of(w, s->n)->creat = ++w->m.sqnum;
		if (s->kind == UBIFS_LEAVE || s->kind == UBIFS_INODE)
			write_node_inode(w, s->n);
		if (s->kind == UBIFS_NAME)
			write_child(w, s->n);
	}
}

static void begin_file(struct writer *w, const struct node *n)
{
	struct ubifs_info *info = info_of(w, n);

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
	key = key_of(info_of(w, p->file)->inum, UBIFS_DATA, p->block);
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
	write_node_inode(w, n);
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

static void write_master(struct writer *w)
{
	const struct ubifs_master *m = &w->m.m;
	const uint32_t words[] = {
		m->lpt_lnum, m->lpt_offs, m->nhead_lnum, m->nhead_offs, m->ltab_lnum,
		m->ltab_offs, m->lsave_lnum, m->lsave_offs, m->lscan_lnum,
		m->empty_lebs, m->idx_lebs, w->m.lnum,
	};
	struct buf *b = &w->node;

	ubifs_begin(b, UBIFS_MST);
	put64(b, w->highest);
	put64(b, 0);
	put32(b, UBIFS_NO_ORPHANS);
	put32(b, UBIFS_LOG);
	put32(b, m->root_lnum);
	put32(b, m->root_offs);
	put32(b, m->root_len);
	put32(b, m->gc_lnum);
	put32(b, m->ihead_lnum);
	put32(b, m->ihead_offs);
	put64(b, m->index_size);
	put64(b, m->total_free);
	put64(b, m->total_dirty);
	put64(b, m->total_used);
	put64(b, m->total_dead);
	put64(b, m->total_dark);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put32(b, words[i]);
	put_fill(b, 0, UBIFS_MST_SIZE - b->len);
	for (uint32_t i = 1; i <= UBIFS_MST_LEBS; i++) {
		b->len = UBIFS_MST_SIZE;
		ubifs_finish(&w->m, b);
		ubifs_pad(&w->m, b);
		ubifs_set_block(&w->m, i, buf_view(b));
	}
}

/* As given, or made of the content so that the same tree has the same. */
static void put_uuid(const struct writer *w, struct buf *b)
{
	char made[SHA256_TEXT], two[3] = "";
	const char *hex = w->plan.o.uuid;
	struct view all = view_from(buf_view(w->m.out), w->m.start);

	if (!hex) {
		sha256_text(view_from(all, (uint64_t)w->m.m.root_lnum *
				      w->plan.leb), made);
		made[12] = '4';
		made[16] = '8';
		hex = made;
	}
	for (int i = 0; i < 16; i++) {
		memcpy(two, hex + 2 * i, 2);
		put8(b, (uint8_t)strtoul(two, NULL, 16));
	}
}

static void put_super(struct writer *w, struct buf *b)
{
	const struct ubifs_plan *p = &w->plan;
	uint32_t flags = (p->big ? UBIFS_BIG_LPT : 0) |
			 (p->o.fixup ? UBIFS_FIXUP : 0);

	put16(b, 0);
	put8(b, (uint8_t)p->o.keyhash);
	put8(b, 0);
	put32(b, flags);
	put32(b, p->min_io);
	put32(b, p->leb);
	put32(b, w->m.lnum);
	put32(b, p->lebs);
	put64(b, p->max_bud_bytes);
	put32(b, p->log_lebs);
	put32(b, p->lpt_lebs);
	put32(b, p->orphan_lebs);
	put32(b, 1);
	put32(b, p->fanout);
	put32(b, UBIFS_LSAVE);
	put32(b, VERSION);
	put16(b, default_compr(&p->o));
	put16(b, 0);
	put32(b, 0);
	put32(b, 0);
	put64(b, p->rp_size);
	put32(b, GRANULARITY);
	put_uuid(w, b);
	put_fill(b, 0, UBIFS_SB_SIZE - b->len);
}

/* Behind the super lies an empty signature, padded as if it began a page. */
static void write_super(struct writer *w)
{
	struct buf *b = &w->node, *sign = &w->second;

	ubifs_begin(b, UBIFS_SB);
	put_super(w, b);
	ubifs_finish(&w->m, b);
	ubifs_begin(sign, 0);
	put_fill(sign, 0, SIGNATURE - UBIFS_HEAD);
	ubifs_finish(&w->m, sign);
	ubifs_pad(&w->m, sign);
	put_view(b, buf_view(sign));
	ubifs_set_block(&w->m, 0, buf_view(b));
}

static void write_log(struct writer *w)
{
	ubifs_begin(&w->node, UBIFS_CS);
	put64(&w->node, 0);
	ubifs_finish(&w->m, &w->node);
	ubifs_pad(&w->m, &w->node);
	ubifs_set_block(&w->m, UBIFS_LOG, buf_view(&w->node));
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
	ubifs_write_lpt(&w->m);
	write_master(w);
	write_super(w);
	write_log(w);
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
