/* reportmap.c - what is where: the strip, and a row for each partition */
#include <string.h>

#include "cmd/report.h"
#include "core/text.h"

enum { WIDE = 1000, BAND = 34, STEP = 44, LETTER = 8 };

struct strip { struct page *p; double scale; unsigned y; };

static double x_of(const struct strip *s, uint64_t at)
{
	return (double)at * s->scale;
}

static void put_rect(const struct strip *s, const char *class, uint64_t at,
		     uint64_t size, unsigned tall)
{
	double w = x_of(s, size);

	put_text(s->p->b, "<rect class=\"%s\" x=\"%.2f\" y=\"%u\" width=\"%.2f\" "
		 "height=\"%u\">", class, x_of(s, at), s->y, w < 0.5 ? 0.5 : w, tall);
}

static void put_label(const struct strip *s, const char *class, uint64_t at,
		      uint64_t size, const char *text)
{
	if (x_of(s, size) < (double)(strlen(text) * LETTER + 10))
		return;
	put_text(s->p->b, "<text%s x=\"%.1f\" y=\"%u\">", class, x_of(s, at) + 5,
		 s->y + 22);
	html_string(s->p->b, text);
	put_text(s->p->b, "</text>");
}

static void put_title(struct buf *b, const char *name, uint64_t at, uint64_t size)
{
	put_text(b, "<title>");
	html_string(b, name);
	put_text(b, "  0x%llx  ", (unsigned long long)at);
	html_size(b, size);
	put_text(b, "</title>");
}

static void put_partitions(const struct strip *s)
{
	struct buf *b = s->p->b;

	for (size_t i = 0; i < s->p->plan.n; i++) {
		const struct part *part = &s->p->plan.part[i];

		if (part->gap)
			continue;
		put_text(b, "<a href=\"#p%zu\" aria-label=\"", i);
		html_string(b, part->name);
		put_text(b, " at 0x%llx, ", (unsigned long long)part->at);
		html_size(b, part->size);
		put_text(b, "\">");
		put_rect(s, "part", part->at, part->size, BAND);
		put_title(b, part->name, part->at, part->size);
		put_text(b, "</rect>");
		put_label(s, "", part->at, part->size, part->name);
		put_text(b, "</a>");
	}
}

/* By what it is: file systems, containers, tables and environments, code. */
static const char *class_of(const struct format *f)
{
	static const char *const data[] = { "env", "dtb", "mtdparts" };

	if (f->fs)
		return "c2";
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
		if (!strcmp(f->name, data[i]))
			return "c3";
	return f->wrap ? "c1" : "c4";
}

static void put_objects(const struct strip *s)
{
	const struct scan *scan = &s->p->plan.scan;
	struct buf *b = s->p->b;

	for (size_t i = 0; i < scan->nfound; i++) {
		const struct region *r = &scan->found[i].r;

		if (scan->found[i].depth || r->proof < PROOF_PLAUSIBLE)
			continue;
		put_rect(s, r->broken ? "c5" : class_of(r->format), r->at, r->size, BAND);
		put_text(b, "<title>%s 0x%llx+0x%llx %s: ", r->format->name,
			 (unsigned long long)r->at, (unsigned long long)r->size,
			 proof_words[r->proof]);
		html_string(b, r->detail);
		put_text(b, "</title></rect>");
		if (r->proof < PROOF_PROVEN) {
			put_rect(s, "h", r->at, r->size, BAND);
			put_text(b, "</rect>");
		}
		put_label(s, " class=\"on\"", r->at, r->size, r->format->name);
	}
}

static void put_erased(const struct strip *s)
{
	const struct scan *scan = &s->p->plan.scan;

	for (size_t i = 0; i < scan->nspan; i++) {
		const struct span *x = &scan->span[i];

		if (x->kind != SPAN_ERASED || x_of(s, x->size) < 0.4)
			continue;
		put_rect(s, "c0", x->at, x->size, 16);
		put_text(s->p->b, "<title>erased 0x%llx+0x%llx</title></rect>",
			 (unsigned long long)x->at, (unsigned long long)x->size);
	}
}

/* A band for each map that was not believed: where they disagree is seen. */
static unsigned put_other_maps(struct strip *s)
{
	const struct maps *m = &s->p->plan.maps;
	unsigned bands = 0;

	for (size_t i = 0; i < m->n && bands < 3; i++) {
		const struct map *map = &m->map[i];

		if ((long)i == m->best)
			continue;
		bands++;
		for (size_t k = 0; k < map->n; k++) {
			const struct map_part *x = &map->part[k];

			if (x->holds_others || x->at >= s->p->plan.scan.size)
				continue;
			put_rect(s, "part", x->at, x->size, 16);
			put_title(s->p->b, x->name, x->at, x->size);
			put_text(s->p->b, "</rect>");
		}
		s->y += 24;
	}
	return bands;
}

static void put_axis(const struct strip *s)
{
	static const char *const anchor[] = { "start", "middle", "end" };

	for (unsigned i = 0; i <= 8; i++) {
		uint64_t at = s->p->plan.scan.size / 8 * i;

		put_text(s->p->b, "<text class=\"ax\" x=\"%u\" y=\"%u\" text-anchor=\"%s\">"
			 "0x%llx</text>", WIDE / 8 * i, s->y + 14,
			 anchor[!i ? 0 : i == 8 ? 2 : 1], (unsigned long long)at);
	}
}

void page_map(struct page *p)
{
	uint64_t size = p->plan.scan.size;
	struct strip s = { p, size ? (double)WIDE / (double)size : 0, 4 };
	unsigned others = p->plan.maps.n > (p->plan.maps.best >= 0)
			? (unsigned)p->plan.maps.n - (p->plan.maps.best >= 0) : 0;
	unsigned tall = 4 + 2 * STEP + 24 + (others > 3 ? 3 : others) * 24 + 20;

	put_text(p->b, "<h2 id=\"map\">What is where?</h2><figure><svg viewBox=\"0 0 %u %u\" "
		 "role=\"img\" aria-labelledby=\"t1 d1\"><title id=\"t1\">Flash map, ", WIDE,
		 tall);
	html_size(p->b, size);
	put_text(p->b, " from left to right</title><desc id=\"d1\">Top row: partitions. "
		 "Second row: what was found. Third row: erased. Further rows: other "
		 "partition maps.</desc><defs><pattern id=\"hx\" width=\"6\" height=\"6\" "
		 "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line "
		 "x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" class=\"hatch\"/></pattern></defs>"
		 "<style>.h{fill:url(#hx)}</style>");
	put_partitions(&s);
	s.y += STEP;
	put_objects(&s);
	s.y += STEP;
	put_erased(&s);
	s.y += 24;
	others = put_other_maps(&s);
	put_axis(&s);
	put_text(p->b, "</svg><figcaption>Top: partitions. Then what was found (hatched: "
		 "plausible, not proven; red: damaged), then what is erased%s. Tab to a "
		 "partition and press Enter to jump to its row.</figcaption></figure>\n",
		 others ? ", then maps that were not believed" : "");
}

static void put_evidence(struct buf *b, const struct page *p, const struct part *part)
{
	const struct region *r = part->main < 0 ? NULL : &p->plan.scan.found[part->main].r;

	if (part->erased) {
		put_text(b, "every byte is 0x%02x", part->value);
		return;
	}
	for (unsigned i = 0; r && i < r->nevidence; i++) {
		put_text(b, "%s", i ? ", " : "");
		html_string(b, r->evidence[i]);
	}
	if (r && !r->nevidence)
		html_string(b, r->detail);
}

static void put_row(struct page *p, size_t i)
{
	const struct part *part = &p->plan.part[i];
	const struct region *r = part->main < 0 ? NULL : &p->plan.scan.found[part->main].r;
	struct buf *b = p->b;

	put_text(b, "<tr id=\"p%zu\" tabindex=\"-1\"><th scope=\"row\">", i);
	html_string(b, part->name);
	put_text(b, "</th><td class=\"n\">0x%06llx</td><td class=\"n\">0x%06llx</td>"
		 "<td class=\"n\">", (unsigned long long)part->at,
		 (unsigned long long)part->size);
	html_size(b, part->size);
	put_text(b, "</td><td>");
	if (part->erased)
		put_text(b, "erased");
	else
		html_string(b, part->types);
	if (r)
		put_text(b, " (%s)", proof_words[r->proof]);
	put_text(b, "</td><td>");
	put_evidence(b, p, part);
	put_text(b, "</td></tr>\n");
}

void page_parts(struct page *p)
{
	put_text(p->b, "<h2 id=\"parts\">Partitions</h2><div class=\"wide\"><table><caption>"
		 "Offsets are hexadecimal; sizes are binary units.</caption><thead><tr>"
		 "<th scope=\"col\">Name</th><th scope=\"col\">Offset</th><th scope=\"col\">"
		 "Size</th><th scope=\"col\">in units</th><th scope=\"col\">Content</th>"
		 "<th scope=\"col\">Evidence</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < p->plan.n; i++)
		put_row(p, i);
	put_text(p->b, "</tbody></table></div>\n");
}
