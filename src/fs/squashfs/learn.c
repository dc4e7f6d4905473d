/* learn.c - the options that a squashfs image was made with */
#include <stdio.h>

#include "core/maps.h"
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

static bool is_usual(const struct squash_reader *r)
{
	const struct squash_super *s = &r->s;

	return s->major == 4 && !s->minor && s->endian == LITTLE &&
	       s->magic == HSQS && s->compression == squash_comp_of(r) &&
	       !squash_odd_options(r).len && !squash_is_ng(r);
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

	l->o->comp = (int)squash_comp_of(l->r) - 1;
	if (squash_odd_options(l->r).len)
		return;
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

/* Only what is packed to this little is looked at. */
static size_t most_packed_zeros(const struct squash_reader *r)
{
	return r->s.block_size / 128 + 128;
}

static bool is_zeros(const struct squash_reader *r, uint64_t at,
		     struct squash_stored b, struct buf *room)
{
	struct view v = view_sub(r->v, at, b.size);
	long got;

	if (b.packed && b.size <= most_packed_zeros(r)) {
		buf_clear(room);
		got = squash_unpack(r, v, buf_room(room, r->s.block_size),
				    r->s.block_size, 1);
		room->len = got > 0 ? (size_t)got : 0;
		v = buf_view(room);
	}
	maps_touched(view_upto(v, 0, 1));
	return v.len && !v.p[0] && view_run(v, 0) == v.len;
}

/* Whether a file has holes, and blocks of zeros that could be some. */
struct zeros { bool holes, blocks; struct buf room; };

static bool learn_zeros(const struct squash_reader *r, struct zeros *z,
			const struct squash_record *n)
{
	struct view table = buf_view(&r->inodes.plain);
	uint64_t at = n->f[SQ_START], blocks = squash_blocks(&r->s, n);
	bool hole = false;

	for (uint64_t i = 0; i < blocks; i++) {
		struct squash_stored b = squash_block(&r->s, table, n, i);

		hole |= !b.size;
		z->blocks = z->blocks || is_zeros(r, at, b, &z->room);
		at += b.size;
	}
	z->holes |= hole;
	return hole;
}

/* Each file: whether zeros in it are holes, and are said to be. */
static void learn_holes(struct learning *l)
{
	const struct squash_reader *r = l->r;
	struct view table = buf_view(&r->inodes.plain);
	struct zeros z = { 0 };

	for (size_t i = 0; i < r->nseen; i++) {
		struct squash_record n;

		if (!S_ISREG(r->seen[i].n->mode) || !r->seen[i].n->size ||
		    !squash_inode(&r->s, table, r->seen[i].inode, &n) ||
		    !squash_list_fits(&r->s, table, &n))
			continue;
		if (learn_zeros(r, &z, &n) && r->s.major == 4 && !n.f[SQ_SPARSE])
			squash_as_put(l->t, r->seen[i].n,
				      &(struct squash_as){ .solid = true });
	}
	if (z.blocks && !z.holes)
		l->o->sparse = false;
	buf_free(&z.room);
}

static void learn_version(struct learning *l)
{
	struct buf b = { 0 };

	squash_name_version(l->r, &b);
	l->o->version = arena_copy(&l->t->arena, b.p, b.len);
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
	if (!is_usual(l.r))
		learn_version(&l);
	learn_flags(l.o, s);
	learn_compressor(&l);
	learn_packing(&l);
	learn_holes(&l);
	squash_learn_layout(l.r, l.t, l.o);
	return 0;
}
