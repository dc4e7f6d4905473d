/* hexgap.c - what a dump lacks, in words, and its bytes in order */
#include <stdio.h>

#include "core/buf.h"
#include "core/hash.h"
#include "fixup/hexdump.h"

enum { PIECE = 1 << 16 };

struct short_text32 dump_name(const struct dump *d)
{
	static const char letters[] = ".b.w..l....q";
	struct short_text32 s;
	const char *name = d->verb ? d->verb->name : d->dialect->name;
	bool is_md = !strcmp(name, "U-Boot md");

	if (!d->verb && d->width == 2 && d->dialect->order == ORDER_LITTLE &&
	    d->dialect->text == TEXT_PLAIN && !d->from)
		name = "xxd";
	if (is_md && d->width && !(d->width & (d->width - 1)) && d->width <= 8)
		snprintf(s.text, sizeof(s.text), "%s.%c", name,
			 letters[d->width == 8 ? 11 : d->width == 4 ? 6 :
				 d->width == 2 ? 3 : 1]);
	else
		snprintf(s.text, sizeof(s.text), "%s", name);
	return s;
}

bool dump_gap(const struct dump *d, struct gap *g)
{
	uint64_t at = d->from;

	if (g->next > d->n)
		return false;
	if (g->next)
		at = d->part[g->next - 1].at + d->part[g->next - 1].size;
	for (size_t i = g->next; i <= d->n; i++) {
		const struct stretch *s = i < d->n ? &d->part[i] : NULL;
		uint64_t to = s ? s->at : d->to;

		if (to > at) {
			*g = (struct gap){ .at = at, .size = to - at, .next = i + 1,
					   .damage = s ? s->before : d->tail,
					   .log = s ? s->log : d->log };
			if (!g->damage.lines)
				g->damage.line = s ? s->line : d->n ?
						 d->part[d->n - 1].line : 0;
			return true;
		}
		if (s)
			at = s->at + s->size;
	}
	return false;
}

void put_again(struct buf *b, const struct dump *d, uint64_t at, uint64_t size)
{
	const char *s = d->verb ? d->verb->again : d->dialect->again;

	for (; *s; s++) {
		if (s[0] != '%') {
			put8(b, (uint8_t)*s);
			continue;
		}
		s++;
		if (*s == 'd')
			put_text(b, "%llu", (unsigned long long)size);
		else
			put_text(b, *s == 'a' ? "%08llx" : "%llx",
				 (unsigned long long)(*s == 'a' ? at : size));
	}
}

static void about_line(const struct hexdump *h, unsigned log, uint64_t line,
		       struct err *e)
{
	e->kind = ERR_FORMAT;
	e->place = PLACE_LINE;
	e->at = line;
	snprintf(e->subject, sizeof(e->subject), "%s", h->log[log].name);
}

void gap_error(const struct hexdump *h, const struct dump *d, const struct gap *g,
	       struct err *e)
{
	unsigned long long off = g->at - d->from, n = g->size;
	const struct damage *m = &g->damage;
	struct buf again = { 0 };
	char what[96];

	*e = (struct err){ .code = "unhex.gap" };
	about_line(h, g->log, m->line, e);
	if (m->lines != 1 || g->size > MOST_LINE_BYTES)
		snprintf(what, sizeof(what), "%llu byte%s missing", n, n == 1 ? "" : "s");
	else if (m->lost)
		snprintf(what, sizeof(what), "%d character%s %s", m->lost > 0 ? m->lost :
			 -m->lost, m->lost == 1 || m->lost == -1 ? "" : "s",
			 m->lost > 0 ? "lost" : "too many");
	else
		snprintf(what, sizeof(what), "digits, text and address disagree");
	put_again(&again, d, g->at, g->size);
	snprintf(e->text, sizeof(e->text), "%s at 0x%06llx; run \"%s\" and add that log",
		 what, off, buf_string(&again));
	buf_free(&again);
}

void conflict_error(const struct hexdump *h, const struct dump *d,
		    const struct conflict *c, struct err *e)
{
	struct buf again = { 0 };

	*e = (struct err){ .code = "unhex.conflict" };
	about_line(h, c->log[1], c->line[1], e);
	put_again(&again, d, c->at & ~15ull, ((c->at & 15) + c->size + 15) & ~15ull);
	snprintf(e->text, sizeof(e->text), "0x%06llx is %02x here and %02x in %s line "
		 "%llu; run \"%s\" and see which is right",
		 (unsigned long long)(c->at - d->from), c->value[1], c->value[0],
		 h->log[c->log[0]].name, (unsigned long long)c->line[0],
		 buf_string(&again));
	buf_free(&again);
}

typedef int take_fn(struct view v, void *arg, struct err *e);

static int take_fill(uint8_t fill, uint64_t n, take_fn *take, void *arg,
		     struct err *e)
{
	uint8_t piece[PIECE];

	memset(piece, fill, n < PIECE ? n : PIECE);
	for (; n; n -= n < PIECE ? n : PIECE)
		if (take((struct view){ piece, n < PIECE ? n : PIECE, 0 }, arg, e) < 0)
			return -1;
	return 0;
}

static int take_repeat(const struct stretch *s, take_fn *take, void *arg,
		       struct err *e)
{
	uint8_t piece[PIECE];
	uint64_t done = 0;

	while (done < s->size) {
		uint64_t n = s->size - done < PIECE ? s->size - done : PIECE;

		for (uint64_t i = 0; i < n; i++)
			piece[i] = s->p[(s->phase + done + i) % s->repeat];
		if (take((struct view){ piece, n, 0 }, arg, e) < 0)
			return -1;
		done += n;
	}
	return 0;
}

int dump_each(const struct dump *d, uint8_t fill, take_fn *take, void *arg,
	      struct err *e)
{
	uint64_t at = d->from;

	for (size_t i = 0; i < d->n; i++) {
		const struct stretch *s = &d->part[i];

		if (s->at > at && take_fill(fill, s->at - at, take, arg, e) < 0)
			return -1;
		if (s->repeat ? take_repeat(s, take, arg, e) < 0 :
		    take((struct view){ s->p, s->size, 0 }, arg, e) < 0)
			return -1;
		at = s->at + s->size;
	}
	return 0;
}

struct summing { uint64_t skip, left; uint32_t sum; };

static int take_sum(struct view v, void *arg, struct err *e)
{
	struct summing *s = arg;
	uint64_t skip = s->skip < v.len ? s->skip : v.len;

	(void)e;
	s->skip -= skip;
	v = view_upto(v, skip, s->left);
	s->sum = crc32_of(s->sum, v);
	s->left -= v.len;
	return 0;
}

int dump_crc(const struct hexdump *h, const struct dump *d, size_t i, uint32_t *is)
{
	const struct crc *c = &h->crc[i];
	struct summing s = { .left = c->size };
	struct gap g = { 0 };
	uint64_t end = d->n ? d->part[d->n - 1].at + d->part[d->n - 1].size : 0;

	if (c->at < d->from || c->at > end || c->size > end - c->at)
		return -1;
	while (dump_gap(d, &g))
		if (g.at < c->at + c->size && g.at + g.size > c->at)
			return -1;
	s.skip = c->at - d->from;
	dump_each(d, 0, take_sum, &s, NULL);
	*is = s.sum;
	return 0;
}
