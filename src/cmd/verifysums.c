/* verifysums.c - every checksum of a dump, in a table or a document */
#include <stdio.h>

#include "cmd/verify.h"
#include "core/text.h"
#include "fs/fs.h"
#include "project/manifest.h"

enum check { CHECK_NONE, CHECK_OK, CHECK_WRONG };

static const char *const words[] = { "-", "ok", "WRONG" };
static const enum paint paints[] = { PAINT_DIM, PAINT_PROVEN, PAINT_RED };

/* Cut off is wrong too: what is there cannot be checked. */
static enum check check_of(const struct region *r)
{
	if (r->broken || r->says)
		return CHECK_WRONG;
	return r->proof == PROOF_PROVEN && r->nevidence ? CHECK_OK : CHECK_NONE;
}

/* Weak ones only where they are something with a wrong checksum. */
bool verify_lists(const struct scan *s, const struct found *f)
{
	const struct format *over = f->parent < 0 ? NULL
						  : s->found[f->parent].r.format;

	if (over && ((over->fs && over->fs->hides_damage) ||
		     (over->wrap && over->wrap->load)))
		return false;
	if (f->r.proof >= PROOF_PLAUSIBLE)
		return f->depth <= 1 && !f->decoded;
	return f->r.proof == PROOF_WEAK && !f->depth && f->r.broken;
}

static void put_evidence(struct buf *b, const struct region *r)
{
	enum check check = check_of(r);

	if (check == CHECK_WRONG || !r->nevidence) {
		put_escaped(b, view_text(r->detail));
		return;
	}
	for (unsigned i = 0; i < r->nevidence; i++) {
		put_text(b, "%s", i ? ", " : "");
		put_escaped(b, view_text(r->evidence[i]));
	}
}

static void put_part(struct buf *b, const struct plan *p, const struct region *r)
{
	const struct part *part = plan_over(p, r->at);

	buf_clear(b);
	if (part && p->maps.best >= 0)
		put_name(b, part->name);
	else
		put8(b, '-');
}

/* Wide enough for what is in them. */
struct columns { int place, part, type; };

static struct columns columns_of(const struct plan *p)
{
	struct columns c = { .part = 4, .type = 4 };
	struct buf name = { 0 };

	c.place = snprintf(NULL, 0, "%llx", p->in.v.len ? p->in.v.len - 1ull : 0);
	c.place = c.place < 6 ? 6 : c.place;
	for (size_t i = 0; i < p->scan.nfound; i++) {
		const struct region *r = &p->scan.found[i].r;
		int type = (int)strlen(r->format->name);

		if (!verify_lists(&p->scan, &p->scan.found[i]))
			continue;
		put_part(&name, p, r);
		c.part = (int)name.len > c.part ? (int)name.len : c.part;
		c.type = type > c.type ? type : c.type;
	}
	buf_free(&name);
	return c;
}

static void print_line(const struct plan *p, const struct region *r,
		       const struct columns *c)
{
	struct buf name = { 0 }, evidence = { 0 };
	enum check check = check_of(r);

	put_part(&name, p, r);
	put_evidence(&evidence, r);
	printf("%s0x%0*llx%s  %9s  %-*s  %-*s  %s%-5s%s  %s\n", paint(PAINT_OFFSET),
	       c->place, (unsigned long long)r->at, paint(PAINT_NONE),
	       size_text(r->size).text, c->part, buf_string(&name), c->type,
	       r->format->name, paint(paints[check]), words[check],
	       paint(PAINT_NONE), buf_string(&evidence));
	buf_free(&name);
	buf_free(&evidence);
}

struct tally { size_t n[3]; };

/* A proof is a checksum that holds, or every pointer followed to its end. */
static void print_sum(const struct tally *t)
{
	size_t all = t->n[CHECK_OK] + t->n[CHECK_WRONG];

	printf("\n%zu of %zu object%s proven", t->n[CHECK_OK], all,
	       all == 1 ? "" : "s");
	if (t->n[CHECK_WRONG])
		printf(", %zu wrong or cut off", t->n[CHECK_WRONG]);
	if (t->n[CHECK_NONE])
		printf("; %zu more cannot be checked", t->n[CHECK_NONE]);
	putchar('\n');
}

static void print_all(const struct plan *p, const struct tally *t)
{
	struct columns c = columns_of(p);

	printf("%-*s  %-9s  %-*s  %-*s  CHECK  EVIDENCE\n", c.place + 2, "OFFSET",
	       "SIZE", c.part, "PART", c.type, "TYPE");
	for (size_t i = 0; i < p->scan.nfound; i++)
		if (verify_lists(&p->scan, &p->scan.found[i]))
			print_line(p, &p->scan.found[i].r, &c);
	print_sum(t);
}

static void fill_document(struct run *r, const struct plan *p)
{
	json_t *found = json_of_found(p), *checks = json_array();

	for (size_t i = 0; i < p->scan.nfound; i++) {
		json_t *o = json_array_get(found, i);
		enum check check = check_of(&p->scan.found[i].r);

		if (!verify_lists(&p->scan, &p->scan.found[i]))
			continue;
		json_object_set_new(o, "check", json_string(check == CHECK_WRONG
				    ? "wrong" : check == CHECK_OK ? "ok" : "none"));
		json_array_append(checks, o);
	}
	json_decref(found);
	json_object_set_new(r->doc, "input", json_of_input(p, NULL));
	json_object_set_new(r->doc, "map", json_of_map(p));
	json_object_set_new(r->doc, "found", checks);
}

int verify_sums(struct run *r, const struct plan *p)
{
	struct tally t = { { 0 } };

	for (size_t i = 0; i < p->scan.nfound; i++)
		if (verify_lists(&p->scan, &p->scan.found[i]))
			t.n[check_of(&p->scan.found[i].r)]++;
	if (r->common->json) {
		fill_document(r, p);
		json_object_set_new(r->doc, "wrong",
				    json_integer((json_int_t)t.n[CHECK_WRONG]));
		json_object_set_new(r->doc, "right",
				    json_integer((json_int_t)t.n[CHECK_OK]));
	} else if (t.n[CHECK_OK] + t.n[CHECK_WRONG]) {
		print_all(p, &t);
	} else {
		printf("nothing in it that can be checked\n");
	}
	return t.n[CHECK_WRONG] || !t.n[CHECK_OK] ? STATUS_NO : STATUS_OK;
}
