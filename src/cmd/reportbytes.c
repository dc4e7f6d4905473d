/* reportbytes.c - entropy along the flash, and the map of byte classes */
#include <stdlib.h>

#include "cmd/report.h"
#include "core/mem.h"
#include "core/text.h"

enum { COLUMNS = 700, TALL = 150, UNIT = 32, CELLS = 64, MOST_ROWS = 256,
       BLOCK = 65536, PACKET = 32, AROUND = 256, MOST_RINGS = 60 };

struct range_of { uint8_t least, most; };

/* The lowest and the highest window of a column. */
static struct range_of column(const struct scan *s, unsigned x, size_t windows)
{
	struct range_of r = { 255, 0 };
	size_t from = windows * x / COLUMNS, to = windows * (x + 1) / COLUMNS;

	for (size_t i = from; i < (to > from ? to : from + 1) && i < windows; i++) {
		r.least = s->window[i] < r.least ? s->window[i] : r.least;
		r.most = s->window[i] > r.most ? s->window[i] : r.most;
	}
	return r;
}

static double y_of(unsigned entropy)
{
	return TALL - (double)entropy / UNIT / 8 * (TALL - 10);
}

/* A point that lies on the line between its neighbours says nothing. */
static bool is_flat(const double *y, unsigned x)
{
	return x && x + 1 < COLUMNS && y[x] == y[x - 1] && y[x] == y[x + 1];
}

static void put_envelope(struct buf *b, const struct scan *s, size_t windows)
{
	double top[COLUMNS], low[COLUMNS];

	for (unsigned x = 0; x < COLUMNS; x++) {
		struct range_of r = column(s, x, windows);

		top[x] = y_of(r.most);
		low[x] = y_of(r.least) + 0.8;
	}
	put_text(b, "<path class=\"env\" d=\"M0,%.1f", top[0]);
	for (unsigned x = 1; x < COLUMNS; x++)
		if (!is_flat(top, x))
			put_text(b, "L%u,%.1f", x, top[x]);
	for (unsigned x = COLUMNS; x--;)
		if (!is_flat(low, x))
			put_text(b, "L%u,%.1f", x, low[x]);
	put_text(b, "Z\"/>");
}

void page_entropy(struct page *p)
{
	const struct scan *s = &p->plan.scan;
	size_t windows = (size_t)((s->size + SECTOR - 1) / SECTOR);
	struct buf *b = p->b;

	if (!s->window || !windows)
		return;
	put_text(b, "<h2 id=\"entropy\">Where is it compressed or encrypted?</h2><figure>"
		 "<svg viewBox=\"0 0 %u %u\" role=\"img\" aria-labelledby=\"t2 d2\">"
		 "<title id=\"t2\">Entropy along the flash, bits per byte, 0 to 8</title>"
		 "<desc id=\"d2\">", COLUMNS, TALL + 20);
	for (size_t i = 0; i < p->plan.n && i < 32; i++) {
		html_string(b, p->plan.part[i].name);
		put_text(b, ": %.1f bits. ", scan_entropy(plan_part(&p->plan,
							 &p->plan.part[i])));
	}
	put_text(b, "</desc>");
	for (unsigned bits = 0; bits <= 8; bits += 2)
		put_text(b, "<line class=\"grid\" x1=\"0\" x2=\"%u\" y1=\"%.1f\" y2=\"%.1f\"/>"
			 "<text class=\"ax\" x=\"2\" y=\"%.1f\">%u</text>", COLUMNS,
			 y_of(bits * UNIT), y_of(bits * UNIT), y_of(bits * UNIT) - 2, bits);
	put_envelope(b, s, windows);
	put_text(b, "<line class=\"thr\" x1=\"0\" x2=\"%u\" y1=\"%.1f\" y2=\"%.1f\"/>", COLUMNS,
		 y_of(253), y_of(253));
	for (size_t i = 0; i < p->plan.n && s->size; i++) {
		const struct part *part = &p->plan.part[i];
		double x = (double)part->at / (double)s->size * COLUMNS;
		double wide = (double)part->size / (double)s->size * COLUMNS;

		put_text(b, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"10\" y2=\"%u\"/>",
			 x, x, TALL);
		if (wide < (double)(strlen(part->name) * 8))
			continue;
		put_text(b, "<text class=\"ax\" x=\"%.1f\" y=\"%u\">", x + 2, TALL + 14);
		html_string(b, part->name);
		put_text(b, "</text>");
	}
	put_text(b, "</svg><figcaption>Band: lowest to highest 4 KiB window in each column. "
		 "Dashed: 7.9 bits per byte; data that stays above it without a known header "
		 "may be encrypted.</figcaption></figure>\n");
}

enum class { ERASED, ZERO, TEXT, MIXED, DENSE, CLASSES };

static const struct { const char *name; uint32_t colour; } classes[CLASSES] = {
	[ERASED] = { "erased, 0xff", 0xe2e2e2 }, [ZERO] = { "zero, 0x00", 0x1a1a1a },
	[TEXT] = { "text", 0xe69f00 }, [MIXED] = { "mixed code and data", 0x56b4e9 },
	[DENSE] = { "dense (compressed or encrypted)", 0x2c5f8a },
};

static enum class class_of(struct view v)
{
	size_t printable = 0;

	if (!v.len || view_run(v, 0xff) == v.len)
		return ERASED;
	if (view_run(v, 0) == v.len)
		return ZERO;
	for (size_t i = 0; i < v.len; i++)
		printable += (v.p[i] >= 32 && v.p[i] < 127) || v.p[i] == '\n' ||
			     v.p[i] == '\t' || v.p[i] == '\r';
	if (printable * 10 >= v.len * 9)
		return TEXT;
	/* Small samples have less entropy than what they are a sample of. */
	return scan_entropy(v) >= (v.len >= 1024 ? 7.4 : v.len >= 256 ? 6.6 : 5.5)
	       ? DENSE : MIXED;
}

/* What one row of the picture stands for: erase blocks, or less of them. */
static uint64_t row_size(uint64_t size)
{
	uint64_t row = size >= 16 * BLOCK ? BLOCK : 4096;

	while (row * MOST_ROWS < size)
		row *= 2;
	return row;
}

/* 32 bytes or more, aligned, all one value, with dense data on both sides. */
static uint64_t dropout_at(struct view v, uint64_t at)
{
	struct view here = view_sub(v, at, PACKET);
	uint64_t end = at;

	if (!here.len || (here.p[0] && here.p[0] != 0xff) || at < AROUND)
		return 0;
	if (view_run(here, here.p[0]) != PACKET || v.p[at - 1] == here.p[0])
		return 0;
	while (view_has(v, end, PACKET) && v.p[end] == here.p[0] &&
	       view_run(view_sub(v, end, PACKET), here.p[0]) == PACKET)
		end += PACKET;
	if (end - at > 1024 || !view_has(v, end, AROUND) || v.p[end] == here.p[0])
		return 0;
	return class_of(view_sub(v, at - AROUND, AROUND)) == DENSE &&
	       class_of(view_sub(v, end, AROUND)) == DENSE ? end - at : 0;
}

static void put_rings(struct page *p, uint64_t row, double pixel)
{
	struct view v = p->plan.in.v;
	unsigned rings = 0;

	for (uint64_t at = AROUND; at + PACKET < v.len; at += PACKET) {
		uint64_t n = dropout_at(v, at);
		char where[32];

		if (!n)
			continue;
		if (rings++ < MOST_RINGS)
			put_text(p->b, "<circle class=\"ring\" cx=\"%.1f\" cy=\"%.1f\" r=\"7\">"
				 "<title>suspected dropout at 0x%llx, %llu bytes</title></circle>",
				 150 + (double)(at % row) / (double)row * 400,
				 (double)(at / row) * pixel + pixel / 2,
				 (unsigned long long)at, (unsigned long long)n);
		snprintf(where, sizeof(where), "0x%llx", (unsigned long long)at);
		if (rings == 1)
			page_note(p, true, "bad read?", where, "fwtool diff",
				  "%llu bytes of 0x%02x inside dense data, and perhaps more "
				  "such places: lost packets look so", (unsigned long long)n,
				  v.p[at]);
		at += n - PACKET;
	}
}

static void put_legend(struct page *p, const uint64_t *count, uint64_t all)
{
	unsigned permille[CLASSES], sum = 0, most = 0;

	for (unsigned i = 0; i < CLASSES; i++) {
		permille[i] = (unsigned)(all ? count[i] * 1000 / all : 0);
		sum += permille[i];
		most = count[i] > count[most] ? i : most;
	}
	permille[most] += all ? 1000 - sum : 0;
	put_text(p->b, "<div><ul class=\"key\">");
	for (unsigned i = 0; i < CLASSES; i++)
		put_text(p->b, "<li><i style=\"background:#%06x\"></i>%s: %u.%u %%</li>",
			 classes[i].colour, classes[i].name, permille[i] / 10,
			 permille[i] % 10);
}

static void put_names(struct page *p, uint64_t row, double pixel)
{
	double last = -20;

	for (size_t i = 0; i < p->plan.n; i++) {
		const struct part *part = &p->plan.part[i];
		double y = (double)part->at / (double)row * pixel;

		put_text(p->b, "<line class=\"grid\" x1=\"0\" x2=\"550\" y1=\"%.1f\" "
			 "y2=\"%.1f\"/>", y, y);
		if (part->gap || y - last < 14)
			continue;
		last = y;
		put_text(p->b, "<text x=\"4\" y=\"%.1f\">", y + 12);
		html_text(p->b, (struct view){ (const uint8_t *)part->name,
			  strlen(part->name) < 17 ? strlen(part->name) : 17, 0 });
		put_text(p->b, "</text>");
	}
}

static uint8_t *classify(struct view v, uint64_t row, unsigned rows, uint64_t *count)
{
	uint8_t *cell = xcalloc(rows, CELLS);

	for (unsigned i = 0; i < rows * CELLS; i++) {
		struct view c = view_upto(v, row / CELLS * i, row / CELLS);

		cell[i] = (uint8_t)class_of(c);
		count[cell[i]] += c.len;
	}
	return cell;
}

void page_bytes(struct page *p)
{
	struct view v = p->plan.in.v;
	uint64_t row = row_size(v.len), count[CLASSES] = { 0 };
	unsigned rows = (unsigned)((v.len + row - 1) / row), tall = rows * 3;
	uint32_t colour[CLASSES];
	uint8_t *cell;

	if (!rows)
		return;
	tall = tall < 60 ? 60 : tall;
	cell = classify(v, row, rows, count);
	for (unsigned i = 0; i < CLASSES; i++)
		colour[i] = classes[i].colour;
	put_text(p->b, "<h2 id=\"bytes\">Does it look like a good read?</h2><figure>"
		 "<div class=\"map\"><svg class=\"bm\" viewBox=\"0 0 560 %u\" role=\"img\" "
		 "aria-labelledby=\"t3\"><title id=\"t3\">Byte-class map: %u rows of 0x%llx "
		 "bytes, %u cells each</title><image href=\"", tall, rows,
		 (unsigned long long)row, CELLS);
	png_put(p->b, cell, CELLS, rows, colour, CLASSES);
	put_text(p->b, "\" x=\"150\" y=\"0\" width=\"400\" height=\"%u\" "
		 "preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"/>", tall);
	put_names(p, row, (double)tall / rows);
	put_rings(p, row, (double)tall / rows);
	put_text(p->b, "</svg>");
	put_legend(p, count, v.len);
	put_text(p->b, "</ul><p class=\"dim\">One row is 0x%llx bytes, so borders, "
		 "cleanmarkers and half-written blocks line up. A bad clip shows as grey or "
		 "black dashes inside dense rows (ringed), a stuck address line as a "
		 "repeated pattern of rows.</p></div></div></figure>\n",
		 (unsigned long long)row);
	free(cell);
}
