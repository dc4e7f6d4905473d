/* node.c - the nodes of UBIFS, decoded */
#include "fs/ubifs/ubifs.h"

#include "core/codec.h"
#include "core/hash.h"
#include "core/maps.h"

const char *const ubifs_compr_words[] = { "none", "lzo", "zlib", "zstd", NULL };

bool ubifs_head(struct view v, uint64_t at, struct ubifs_node *n)
{
	struct cursor c = cursor(view_sub(v, at, UBIFS_HEAD), LITTLE);

	maps_touched(c.v);
	n->at = at;
	if (get32(&c) != UBIFS_MAGIC)
		return false;
	get_skip(&c, 4);
	n->sqnum = get64(&c);
	n->len = get32(&c);
	n->type = get8(&c);
	n->group = get8(&c);
	return n->type < UBIFS_TYPES && n->len >= UBIFS_HEAD &&
	       view_has(v, at, n->len);
}

bool ubifs_get(struct view v, uint64_t at, struct ubifs_node *n)
{
	return ubifs_head(v, at, n) &&
	       crc32_plain(~0u, view_sub(v, at + 8, n->len - 8)) ==
	       peek32(v, at + 4, LITTLE);
}

/* A cursor behind the head of a node of this type, or one that is bad. */
static struct cursor body(struct view v, const struct ubifs_node *n,
			  enum ubifs_type type)
{
	struct cursor c = cursor(view_sub(v, n->at, n->len), LITTLE);

	get_skip(&c, UBIFS_HEAD);
	c.bad |= n->type != type;
	return c;
}

static bool is_sensible(const struct ubifs_super *s)
{
	uint64_t lebs = (uint64_t)UBIFS_LOG + s->log_lebs + s->lpt_lebs +
			s->orph_lebs;

	return s->leb_size >= 4096 && s->leb_size <= 4 << 20 &&
	       s->min_io && s->leb_size % 8 == 0 && s->min_io <= s->leb_size &&
	       s->log_lebs && s->lpt_lebs && lebs < s->leb_cnt &&
	       s->leb_cnt <= s->max_leb_cnt && s->max_leb_cnt <= 1 << 26 &&
	       s->fanout >= 2;
}

bool ubifs_super(struct view v, struct ubifs_super *s)
{
	struct ubifs_node n = { 0 };
	struct cursor c;

	*s = (struct ubifs_super){ 0 };
	if (!ubifs_get(v, 0, &n) || n.len < 128)
		return false;
	c = body(v, &n, UBIFS_SB);
	get_skip(&c, 2);
	s->sqnum = n.sqnum;
	s->key_hash = get8(&c);
	s->key_fmt = get8(&c);
	s->flags = get32(&c);
	s->min_io = get32(&c);
	s->leb_size = get32(&c);
	s->leb_cnt = get32(&c);
	s->max_leb_cnt = get32(&c);
	s->max_bud_bytes = get64(&c);
	s->log_lebs = get32(&c);
	s->lpt_lebs = get32(&c);
	s->orph_lebs = get32(&c);
	s->jhead_cnt = get32(&c);
	s->fanout = get32(&c);
	s->lsave_cnt = get32(&c);
	s->version = get32(&c);
	s->compr = get16(&c);
	get_skip(&c, 2);
	s->rp_uid = get32(&c);
	s->rp_gid = get32(&c);
	s->rp_size = get64(&c);
	s->time_gran = get32(&c);
	s->uuid = get_view(&c, 16);
	return cursor_ok(&c) && is_sensible(s);
}

static bool get_master(struct view v, const struct ubifs_node *n,
		       struct ubifs_master *m)
{
	struct cursor c = body(v, n, UBIFS_MST);
	uint32_t *const words[] = {
		&m->lpt_lnum, &m->lpt_offs, &m->nhead_lnum, &m->nhead_offs,
		&m->ltab_lnum, &m->ltab_offs, &m->lsave_lnum, &m->lsave_offs,
		&m->lscan_lnum, &m->empty_lebs, &m->idx_lebs, &m->leb_cnt,
	};

	m->at = n->at;
	m->sqnum = n->sqnum;
	m->highest_inum = get64(&c);
	m->commit = get64(&c);
	m->flags = get32(&c);
	m->log_lnum = get32(&c);
	m->root_lnum = get32(&c);
	m->root_offs = get32(&c);
	m->root_len = get32(&c);
	m->gc_lnum = get32(&c);
	m->ihead_lnum = get32(&c);
	m->ihead_offs = get32(&c);
	m->index_size = get64(&c);
	m->total_free = get64(&c);
	m->total_dirty = get64(&c);
	m->total_used = get64(&c);
	m->total_dead = get64(&c);
	m->total_dark = get64(&c);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		*words[i] = get32(&c);
	return cursor_ok(&c);
}

bool ubifs_master(struct view v, const struct ubifs_super *s,
		  struct ubifs_master *m)
{
	uint64_t step = (UBIFS_MST_SIZE + s->min_io - 1) / s->min_io * s->min_io;
	struct ubifs_master got;
	struct ubifs_node n;
	bool found = false;

	for (uint32_t leb = 1; leb <= 2; leb++)
		for (uint64_t at = 0; at + UBIFS_MST_SIZE <= s->leb_size;
		     at += step) {
			if (!ubifs_get(v, (uint64_t)leb * s->leb_size + at, &n) ||
			    !get_master(v, &n, &got))
				continue;
			if (!found || got.sqnum > m->sqnum)
				*m = got;
			found = true;
		}
	return found;
}

bool ubifs_ino(struct view v, const struct ubifs_node *n, struct ubifs_ino *i)
{
	struct cursor c = body(v, n, UBIFS_INO);
	uint32_t len;

	i->inum = get32(&c);
	get_skip(&c, 12);
	i->creat = get64(&c);
	i->size = get64(&c);
	i->atime = (int64_t)get64(&c);
	i->ctime = (int64_t)get64(&c);
	i->mtime = (int64_t)get64(&c);
	i->atime_ns = get32(&c);
	i->ctime_ns = get32(&c);
	i->mtime_ns = get32(&c);
	i->nlink = get32(&c);
	i->uid = get32(&c);
	i->gid = get32(&c);
	i->mode = get32(&c);
	i->flags = get32(&c);
	len = get32(&c);
	get_skip(&c, 4 + 4 + 4 + 4);
	i->compr = get16(&c);
	get_skip(&c, 26);
	i->data = get_view(&c, len);
	return cursor_ok(&c);
}

bool ubifs_data(struct view v, const struct ubifs_node *n, struct ubifs_data *d)
{
	struct cursor c = body(v, n, UBIFS_DATA);

	get_skip(&c, 16);
	d->size = get32(&c);
	d->compr = get16(&c);
	d->cipher = get16(&c);
	d->bytes = view_from(c.v, c.pos);
	return cursor_ok(&c);
}

bool ubifs_name(struct view v, const struct ubifs_node *n, struct ubifs_name *d)
{
	struct cursor c = body(v, n, n->type == UBIFS_XENT ? UBIFS_XENT
							   : UBIFS_DENT);
	uint16_t len;

	get_skip(&c, 16);
	d->inum = get64(&c);
	get_skip(&c, 1);
	d->type = get8(&c);
	len = get16(&c);
	get_skip(&c, 4);
	d->name = get_view(&c, len);
	return cursor_ok(&c) && len;
}

uint64_t ubifs_key(struct view v, const struct ubifs_node *n)
{
	uint64_t inum = peek32(v, n->at + UBIFS_HEAD, LITTLE);

	if (n->type == UBIFS_TRUN)
		return inum << 32 | (uint32_t)UBIFS_TRUN << UBIFS_KIND_SHIFT;
	return inum << 32 | peek32(v, n->at + UBIFS_HEAD + 4, LITTLE);
}

long ubifs_unpack(unsigned compr, struct view in, uint8_t *dst, size_t n)
{
	if (compr == UBIFS_LZO)
		return block_lzo(in, dst, n);
	if (compr == UBIFS_ZLIB)
		return block_deflate(in, dst, n);
	if (compr == UBIFS_ZSTD)
		return block_zstd(in, dst, n);
	if (compr != UBIFS_NONE || in.len > n)
		return -1;
	maps_touched(in);
	if (in.len)
		memcpy(dst, in.p, in.len);
	return (long)in.len;
}
