/* fates.c - what became of packets on their way, place by place */
#include "fixup/fates.h"

enum { LEAST_PACKET = 16 };

/*
 * Sizes of what is lost at once: U-Boot's TFTP blocks, USB's packets, 31 of
 * CH341A's, lines of a console. Where several explain as much, the first.
 */
static const unsigned packets[] = {
	1024, 512, 256, 128, 64, 32, 16, 1468, 1456, 1428, 1408, 62, 31,
};

bool fates_blank(struct view v)
{
	return v.len && (v.p[0] == 0xff || !v.p[0]) && view_run(v, v.p[0]) == v.len;
}

/* Bytes that differ; *single: in one bit each. */
static uint64_t differing(struct view a, struct view b, bool *single)
{
	uint64_t n = 0;

	*single = true;
	for (size_t i = 0; i < a.len && i < b.len; i++) {
		uint8_t d = a.p[i] ^ b.p[i];

		n += d != 0;
		*single &= !(d & (d - 1));
	}
	return n;
}

/* What was lost between chip and file comes as 0xff or 0x00. */
static void judge_piece(struct fates *f, struct view a, struct view b)
{
	bool single, blank_a = fates_blank(a), blank_b = fates_blank(b);
	uint64_t n = differing(a, b, &single);

	if (!n)
		return;
	if (blank_a != blank_b && (n >= FATES_LOST || !single))
		f->lost[blank_b]++;
	else if (single)
		f->noise++;
	else
		f->other++;
}

/* All of it as packets of that size, at its multiples. */
static struct fates in_packets(const struct pair *p, unsigned size)
{
	struct fates f = { .packet = size };
	uint64_t next = 0;

	for (size_t i = 0; !f.other && i < p->c->n; i++) {
		const struct spot *s = &p->c->place[i];
		uint64_t x = s->at / size * size;

		for (x = x < next ? next : x; x < s->at + s->size; x += size) {
			judge_piece(&f, view_upto(p->a, x, size), view_upto(p->b, x, size));
			next = x + size;
		}
	}
	return f;
}

/* ... as places, each by itself. */
static struct fates in_places(const struct pair *p)
{
	struct fates f = { 0 };

	for (size_t i = 0; i < p->c->n; i++) {
		const struct spot *s = &p->c->place[i];
		uint64_t lost = f.lost[0] + f.lost[1];

		judge_piece(&f, view_upto(p->a, s->at, s->size),
			    view_upto(p->b, s->at, s->size));
		f.stretches += s->size >= STRETCH && lost < f.lost[0] + f.lost[1];
	}
	return f;
}

/* Whether what stands at s in v is what stood n before, and says something. */
static bool is_again(struct view v, const struct spot *s, uint64_t n)
{
	return s->at >= n && view_is(v, s->at - n, v.p + s->at, s->size) &&
	       view_run(view_sub(v, s->at, s->size), v.p[s->at]) < s->size;
}

/* ... as packets in whose stead the one before came again. */
static struct fates in_repeats(const struct pair *p, unsigned size)
{
	struct fates f = { .packet = size };
	uint64_t most = 0;

	for (size_t i = 0; !f.other && i < p->c->n; i++) {
		const struct spot *s = &p->c->place[i];
		bool single;

		most = s->bytes > most ? s->bytes : most;
		differing(view_upto(p->a, s->at, s->size), view_upto(p->b, s->at, s->size),
			  &single);
		if (s->at % size + s->size <= size && is_again(p->b, s, size))
			f.stale[1]++;
		else if (s->at % size + s->size <= size && is_again(p->a, s, size))
			f.stale[0]++;
		else if (single)
			f.noise++;
		else
			f.other++;
	}
	f.other += most < LEAST_PACKET;
	return f;
}

struct fates fates_of(const struct pair *p)
{
	struct fates best = in_places(p);

	if (best.stretches && !best.other)
		return best;
	best.noise += best.other ? 0 : 1;	/* a size is worth as much */
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		struct fates f = in_packets(p, packets[i]);

		if (!f.other && f.lost[0] + f.lost[1] &&
		    (best.other || f.noise < best.noise))
			best = f;
	}
	best.noise -= !best.packet && !best.other;
	for (unsigned size = STRETCH; best.other && size >= LEAST_PACKET; size /= 2) {
		struct fates f = in_repeats(p, size);

		if (!f.other)
			best = f;
	}
	best.other += p->c->n < p->c->places;
	return best;
}
