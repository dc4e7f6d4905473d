/* showtable.c - the result of a scan as a table */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/show.h"
#include "core/mem.h"
#include "core/text.h"

enum { COLUMNS = 6, LEAST_UNKNOWN_PERMILLE = 10, LARGE_UNKNOWN = 1 << 16,
       MOST_UNKNOWN = 3, MOST_CRUMBS = 8 };

/* A line of the table; DETAIL is last and not padded. */
struct row {
	uint64_t at, size;
	size_t order;		/* parents before their children */
	enum paint paint;
	char text[COLUMNS][128];
};

struct table { struct row *row; size_t n, cap; };

static const char *const heads[COLUMNS] = { "OFFSET", "SIZE", "PART", "TYPE",
					    "PROOF", "DETAIL" };

static void set(char *room, const char *text)
{
	struct buf b = { 0 };

	put_escaped(&b, view_text(text));
	snprintf(room, 128, "%.*s", (int)b.len, (char *)b.p);
	buf_free(&b);
}

static struct row *add_row(struct table *t, const struct plan *p, uint64_t at,
			   uint64_t size)
{
	struct row *row;

	t->row = xgrow(t->row, &t->cap, t->n + 1, sizeof(*t->row));
	row = &t->row[t->n];
	*row = (struct row){ .at = at, .size = size, .order = t->n++ };
	show_offset(p, at, row->text[0]);
	set(row->text[1], size_text(size).text);
	set(row->text[2], show_part(p, at));
	set(row->text[3], "-");
	set(row->text[4], "-");
	return row;
}

static void add_found(struct table *t, const struct plan *p, const struct found *f)
{
	static const enum paint paints[] = { PAINT_DIM, PAINT_DIM, PAINT_PLAUSIBLE,
					     PAINT_PROVEN };
	struct row *row = add_row(t, p, f->decoded ? f->anchor : f->r.at, f->r.size);
	char type[64];

	if (f->decoded)
		snprintf(row->text[0], sizeof(row->text[0]), "+0x%06llx",
			 (unsigned long long)f->r.at);
	snprintf(type, sizeof(type), "%*s%s", (int)(2 * (f->depth % 8)), "",
		 f->r.format->name);
	set(row->text[3], type);
	set(row->text[4], proof_words[f->r.proof]);
	set(row->text[5], f->r.detail);
	row->paint = paints[f->r.proof];
}

/* The largest span of unknown bytes after `last` in the order of size. */
static const struct span *next_unknown(const struct plan *p, const struct span *last)
{
	const struct span *best = NULL;

	for (size_t i = 0; i < p->scan.nspan; i++) {
		const struct span *s = &p->scan.span[i];

		if (s->kind != SPAN_UNKNOWN || (last && s->size > last->size) ||
		    (last && s->size == last->size && s <= last))
			continue;
		if (!best || s->size > best->size)
			best = s;
	}
	return best;
}

/* "unknown, entropy 7.98" for what nobody claims and is large. */
static void add_unknown(struct table *t, const struct plan *p)
{
	uint64_t least = p->scan.size / 1000 * LEAST_UNKNOWN_PERMILLE;
	const struct span *s = NULL;

	if (least > LARGE_UNKNOWN)
		least = LARGE_UNKNOWN;
	for (unsigned i = 0; i < MOST_UNKNOWN; i++) {
		struct row *row;

		s = next_unknown(p, s);
		if (!s || s->size < SECTOR || s->size < least)
			return;
		row = add_row(t, p, s->at, s->size);
		snprintf(row->text[5], sizeof(row->text[5]), "unknown, entropy %.2f",
			 scan_entropy(view_sub(p->in.v, s->at, s->size)));
		row->paint = PAINT_DIM;
	}
}

static void add_erased_parts(struct table *t, const struct plan *p)
{
	struct row *row;

	for (size_t i = 0; p->maps.best >= 0 && i < p->n; i++) {
		if (!p->part[i].erased || p->part[i].gap)
			continue;
		row = add_row(t, p, p->part[i].at, p->part[i].size);
		set(row->text[5], "erased");
		row->paint = PAINT_DIM;
	}
}

static int by_offset(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void sort(struct table *t)
{
	qsort(t->row, t->n, sizeof(*t->row), by_offset);
}

/* A stream or a program on its own, as an unknown file system has many. */
static bool is_crumb(const struct plan *p, const struct found *f)
{
	return f->r.format->embedded && f->parent < 0 &&
	       f->r.size < p->scan.size / 1000 * LEAST_UNKNOWN_PERMILLE;
}

static size_t count_crumbs(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->scan.nfound; i++)
		n += is_crumb(p, &p->scan.found[i]);
	return n > MOST_CRUMBS && !p->scan.all ? n : 0;
}

static bool is_shown(const struct plan *p, const struct found *f, size_t crumbs)
{
	if (crumbs && is_crumb(p, f))
		return false;
	return f->parent < 0 || f->decoded || p->scan.all || p->scan.depth > 1;
}

/* Of many crumbs only the sum is told, if there is a place to tell it. */
static void fill(struct table *t, const struct plan *p, size_t crumbs)
{
	for (size_t i = 0; i < p->scan.nfound; i++)
		if (is_shown(p, &p->scan.found[i], crumbs))
			add_found(t, p, &p->scan.found[i]);
	add_erased_parts(t, p);
}

static void print_cell(const char *text, size_t width, bool right, enum paint colour)
{
	fputs(colour ? paint(colour) : "", stdout);
	if (right)
		printf("%*s", (int)width, text);
	else
		fputs(text, stdout);
	fputs(colour ? paint(PAINT_NONE) : "", stdout);
	if (!right && strlen(text) < width)
		printf("%*s", (int)(width - strlen(text)), "");
}

static void print_row(const struct row *row, const size_t *width)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		enum paint colour = c == 0 ? PAINT_OFFSET : c == 4 ? row->paint :
			row->paint == PAINT_DIM ? PAINT_DIM : PAINT_NONE;

		if (c)
			fputs("  ", stdout);
		print_cell(row->text[c], c + 1 < COLUMNS ? width[c] : 0, c == 1,
			   colour);
	}
	putchar('\n');
}

static void print_table(const struct table *t)
{
	size_t width[COLUMNS];

	for (size_t c = 0; c < COLUMNS; c++) {
		width[c] = strlen(heads[c]);
		for (size_t i = 0; i < t->n; i++)
			if (strlen(t->row[i].text[c]) > width[c])
				width[c] = strlen(t->row[i].text[c]);
	}
	for (size_t c = 0; c < COLUMNS; c++)
		printf("%-*s%s", c + 1 < COLUMNS ? (int)width[c] : 0, heads[c],
		       c + 1 < COLUMNS ? "  " : "\n");
	for (size_t i = 0; i < t->n; i++)
		print_row(&t->row[i], width);
}

void show_table(const struct plan *p, const char *name)
{
	size_t crumbs = count_crumbs(p);
	struct table t = { 0 };

	fill(&t, p, crumbs);
	add_unknown(&t, p);
	sort(&t);
	show_head(p, name);
	print_table(&t);
	if (crumbs)
		printf("and %zu small streams and programs; fwtool scan -a shows "
		       "them\n", crumbs);
	show_coverage(&p->scan);
	free(t.row);
}

static void print_plain(const struct row *row, const char *name)
{
	struct buf b = { 0 };

	if (name) {
		put_escaped(&b, view_text(name));
		printf("%.*s\t", (int)b.len, (char *)b.p);
		buf_free(&b);
	}
	printf("%s\t%llu", row->text[0], (unsigned long long)row->size);
	for (size_t c = 2; c < COLUMNS; c++)
		printf("\t%s", row->text[c] + strspn(row->text[c], " "));
	putchar('\n');
}

void show_plain(const struct plan *p, const char *name)
{
	struct table t = { 0 };

	fill(&t, p, 0);
	sort(&t);
	for (size_t i = 0; i < t.n; i++)
		print_plain(&t.row[i], name);
	free(t.row);
}
