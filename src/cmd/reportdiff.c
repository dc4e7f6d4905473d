/* reportdiff.c - what differs from another reading */
#include "cmd/diff.h"
#include "cmd/report.h"

enum { MOST_PLACES_SHOWN = 20 };

static void put_places(struct page *p, const struct outcome *x)
{
	struct buf what = { 0 };

	put_text(p->b, "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Offset</th>"
		 "<th scope=\"col\">Size</th><th scope=\"col\">Part</th><th scope=\"col\">What"
		 "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < x->c.n && i < MOST_PLACES_SHOWN; i++) {
		const struct spot *s = &x->c.place[i];
		const struct part *part = plan_over(&p->plan, s->at);

		put_text(p->b, "<tr><td class=\"n\">0x%06llx</td><td class=\"n\">%llu</td><td>",
			 (unsigned long long)s->at, (unsigned long long)s->size);
		html_string(p->b, part ? part->name : "-");
		put_text(p->b, "</td><td>");
		buf_clear(&what);
		outcome_put_place(&what, x, s);
		html_text(p->b, buf_view(&what));
		put_text(p->b, "</td></tr>\n");
	}
	put_text(p->b, "</tbody></table></div>\n");
	buf_free(&what);
}

static void put_outcome(struct page *p, const struct outcome *x)
{
	put_text(p->b, "<h2 id=\"diff\">What differs from ");
	html_string(p->b, x->b->name);
	put_text(p->b, "?</h2><p>");
	if (x->same) {
		put_text(p->b, "Nothing: they are the same.</p>\n");
		return;
	}
	put_text(p->b, "%llu of %llu bytes, in %llu places. <b>",
		 (unsigned long long)x->c.bytes, (unsigned long long)x->c.size,
		 (unsigned long long)x->c.places);
	html_string(p->b, outcome_text(x));
	put_text(p->b, ".</b> ");
	html_string(p->b, x->v.advice);
	put_text(p->b, "</p>\n");
	put_places(p, x);
	page_note(p, true, "readings differ", x->b->name, "fwtool diff", "%s",
		  outcome_text(x));
}

int page_diff(struct page *p, const char *against, const struct plan_opts *o,
	      struct err *e)
{
	struct reading a = { .plan = p->plan }, b = { 0 };	/* borrowed */
	struct outcome x = { .a = &a, .b = &b };
	int bad = reading_open(&b, against, o, e);

	if (!bad) {
		reading_name(&a, p->input);
		outcome_find(&x);
		put_outcome(p, &x);
	}
	compared_free(&x.c);
	plan_free(&b.plan);
	return bad;
}
