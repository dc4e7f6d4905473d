/* survey.c - how far a jffs2 reaches in an image, and what is in it */
#include "fs/jffs2/survey.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

enum {
	MOST_DIRT = 64 << 10,		/* within a block that has nodes too */
	MOST_SEEN = 1 << 20,		/* nodes remembered to tell neighbours */
};

/* (what, whose, version) -> where, for nodes that must be alike if repeated. */
struct seen {
	struct entry { uint32_t hash, at; } *v;
	size_t n, slots;
};

static void seen_grow(struct seen *s)
{
	struct entry *old = s->v;
	size_t n = s->slots;

	s->slots = n ? 2 * n : 1024;
	s->v = xcalloc(s->slots, sizeof(*s->v));
	for (size_t i = 0; i < n; i++) {
		size_t k = old[i].hash & (s->slots - 1);

		if (!old[i].hash)
			continue;
		while (s->v[k].hash)
			k = (k + 1) & (s->slots - 1);
		s->v[k] = old[i];
	}
	free(old);
}

/* Never 0, which marks a free slot. */
static uint32_t hash_of(const struct jrec *r)
{
	uint64_t h = (uint64_t)r->ino << 32 | r->version;

	h = (h ^ r->type) * UINT64_C(0x9e3779b97f4a7c15);
	h ^= h >> 29;
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(h >> 32) | 1;
}

/* Everything after the header, in which a mark of obsoletion could differ. */
static struct view body(struct view v, uint64_t at, uint32_t totlen)
{
	return view_sub(v, at + JFFS2_HEADER_SIZE, totlen - JFFS2_HEADER_SIZE);
}

static bool is_same_thing(struct view v, enum endian e, const struct jrec *r,
			  uint64_t at)
{
	struct jwalk w = { .v = v, .endian = e, .at = at };
	struct jrec other;

	if (!jhead_get(v, at, e, &w.head))
		return false;
	jrec_check(&w, &other);
	return other.type == r->type && other.ino == r->ino &&
	       other.version == r->version;
}

/*
 * Garbage collection copies nodes as they are. One that says it is the same
 * and is not belongs to somebody else.
 */
static bool is_foreign(struct seen *s, const struct jwalk *w, const struct jrec *r)
{
	uint32_t hash = hash_of(r), totlen;
	size_t i;

	if (s->n >= MOST_SEEN || (r->type != JFFS2_INODE && r->type != JFFS2_DIRENT))
		return false;
	if (2 * s->n >= s->slots)
		seen_grow(s);
	for (i = hash & (s->slots - 1); s->v[i].hash; i = (i + 1) & (s->slots - 1)) {
		uint32_t at = s->v[i].at;

		if (s->v[i].hash != hash || !is_same_thing(w->v, w->endian, r, at))
			continue;
		totlen = peek32(w->v, at + 4, w->endian);
		return totlen != r->totlen || !view_equal(body(w->v, at, totlen),
							  body(w->v, w->at, totlen));
	}
	s->v[i] = (struct entry){ hash, (uint32_t)w->at };
	s->n++;
	return false;
}

static void count(struct survey *s, const struct jrec *r)
{
	if (r->type == JFFS2_SUMMARY)
		s->summaries++;
	if (r->type != JFFS2_INODE && r->type != JFFS2_DIRENT &&
	    r->type != JFFS2_XATTR && r->type != JFFS2_XREF)
		return;
	if (r->state == J_OBSOLETE) {
		s->obsolete++;
		return;
	}
	if (r->state != J_GOOD) {
		s->bad++;
		return;
	}
	s->good++;
	if (r->type == JFFS2_INODE && r->size && r->compr < JFFS2_COMPRS)
		s->method[r->compr]++;
}

/* As far as is known yet: dirt within a block is nothing unusual. */
static uint64_t block_so_far(const struct survey *s)
{
	return s->geom.marks > 1 ? jgeom_erase(&s->geom) : MOST_DIRT;
}

/*
 * Whether the node that w found still is of this log, the last one of which
 * ended at end. Blocks between them must be erased ones.
 */
static bool belongs(const struct survey *s, const struct jwalk *w, uint64_t end)
{
	uint64_t gap = w->at - end, block = block_so_far(s), from, to;
	struct view between;

	if (!w->dirt)
		return true;
	if (gap >= MOST_DIRT && (w->at - s->start) % JFFS2_MIN_ERASE)
		return false;
	from = s->start + (end - s->start + block - 1) / block * block;
	to = s->start + (w->at - s->start) / block * block;
	if (to <= from)
		return true;
	between = view_sub(w->v, from, to - from);
	return view_run(between, 0xff) == between.len;
}

static bool is_sound(const struct jrec *r)
{
	return r->state == J_GOOD || r->state == J_BAD_DATA ||
	       (r->state == J_OBSOLETE && r->totlen >= JFFS2_HEADER_SIZE);
}

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/*
 * One block alone says little about its size: it is the usual one, or all
 * there is, as far as that is erased. 0: it is not alone.
 */
static uint64_t lone_block(const struct survey *s, struct view image, uint64_t end)
{
	uint64_t usual = 65536, used = end - s->start, all = image.len - s->start;
	uint64_t size = all < usual ? all : usual;
	struct view rest;

	if (s->geom.marks + s->geom.gaps > 1 || s->start % usual || used >= size ||
	    size & (size - 1) || size < JFFS2_MIN_ERASE)
		return 0;
	rest = view_sub(image, end, size - used);
	return view_run(rest, 0xff) == rest.len ? size : 0;
}

/* Whole blocks, less what the image does not have. */
static void settle(struct survey *s, struct view image, uint64_t end)
{
	uint64_t size = lone_block(s, image, end), back;

	s->erase = size ? (uint32_t)size : jgeom_erase(&s->geom);
	/* The first block may have lost what it began with. */
	back = s->geom.marks > 1 ? (s->geom.first_mark - s->start) % s->erase : 0;
	back = back ? s->erase - back : 0;
	if (back <= s->start)
		s->start -= back;
	size = round_up(end - s->start, s->erase);
	s->end = view_has(image, s->start, size) ? s->start + size : image.len;
}

/*
 * Whether two blocks are the first two again, byte for byte: a second copy of
 * the whole (two partitions, one the spare of the other). Garbage collection
 * writes one block anew at most before it erases the old one.
 */
static bool is_copy(const struct survey *s, const struct jwalk *w)
{
	uint64_t off = w->at - s->start, block;
	struct view first;

	if (off % JFFS2_MIN_ERASE || s->geom.marks < 2 || s->good < 2)
		return false;
	block = jgeom_erase(&s->geom);
	first = view_sub(w->v, s->start, 2 * block);
	return off >= 2 * block && off % block == 0 &&
	       view_equal(first, view_sub(w->v, w->at, 2 * block));
}

/*
 * The nodes from s->start on. Stops at one that is somebody else's, and says
 * where its block begins; 0: there was none.
 */
static uint64_t go_through(struct survey *s, struct jwalk *w, uint64_t *end)
{
	struct seen seen = { 0 };
	uint64_t border = 0;

	while (!border && jwalk_next(w)) {
		struct jrec r;

		if (*end && !belongs(s, w, *end))
			break;
		jrec_check(w, &r);
		if (!*end && (w->at != s->start || !is_sound(&r)))
			break;
		if (is_copy(s, w)) {
			border = w->at - s->start;
			break;
		}
		if (r.state == J_GOOD && is_foreign(&seen, w, &r)) {
			uint64_t block = jgeom_erase(&s->geom);

			border = (w->at - s->start) / block * block;
			if (border)
				break;
		}
		jgeom_node(&s->geom, w);
		count(s, &r);
		*end = w->pos;
	}
	free(seen.v);
	return border ? s->start + border : 0;
}

bool jffs2_survey(struct survey *s, struct view image, uint64_t at,
		  enum endian e)
{
	struct jhead head;
	struct jwalk w;
	uint64_t end, border;

	/* Nearly all hits end here. */
	if (!jhead_get(image, at, e, &head) || !jhead_ok(image, at, e, &head) ||
	    !view_has(image, at, head.totlen))
		return false;
	/* Once more without the neighbour, if there is one. */
	do {
		w = (struct jwalk){
			.v = image, .endian = e, .pos = at, .most_dirt = MOST_DIRT,
		};
		*s = (struct survey){ .start = at, .geom.origin = at };
		end = 0;
		border = go_through(s, &w, &end);
		if (border)
			image = view_sub(image, 0, border);
		/* Nothing behind the border was counted: no need to. */
	} while (border && border != w.at);
	if (!end)
		return false;
	s->marked = w.marked;
	s->cut = w.cut > end && w.cut - end < MOST_DIRT ? w.cut : 0;
	settle(s, image, end);
	if (w.marked)
		s->end = w.pos + 4;
	return true;
}
