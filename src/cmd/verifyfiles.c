/* verifyfiles.c - files are read where damage shows only there */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/verify.h"
#include "core/par.h"
#include "fs/fs.h"
#include "fs/lots.h"
#include "project/opened.h"

/* Of one image, as extract has it. */
enum { PIECE = 1 << 20 };
static const uint64_t most_bytes = 4ull << 30;

struct slot { bool bad; struct err why; };

struct unpacking {
	struct lots lots;
	struct slot *slot;
	size_t slots;
};

static bool drop(struct sink *to, const void *p, size_t n)
{
	(void)to, (void)p, (void)n;
	return true;
}

static int unpack(const struct node *n, struct err *e)
{
	struct sink nowhere = { drop };
	struct buf b = { .to = &nowhere, .most = PIECE };
	int r = n->content.load(&n->content, &b, e);

	if (!r && buf_total(&b) != n->size)
		r = fail(e, ERR_FORMAT, "content is shorter than its size says");
	buf_free(&b);
	return r;
}

static void work(size_t i, void *arg)
{
	struct unpacking *u = arg;
	struct slot *s = &u->slot[i % u->slots];
	const struct lot *l = &u->lots.lot[i];

	s->bad = false;
	for (size_t k = l->from; !s->bad && k < l->from + l->n; k++) {
		const struct node *n = u->lots.file[k].n;
		struct buf path = { 0 };

		if (!unpack(n, &s->why))
			continue;
		s->bad = true;
		tree_path(n, &path);
		within(&s->why, "%s", buf_string(&path));
		buf_free(&path);
	}
}

static int done(size_t i, void *arg, struct err *e)
{
	struct unpacking *u = arg;

	if (u->slot[i % u->slots].bad)
		*e = u->slot[i % u->slots].why;
	return u->slot[i % u->slots].bad ? -1 : 0;
}

static int take(const struct node *n, const char *path, void *arg)
{
	struct unpacking *u = arg;

	(void)path;
	if (!S_ISREG(n->mode) || n->same || !n->size || !n->content.load ||
	    n->size > most_bytes - u->lots.bytes)
		return 0;
	lots_add(&u->lots, (struct node *)(uintptr_t)n, u->lots.files);
	return 0;
}

static int unpack_all(const struct tree *t, size_t *files, struct err *e)
{
	struct unpacking u = { .slots = par_jobs() * 4 };
	int r;

	tree_each(t, take, &u);
	lots_cut(&u.lots);
	u.slot = xcalloc(u.slots, sizeof(*u.slot));
	r = par_run(&(struct par){ work, done, &u, u.slots }, u.lots.n, e);
	*files = u.lots.files;
	free(u.slot);
	lots_free(&u.lots);
	return r;
}

static bool hides_damage(const struct region *r)
{
	return r->proof == PROOF_PROVEN && !r->broken && r->format->fs &&
	       r->format->fs->hides_damage;
}

static void wrong(struct region *r, const char *where, const char *text)
{
	r->broken = true;
	r->detail[0] = 0;
	region_detail(r, "%s: %s", where, text);
}

static void wrong_at(struct region *r, uint64_t at, const char *text)
{
	char where[24];

	snprintf(where, sizeof(where), "0x%06llx", (unsigned long long)at);
	wrong(r, where, text);
}

static void look_at(struct view image, struct region *r)
{
	struct err e = { 0 };
	struct tree t;
	size_t files = 0;

	tree_init(&t);
	if (r->format->fs->read(view_sub(image, r->at, r->size), &t, &e) < 0 ||
	    unpack_all(&t, &files, &e) < 0) {
		wrong_at(r, e.at, e.text);
	} else if (t.damage) {
		wrong_at(r, t.damage->at, t.damage->text);
	} else {
		region_evidence(r, "%zu file%s unpacked", files, files == 1 ? "" : "s");
	}
	tree_free(&t);
}

/* What lies in pieces, as the volumes of UBI. */
static void look_at_payload(struct view inside, struct region *r, const char *name)
{
	struct scan s = { 0 };
	struct err ignored;

	if (scan_silently(&s, inside, -1, &(struct scan_opts){ 0 }, &ignored) < 0)
		return;
	for (size_t i = 0; i < s.nfound && !r->broken; i++) {
		struct region *x = &s.found[i].r;
		bool look;

		if (s.found[i].parent >= 0 || x->proof < PROOF_PLAUSIBLE)
			continue;
		look = hides_damage(x);
		if (look)
			look_at(inside, x);
		if (x->broken && (look || !x->at))
			wrong(r, name, x->detail);
		else if (!x->broken && x->nevidence)
			region_evidence(r, "%.16s: %s", name,
					x->evidence[x->nevidence - 1]);
	}
	scan_free(&s);
}

static void look_into(struct view image, struct region *r)
{
	const struct wrap *wrap = r->format->wrap;
	struct payload inner[MOST_PAYLOADS] = { 0 };
	struct view v = view_sub(image, r->at, r->size);
	struct err ignored;
	int n = wrap->open(v, inner, MOST_PAYLOADS, &ignored);

	for (int i = 0; i < n && !r->broken; i++) {
		struct buf b = { 0 };

		if (!wrap->load(v, i, MOST_CONTENT, &b, &ignored))
			look_at_payload(buf_view(&b), r, inner[i].name);
		buf_free(&b);
	}
}

void verify_files(struct scan *s, struct view image)
{
	for (size_t i = 0; i < s->nfound; i++) {
		struct found *f = &s->found[i];

		if (!verify_lists(s, f) || f->r.proof != PROOF_PROVEN || f->r.broken)
			continue;
		if (hides_damage(&f->r))
			look_at(image, &f->r);
		else if (f->r.format->wrap && f->r.format->wrap->load)
			look_into(image, &f->r);
	}
}
