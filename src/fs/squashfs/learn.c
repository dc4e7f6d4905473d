/* learn.c - the options that a squashfs image was made with */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/as.h"
#include "fs/squashfs/options.h"
#include "fs/squashfs/read.h"
#include "fs/squashfs/version.h"

enum { HSQS = 0x68737173, LZO_999 = 4 };

struct learning {
	const struct squash_reader *r;
	struct tree *t;
	struct squash_options *o;
};

static const char *text(struct learning *l, const char *fmt, unsigned n)
{
	char s[32];
	int len = snprintf(s, sizeof(s), fmt, n);

	return arena_copy(&l->t->arena, s, (size_t)len);
}

/* The words whose bits are set, with commas between. */
static const char *words(struct learning *l, unsigned bits, const char *const *word)
{
	struct buf b = { 0 };
	const char *s;

	for (unsigned i = 0; word[i]; i++)
		if (bits >> i & 1)
			put_text(&b, "%s%s", b.len ? "," : "", word[i]);
	s = b.len ? arena_copy(&l->t->arena, b.p, b.len) : NULL;
	buf_free(&b);
	return s;
}

static void learn_gzip(struct learning *l, struct cursor *c)
{
	uint32_t level = get32(c);
	uint16_t window = get16(c);

	l->o->level = level == 9 ? 0 : level;
	l->o->window = window == 15 ? 0 : window;
	l->o->strategy = words(l, get16(c), squash_strategies);
}

static void learn_lzo(struct learning *l, struct cursor *c)
{
	uint32_t algorithm = get32(c), level = get32(c);

	l->o->algorithm = algorithm < LZO_999 ? (int)algorithm : LZO_999;
	l->o->level = algorithm == LZO_999 ? level : 0;
}

static void learn_xz(struct learning *l, struct cursor *c)
{
	uint32_t dict = get32(c);

	if (dict != l->o->block)
		l->o->dict = text(l, "%u", dict);
	l->o->bcj = words(l, get32(c), squash_bcjs);
}

static void learn_lz4(struct learning *l, struct cursor *c)
{
	get32(c);
	l->o->hc = get32(c) & 1;
}

static void learn_zstd(struct learning *l, struct cursor *c)
{
	l->o->level = get32(c);
}

static bool is_usual(const struct squash_super *s)
{
	return s->major == 4 && !s->minor && s->endian == LITTLE &&
	       s->magic == HSQS && s->compression;
}

static void learn_compressor(struct learning *l)
{
	static void (*const learns[SQUASH_COMPS])(struct learning *, struct cursor *) = {
		[SQUASH_GZIP] = learn_gzip, [SQUASH_LZO] = learn_lzo,
		[SQUASH_XZ] = learn_xz, [SQUASH_LZ4] = learn_lz4,
		[SQUASH_ZSTD] = learn_zstd,
	};
	const struct squash_super *s = &l->r->s;
	unsigned len = peek16(l->r->v, s->header, s->lengths) & 0x7fff;
	struct cursor c = cursor(view_sub(l->r->v, s->header + 2, len), s->endian);

	if (squash_odd_options(l->r).len)
		return;
	if (is_usual(s) && s->compression < SQUASH_COMPS)
		l->o->comp = (int)s->compression - 1;
	if (s->major == 4 && s->flags & SQUASH_COMP_OPT && learns[l->o->comp + 1])
		learns[l->o->comp + 1](l, &c);
}

static void learn_flags(struct squash_options *o, const struct squash_super *s)
{
	o->raw_inodes = s->flags & 1;
	o->raw_data = s->flags >> 1 & 1;
	o->raw_fragments = s->flags >> 3 & 1;
	o->fragments = !(s->flags >> 4 & 1);
	o->always = s->flags >> 5 & 1;
	o->duplicates = s->flags >> 6 & 1;
	o->exports = s->export_table != SQUASH_ABSENT;
	if (s->major < 4) {
		o->xattrs = false;
		return;
	}
	o->raw_xattrs = s->flags >> 8 & 1;
	o->xattrs = !(s->flags >> 9 & 1);
	o->raw_ids = s->flags >> 11 & 1;
}

/* A block of zeros that is stored though it could be a hole. */
static bool stores_zeros(const struct squash_reader *r, struct view zeros,
			 const struct squash_record *n)
{
	struct view table = buf_view(&r->inodes.plain);
	uint64_t at = n->f[SQ_START], blocks = n->f[SQ_SIZE] >> r->s.block_log;

	for (uint64_t i = 0; i < blocks; i++) {
		struct squash_stored b = squash_block(&r->s, table, n, i);

		if (b.packed && b.size == zeros.len &&
		    view_equal(view_sub(r->v, at, b.size), zeros))
			return true;
		at += b.size;
	}
	return false;
}

/* What a block of zeros is packed to, if it is. */
static void pack_zeros(struct learning *l, struct buf *out)
{
	struct squash_plan plan;
	struct squash_packer *p;
	struct err ignored;
	uint8_t *zeros;

	if (l->o->raw_data || squash_check_options(l->o, l->t, &plan, &ignored) < 0)
		return;
	zeros = xcalloc(1, plan.how.block_size);
	p = squash_packer_new(&plan.how, true);
	out->len = squash_pack(p, (struct view){ zeros, plan.how.block_size, 0 },
			       buf_room(out, plan.how.block_size));
	squash_packer_free(p);
	free(zeros);
}

/* Each file: whether zeros in it are holes, and are said to be. */
static void learn_holes(struct learning *l)
{
	const struct squash_reader *r = l->r;
	struct view table = buf_view(&r->inodes.plain);
	struct buf zeros = { 0 };

	pack_zeros(l, &zeros);
	for (size_t i = 0; i < r->nseen; i++) {
		struct squash_record n;
		bool hole = false;

		if (!S_ISREG(r->seen[i].n->mode) || !r->seen[i].n->size ||
		    !squash_inode(&r->s, table, r->seen[i].inode, &n) ||
		    !squash_list_fits(&r->s, table, &n))
			continue;
		for (uint64_t k = 0; !hole && k < squash_blocks(&r->s, &n); k++)
			hole = !squash_block(&r->s, table, &n, k).size;
		if (r->s.major == 4 && hole && !n.f[SQ_SPARSE])
			squash_as_put(l->t, r->seen[i].n,
				      &(struct squash_as){ .solid = true });
		if (zeros.len && stores_zeros(r, buf_view(&zeros), &n))
			l->o->sparse = false;
	}
	buf_free(&zeros);
}

static void learn_version(struct learning *l)
{
	struct buf b = { 0 };
	enum squash_comp comp;

	squash_name_version(l->r, &b, &comp);
	l->o->version = arena_copy(&l->t->arena, b.p, b.len);
	l->o->comp = (int)comp - 1;
	buf_free(&b);
}

/* What only the blocks tell of how they were packed. */
static void learn_packing(struct learning *l)
{
	const struct squash_xz *x;
	struct squash_plan plan;
	struct buf b = { 0 };
	struct err ignored;

	if (l->r->s.major < 4 || l->o->comp + 1 != SQUASH_XZ ||
	    squash_check_options(l->o, l->t, &plan, &ignored) < 0)
		return;
	squash_learn_xz(l->r, &plan.how);
	x = &plan.how.xz;
	if (plan.how.dict != l->o->block)
		l->o->dict = text(l, "%u", plan.how.dict);
	if (memcmp(x, &squash_usual_xz, sizeof(*x))) {
		put_text(&b, "%s,xz=%u/%u/%u/%u", l->o->version ? l->o->version : "4.0",
			 x->lc, x->lp, x->pb, x->nice);
		l->o->version = arena_copy(&l->t->arena, b.p, b.len);
	}
	buf_free(&b);
}

int squash_learn(struct view v, const struct tree *t, void *opts, struct err *e)
{
	struct learning l = {
		squash_reader_of(t), (struct tree *)(uintptr_t)t, opts
	};
	const struct squash_super *s;

	(void)v;
	(void)e;
	if (!l.r)
		return 0;
	s = &l.r->s;
	l.o->block = s->block_size;
	l.o->mkfs_time = text(&l, "%u", s->mkfs_time);
	l.o->pad = false;
	if (!is_usual(s) || squash_odd_options(l.r).len || squash_is_ng(l.r))
		learn_version(&l);
	learn_flags(l.o, s);
	learn_compressor(&l);
	learn_packing(&l);
	learn_holes(&l);
	squash_learn_layout(l.r, l.t, l.o);
	return 0;
}
