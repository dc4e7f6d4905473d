/* reportfiles.c - what takes the room, and whether a change will fit */
#include <stdlib.h>
#include <string.h>

#include "cmd/report.h"
#include "core/mem.h"
#include "project/extract.h"

enum { MOST_OF_A_DIR = 12, MOST_LEVELS = 12, MOST_LINES = 3000 };

struct sized { const struct node *n; uint64_t size; };

/* Sums of directories, in node->mark; each file counts once. */
static uint64_t sum(struct node *n)
{
	uint64_t total = S_ISREG(n->mode) && !n->same ? n->size : 0;

	for (struct node *c = n->child; c; c = c->next)
		total += sum(c);
	n->mark = total;
	return total;
}

static int larger_first(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return strcmp(x->n->name, y->n->name);
}

static void put_sized(struct buf *b, uint64_t size)
{
	put_text(b, "<span class=\"sz\">");
	html_size(b, size);
	put_text(b, "</span> ");
}

static void put_dir(struct page *p, const struct node *dir, unsigned level,
		    unsigned *lines);

static void put_entry(struct page *p, const struct sized *x, unsigned level,
		      unsigned *lines)
{
	bool opens = x->n->child && level < MOST_LEVELS && *lines < MOST_LINES;

	++*lines;
	put_text(p->b, "<li>%s", opens ? "<details><summary>" : "");
	put_sized(p->b, x->size);
	put_text(p->b, "<code>");
	html_string(p->b, x->n->name);
	put_text(p->b, "%s</code>", S_ISDIR(x->n->mode) ? "/" : "");
	if (opens) {
		put_text(p->b, "</summary>");
		put_dir(p, x->n, level + 1, lines);
		put_text(p->b, "</details>");
	}
	put_text(p->b, "</li>");
}

static void put_dir(struct page *p, const struct node *dir, unsigned level,
		    unsigned *lines)
{
	struct sized *list = NULL;
	size_t n = 0, cap = 0, shown;
	uint64_t rest = 0;

	for (const struct node *c = dir->child; c; c = c->next) {
		list = xgrow(list, &cap, n + 1, sizeof(*list));
		list[n++] = (struct sized){ c, c->mark };
	}
	if (n)
		qsort(list, n, sizeof(*list), larger_first);
	shown = n < MOST_OF_A_DIR ? n : MOST_OF_A_DIR;
	put_text(p->b, "<ul>");
	for (size_t i = 0; i < shown; i++)
		put_entry(p, &list[i], level, lines);
	for (size_t i = shown; i < n; i++)
		rest += list[i].size;
	if (n > shown) {
		put_text(p->b, "<li>");
		put_sized(p->b, rest);
		put_text(p->b, "%zu more</li>", n - shown);
	}
	put_text(p->b, "</ul>");
	free(list);
}

/* What cannot be read is a finding, not the end of the page. */
static void put_tree(struct page *p, const struct part *part)
{
	struct extract_opts o = { .partial = true };
	struct extracted got = { 0 };
	struct tree t = { 0 };
	struct source s;
	struct err e = { 0 };
	unsigned lines = 0;

	if (source_of_part(&s, &p->plan, part, &e) < 0 ||
	    extract_read(&s, &t, &o, &got, &e) < 0) {
		page_note(p, true, "damage", part->name, "fwtool verify", "%s", e.text);
		tree_free(&t);
		return;
	}
	put_text(p->b, "<li><details open=\"open\"><summary>");
	put_sized(p->b, sum(t.root));
	put_text(p->b, "<code>");
	html_string(p->b, part->name);
	put_text(p->b, "/</code></summary>");
	put_dir(p, t.root, 1, &lines);
	put_text(p->b, "</details></li>\n");
	if (got.damages)
		page_note(p, true, "damage", part->name, "fwtool verify",
			  "%zu damaged places in its files", got.damages);
	tree_free(&t);
}

void page_files(struct page *p)
{
	bool any = false;

	for (size_t i = 0; i < p->plan.n; i++) {
		if (!part_has_tree(&p->plan, &p->plan.part[i]))
			continue;
		if (!any)
			put_text(p->b, "<h2 id=\"files\">What takes the room?</h2>"
				 "<ul class=\"tree\">\n");
		any = true;
		put_tree(p, &p->plan.part[i]);
	}
	if (any)
		put_text(p->b, "</ul>\n");
}

static void put_room(struct page *p, const struct part *part)
{
	struct view v = plan_part(&p->plan, part);
	uint64_t tail = v.len ? view_tail_run(v, v.p[v.len - 1]) : 0;
	bool erased = v.len && (v.p[v.len - 1] == 0xff || !v.p[v.len - 1]);
	uint64_t used = part->size - (erased ? tail : 0);

	put_text(p->b, "<tr><th scope=\"row\">");
	html_string(p->b, part->name);
	put_text(p->b, "</th><td class=\"n\">");
	html_size(p->b, part->size);
	put_text(p->b, "</td><td class=\"n\">");
	html_size(p->b, used);
	put_text(p->b, "</td><td class=\"n\">");
	html_size(p->b, part->size - used);
	put_text(p->b, "</td><td class=\"n\">%llu %%</td></tr>\n",
		 (unsigned long long)(part->size ? used * 100 / part->size : 0));
}

void page_room(struct page *p)
{
	put_text(p->b, "<h2 id=\"room\">Will a change fit?</h2><div class=\"wide\"><table>"
		 "<caption>Used: up to the last byte that is not erased.</caption><thead><tr>"
		 "<th scope=\"col\">Name</th><th scope=\"col\">Room</th><th scope=\"col\">Used"
		 "</th><th scope=\"col\">Free at its end</th><th scope=\"col\">Full</th></tr>"
		 "</thead><tbody>\n");
	for (size_t i = 0; i < p->plan.n; i++)
		if (!p->plan.part[i].gap)
			put_room(p, &p->plan.part[i]);
	put_text(p->b, "</tbody></table></div>\n");
}
