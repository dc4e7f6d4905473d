/* hexsettle.c - what only the whole log tells: word order, and whom to believe */
#include "fixup/hexdump.h"
#include "fixup/swap.h"

/* The order of words is voted for by the lines whose text tells it. */
static unsigned vote(struct hexlog *log, struct piece *p, size_t n, unsigned width)
{
	uint64_t big = 0, little = 0, seen = 0;
	unsigned fallback = ORDER_LITTLE;

	for (size_t i = 0; i < n; i++) {
		if (p[i].kind != PIECE_RUN || p[i].width != width)
			continue;
		seen += p[i].lines;
		big += p[i].orders == ORDER_BIG ? p[i].lines : 0;
		little += p[i].orders == ORDER_LITTLE ? p[i].lines : 0;
		fallback = p[i].dialect->order;
		/* xxd prints pairs of bytes, md.w numbers: xxd begins at 0. */
		if (width == 2 && p[i].gap == 2 && !p[i].at)
			fallback = ORDER_BIG;
	}
	if (seen)
		log->order = big > little ? ORDER_BIG : little ? ORDER_LITTLE : fallback;
	if (seen && !big && !little)
		log->guessed_order = true;
	return big > little ? ORDER_BIG : little ? ORDER_LITTLE : fallback;
}

void piece_to_bad(struct hexlog *log, struct piece *p)
{
	p->kind = PIECE_BAD;
	log->good -= p->lines;
	log->bad += p->lines;
}

/* A last word that is cut short is turned as well, as xxd -e prints it. */
static void to_little(struct piece *p)
{
	size_t over = p->size % p->width;

	swap_words(p->p, p->size, p->width);
	for (size_t a = p->size - over, b = p->size - 1; a < b; a++, b--) {
		uint8_t x = p->p[a];

		p->p[a] = p->p[b];
		p->p[b] = x;
	}
}

void settle_order(const struct hexopts *o, struct hexlog *log, struct piece *p,
		  size_t n)
{
	for (unsigned width = 2; width <= 8; width *= 2) {
		unsigned order = vote(log, p, n, width), wanted = order;

		if (o->endian)
			wanted = o->endian == 1 ? ORDER_LITTLE : ORDER_BIG;
		for (size_t i = 0; i < n; i++) {
			if (p[i].kind != PIECE_RUN || p[i].width != width)
				continue;
			if (!(p[i].orders & order))
				piece_to_bad(log, &p[i]);
			else if (wanted == ORDER_LITTLE)
				to_little(&p[i]);
		}
		if (o->endian)
			log->guessed_order = false;
	}
}

/* Lines without a check against text count only where there are no better. */
void settle_weak(struct hexlog *log, struct piece *p, size_t n)
{
	uint64_t weak = 0, strong = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i].kind == PIECE_RUN)
			*(p[i].dialect->weak ? &weak : &strong) += p[i].lines;
	if (!weak || strong < weak)
		return;
	for (size_t i = 0; i < n; i++)
		if (p[i].kind == PIECE_RUN && p[i].dialect->weak) {
			p[i].kind = PIECE_STAR;	/* no more than a mark */
			p[i].size = 1;
			log->good -= p[i].lines;
			log->other += p[i].lines;
		}
}
