/* shape.c - chunk, spare bytes and place of the tags, found by proof */
#include "fs/yaffs/yaffs.h"

/* Spare bytes of chips; those that fit no chunk are not tried with it. */
static const uint16_t spares[] = {
	64, 16, 32, 128, 224, 256, 56, 80, 96, 104, 108, 112, 116, 120, 160, 192, 208,
	216, 218, 232, 240, 320, 376, 400, 436, 440, 448, 512, 640, 744, 750, 896, 1024,
	1216, 1264, 1280,
};

/* STEPS: erased blocks may lie between. */
enum { LOOKS = 64, STEPS = 16 * LOOKS, SPARES = sizeof(spares) / sizeof(*spares) };

/* What speaks for a shape: chunks with right tags, and what these say. */
struct score { unsigned right, looked, fit, headers; uint32_t id[LOOKS]; };

/* Whether a header of this object came before. */
static bool is_known(const struct score *c, uint32_t id)
{
	for (unsigned i = 0; i < c->headers; i++)
		if (c->id[i] == id)
			return true;
	return false;
}

/* Tags that fit the chunks before them are better than such that may be. */
static bool look(const struct yaffs_shape *s, struct view step, struct score *c)
{
	struct yaffs_header h;
	struct yaffs_tags t;

	yaffs_get_tags(s, step, &t);
	if (t.is_erased)
		return true;
	c->looked++;
	if (!t.is_right)
		return false;
	if (!t.chunk && t.sequence != YAFFS_CHECKPOINT && t.object != YAFFS_SUMMARY) {
		if (!yaffs_get_header(s, step, &h))
			return false;
		c->fit += h.parent < YAFFS_FIRST_OBJECT || is_known(c, h.parent);
		c->id[c->headers++] = t.object;
	} else {
		c->fit += is_known(c, t.object);
	}
	c->fit += t.ecc_right;
	c->right++;
	return true;
}

static void judge(struct view v, const struct yaffs_shape *s, struct score *c)
{
	*c = (struct score){ 0 };
	for (unsigned i = 0; i < STEPS && c->looked < LOOKS; i++) {
		struct view step = view_sub(v, i * yaffs_step(s), yaffs_step(s));

		if (!step.len || (!look(s, step, c) && (!i || c->looked - c->right > 4)))
			break;
	}
	if (!c->headers || c->right * 10 < c->looked * 9)
		c->right = c->fit = 0;
}

struct best { struct yaffs_shape shape; unsigned right, looked, fit; };

static void try(struct view v, struct yaffs_shape s, struct best *b)
{
	struct yaffs_tags t;
	struct score c;

	yaffs_get_tags(&s, view_sub(v, 0, yaffs_step(&s)), &t);
	if (!t.is_right)
		return;
	/* Where tags could have an ecc, they have one or they do not. */
	s.ecc = s.kind == YAFFS2_SPARE && t.ecc_right;
	for (int e = LITTLE; e <= BIG; e++) {
		s.header = e;
		judge(v, &s, &c);
		if (c.right + c.fit > b->right + b->fit)
			*b = (struct best){ s, c.right, c.looked, c.fit };
	}
}

/* The highest byte of an object's number is small, whatever is meant by it. */
static bool may_be_tags(struct view v, const struct yaffs_shape *s)
{
	uint64_t at = s->chunk + s->offset + (s->tags == LITTLE ? 7 : 4);

	return s->kind != YAFFS2_SPARE || (at < v.len && v.p[at] < 0x60);
}

static void try_offsets(struct view v, struct yaffs_shape s, struct best *b)
{
	unsigned size = s.kind == YAFFS1_PACKED ? 8 : YAFFS_TAGS2;

	for (s.offset = 0; s.offset + size <= s.spare; s.offset++)
		for (s.tags = LITTLE; s.tags <= BIG; s.tags++)
			if (may_be_tags(v, &s))
				try(v, s, b);
}

static void try_kinds(struct view v, struct yaffs_shape s, struct best *b)
{
	s.kind = YAFFS2_SPARE;
	try_offsets(v, s, b);
	if (s.chunk != 512 || s.spare != 16)
		return;
	s.kind = YAFFS1_NATIVE;
	s.offset = 0;
	for (s.tags = LITTLE; s.tags <= BIG; s.tags++)
		try(v, s, b);
	s.kind = YAFFS1_PACKED;
	try_offsets(v, s, b);
}

bool yaffs_spare_fits(uint64_t chunk, uint64_t spare)
{
	for (unsigned i = 0; i < SPARES; i++)
		if (spares[i] == spare)
			return spare >= chunk / 64 && spare <= chunk / 4;
	return false;
}

unsigned yaffs_find(struct view v, struct yaffs_shape *s, unsigned *looked)
{
	struct best b = { .right = 0 };

	for (uint64_t chunk = YAFFS_LEAST_CHUNK; chunk <= YAFFS_MOST_CHUNK; chunk *= 2) {
		for (unsigned i = 0; i < SPARES; i++)
			if (yaffs_spare_fits(chunk, spares[i]))
				try_kinds(v, (struct yaffs_shape){ .chunk = chunk,
					  .spare = spares[i] }, &b);
		for (int e = LITTLE; chunk > YAFFS_HEADER && e <= BIG; e++)
			try(v, (struct yaffs_shape){ .kind = YAFFS2_INBAND, .chunk = chunk,
						     .tags = e }, &b);
	}
	*s = b.shape;
	if (looked)
		*looked = b.looked;
	return b.right;
}
