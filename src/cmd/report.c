/* report.c - fwtool report: one page about a dump, for people who look */
#include "cmd/report.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/clean.h"
#include "cmd/help.h"
#include "cmd/look.h"
#include "core/hash.h"
#include "core/out.h"
#include "core/text.h"
#include "project/cleantree.h"

enum { MOST_SECRETS = 100 };

struct report_opts { struct plan_opts plan; const char *against; };

#define AT(field) offsetof(struct report_opts, field)

static const struct option options[] = {
	{ OPT_TEXT, 0, "against", AT(against), "FILE",
	  "another reading: what differs, and why", 0 },
	{ OPT_TEXT, 'm', "map", AT(plan.map), "SRC",
	  "mtdparts=..., or a file with a map (default: auto)", 0 },
	{ OPT_TEXT, 0, "fixup", AT(plan.input.fixup), "LIST",
	  "auto, none, or unhex,swap32 (default: auto)", 0 },
	{ OPT_TEXT, 0, "range", AT(plan.input.range), "R", "only OFF+LEN or OFF..END", 0 },
	{ 0 }
};

/* share/report.css, taken in by the assembler; a NUL ends it. */
__asm__(".pushsection .rodata\n"
	"report_css: .incbin \"share/report.css\"\n.byte 0\n.popsection\n");
extern const char report_css[];

static void put_head(struct page *p)
{
	put_text(p->b, "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><meta "
		 "name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n<meta "
		 "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		 "style-src 'unsafe-inline'; img-src data:\"/><meta name=\"generator\" "
		 "content=\"fwtool " FWTOOL_VERSION "\"/><title>");
	html_string(p->b, p->name);
	put_text(p->b, ": flash report</title><style>\n%s</style></head><body>\n"
		 "<a class=\"skip\" href=\"#main\">Skip to content</a><header><h1>",
		 report_css);
	html_string(p->b, p->name);
	put_text(p->b, "</h1><p class=\"dim\">");
	html_size(p->b, p->plan.scan.size);
	put_text(p->b, " · sha256 <code>%s</code> · fwtool " FWTOOL_VERSION
		 "</p>\n<nav aria-label=\"Sections\"><a href=\"#map\">Map</a><a "
		 "href=\"#parts\">Partitions</a><a href=\"#entropy\">Entropy</a><a "
		 "href=\"#bytes\">Byte classes</a><a href=\"#room\">Room</a><a "
		 "href=\"#findings\">Findings</a><a href=\"#origin\">Provenance</a></nav>"
		 "</header>\n<main id=\"main\">", p->sha256);
}

/* Tenths of a percent that add up: the largest takes what is left. */
static void put_share(struct buf *b, uint64_t part, uint64_t all)
{
	put_text(b, "%.1f %%", all ? (double)part * 100 / (double)all : 0);
}

static void put_sentence(struct page *p)
{
	const struct scan *s = &p->plan.scan;
	unsigned proven = 0, plausible = 0;

	for (size_t i = 0; i < s->nfound; i++) {
		proven += !s->found[i].depth && s->found[i].r.proof == PROOF_PROVEN;
		plausible += !s->found[i].depth && s->found[i].r.proof == PROOF_PLAUSIBLE;
	}
	put_text(p->b, "<p><b>%u structure%s proven, %u plausible.</b> ", proven,
		 proven == 1 ? "" : "s", plausible);
	put_share(p->b, s->structure, s->size);
	put_text(p->b, " of the bytes belong to a structure, ");
	put_share(p->b, s->erased, s->size);
	put_text(p->b, " are erased, ");
	put_share(p->b, s->unknown, s->size);
	put_text(p->b, " are unknown (%llu bytes). ", (unsigned long long)s->unknown);
	if (p->plan.maps.best >= 0) {
		const struct map *m = &p->plan.maps.map[p->plan.maps.best];

		put_text(p->b, "Partition map: ");
		html_string(p->b, m->source);
		put_text(p->b, "; ");
		html_string(p->b, m->verdict);
		put_text(p->b, ".");
	} else {
		put_text(p->b, "No partition map: the parts are what was found.");
	}
	put_text(p->b, "</p>\n");
}

/* Personal data, masked, as fwtool clean finds it. */
static void note_secrets(struct page *p)
{
	struct rules rules;
	struct cleaning c = { .rules = &rules };
	struct err e;

	if (rules_read(&rules, view_text(clean_rules), &e) < 0)
		return;
	if (clean_image(&c, &p->plan, &e) < 0)
		page_note(p, true, "damage", p->name, "fwtool verify", "%s", e.text);
	for (size_t i = 0; i < c.n && i < MOST_SECRETS; i++)
		page_note(p, true, c.f[i].kind, c.f[i].where, "fwtool clean", "%s",
			  c.f[i].masked);
	cleaning_free(&c);
	rules_free(&rules);
}

static void note_damage(struct page *p)
{
	for (size_t i = 0; i < p->plan.scan.nfound; i++) {
		const struct region *r = &p->plan.scan.found[i].r;
		char where[32];

		if (p->plan.scan.found[i].depth > 1 || (!r->broken && !r->says))
			continue;
		snprintf(where, sizeof(where), "0x%llx", (unsigned long long)r->at);
		if (r->says)
			page_note(p, true, "cut off", where, "fwtool verify",
				  "%s: says it is %llu bytes, %llu are there", r->format->name,
				  (unsigned long long)r->says, (unsigned long long)r->size);
		else
			page_note(p, true, "damage", where, "fwtool verify", "%s: %s",
				  r->format->name, r->detail);
	}
}

void page_notes(struct page *p)
{
	put_text(p->b, "<h2 id=\"findings\">What should I look at?</h2>");
	if (!p->notes) {
		put_text(p->b, "<p>Nothing stands out.</p>\n");
		return;
	}
	put_text(p->b, "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Level</th>"
		 "<th scope=\"col\">Kind</th><th scope=\"col\">Where</th><th scope=\"col\">"
		 "What</th><th scope=\"col\">Command</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < p->notes; i++) {
		const struct note *n = &p->note[i];

		put_text(p->b, "<tr><td%s>%s</td><td>", n->is_warning ? " class=\"warn\""
			 : "", n->is_warning ? "! warning" : "i note");
		html_string(p->b, n->kind);
		put_text(p->b, "</td><td><code>");
		html_string(p->b, n->where);
		put_text(p->b, "</code></td><td>");
		html_string(p->b, n->what);
		put_text(p->b, "</td><td><code>%s</code></td></tr>\n", n->command);
	}
	put_text(p->b, "</tbody></table></div>\n");
}

static void put_provenance(struct page *p)
{
	const struct input *in = &p->plan.in;

	put_text(p->b, "<h2 id=\"origin\">What happened to the bytes?</h2><dl><dt>Source</dt>"
		 "<dd>");
	html_string(p->b, p->name);
	put_text(p->b, ", %zu bytes, sha256 <code>%s</code></dd>", in->v.len, p->sha256);
	for (unsigned i = 0; i < in->napplied; i++) {
		put_text(p->b, "<dt>Fix-up: ");
		html_string(p->b, in->applied[i].name);
		put_text(p->b, "</dt><dd>");
		html_string(p->b, in->applied[i].say);
		put_text(p->b, "</dd>");
	}
	put_text(p->b, "<dt>Command</dt><dd><code>fwtool report ");
	html_string(p->b, p->name);
	put_text(p->b, "</code> (fwtool " FWTOOL_VERSION ")</dd></dl>\n</main></body></html>\n");
}

static int put_page(struct page *p, const char *against, const struct plan_opts *o,
		    struct err *e)
{
	sha256_text(p->plan.in.v, p->sha256);
	put_head(p);
	put_sentence(p);
	page_map(p);
	page_parts(p);
	page_entropy(p);
	page_bytes(p);
	page_files(p);
	page_room(p);
	if (against && page_diff(p, against, o, e) < 0)
		return -1;
	note_secrets(p);
	note_damage(p);
	page_notes(p);
	put_provenance(p);
	return 0;
}

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(path, "-") ? "standard input" : slash && slash[1] ? slash + 1 : path;
}

static int run(struct run *r, struct err *e)
{
	const struct report_opts *given = r->opts;
	struct plan_opts o = given->plan;
	struct page p = { .r = r, .input = cmd_input(r, e) };
	const char *path = r->common->output;
	char room[4096];
	struct buf b = { 0 };
	int bad;

	if (!p.input)
		return -1;
	p.name = last_component(p.input);
	p.b = &b;
	o.scan.entropy = true;
	look_deep();
	bad = plan_make(&p.plan, p.input, &o, e);
	if (!bad)
		bad = put_page(&p, given->against, &o, e);
	if (!bad) {
		if (!path)
			path = cmd_beside(p.input, ".html", room);
		if (!r->common->dry_run)
			bad = out_save(path, buf_view(&b), r->common->force, e);
		if (!bad && strcmp(path, "-"))
			say(r, "%s: %zu bytes, %zu to look at", path, b.len, p.notes);
		json_object_set_new(r->doc, "output", json_pack("{s:s, s:I}", "name",
				    path, "size", (json_int_t)b.len));
		json_object_set_new(r->doc, "findings",
				    json_integer((json_int_t)p.notes));
	}
	plan_free(&p.plan);
	free(p.note);
	buf_free(&b);
	return bad ? -1 : STATUS_OK;
}

const struct command command_report = {
	.name = "report",
	.group = "look inside",
	.operands = "[OPTIONS] INPUT|PROJECT",
	.summary = "write one self-contained HTML page",
	.about = "Write a page about a dump: what is where and how that is known, its\n"
		 "entropy, a map of its bytes on which a bad read shows, what takes the\n"
		 "room, and what to look at. One file, no script, nothing is fetched.",
	.examples = "  fwtool report dump.bin\n"
		    "  fwtool report dump.bin.fw -o page.html\n",
	.opts = options,
	.optsize = sizeof(struct report_opts),
	.run = run,
};
