/* recode.c - find how a stream was packed, and pack another the same way */
#include "core/recode.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"

static bool match_take(struct sink *to, const void *p, size_t n)
{
	struct matching *m = (struct matching *)to;

	m->differs = !view_is(m->was, m->pos, p, n);
	m->pos += n;
	return !m->differs;
}

struct matching matching(struct view was)
{
	return (struct matching){ .sink = { match_take }, .was = was };
}

struct collect { struct sink sink; struct buf *out; };

static bool collect_take(struct sink *to, const void *p, size_t n)
{
	put(((struct collect *)to)->out, p, n);
	return true;
}

static int pack_into(const struct recoding *r, const struct guess *g,
		     struct buf *out, struct err *e)
{
	struct collect to = { { collect_take }, out };

	return r->codec->packer->pack(r->was, g, r->now, &to.sink, e);
}

struct search {
	const struct recoding *r;
	struct guess *g;
	bool *equal;
	_Atomic bool found;
};

static void try_one(size_t i, void *arg)
{
	struct search *s = arg;
	const struct recoding *r = s->r;
	const struct packer *p = r->codec->packer;
	struct matching m = matching(r->was);
	struct err ignored;

	if (s->found || (p->likely && !p->likely(r->was, &s->g[i], r->plain_was)))
		return;
	if (p->pack(r->was, &s->g[i], r->plain_was, &m.sink, &ignored) < 0 ||
	    m.differs)
		return;
	s->equal[i] = m.pos == r->was.len;
	if (s->equal[i])
		s->found = true;
}

/* The guess that gives the original again, or -1. */
static int find_exact(const struct recoding *r, struct guess *g, int n)
{
	bool equal[MOST_GUESSES] = { false };
	struct search s = { .r = r, .g = g, .equal = equal };
	struct err ignored;

	par_run(&(struct par){ .work = try_one, .arg = &s }, (size_t)n, &ignored);
	for (int i = 0; i < n; i++)
		if (equal[i])
			return i;
	return -1;
}

/*
 * The strongest is not always the smallest: let the likeliest try as well.
 * Whether it took the place of what is in out from start on.
 */
static bool is_smaller(const struct recoding *r, const struct guess *g,
		       size_t start, struct buf *out)
{
	struct buf other = { 0 };
	struct err ignored;
	bool is = !pack_into(r, g, &other, &ignored) &&
		  other.len < out->len - start;

	if (is) {
		out->len = start;
		put_view(out, buf_view(&other));
	}
	buf_free(&other);
	return is;
}

/* The proof: what was packed unpacks to what it was made from. */
static int unpack_again(const struct recoding *r, struct view packed,
			struct err *e)
{
	struct buf plain = { 0 };
	struct decoded d;
	int bad = r->codec->decode(packed, r->now.len + 1, &plain, &d, e);

	if (bad < 0 || !view_equal(buf_view(&plain), r->now) ||
	    d.used != packed.len)
		bad = fail(e, ERR_FORMAT, "%s does not unpack to what was packed; "
			   "this is a bug, and nothing was written",
			   r->codec->name);
	buf_free(&plain);
	return bad;
}

int recode(const struct recoding *r, struct buf *out, struct recoded *how,
	   struct err *e)
{
	struct guess g[MOST_GUESSES] = { { .level = 0 } };
	size_t start = out->len;
	int n, best;

	*how = (struct recoded){ 0 };
	if (!r->codec->packer)
		return fail(e, ERR_UNSUPPORTED, "%s can be unpacked, but not packed "
			    "again yet", r->codec->name);
	n = r->codec->packer->guesses(r->was, g, MOST_GUESSES);
	if (n <= 0)
		return fail(e, ERR_UNSUPPORTED, "this kind of %s cannot be packed "
			    "again", r->codec->name);
	best = r->harder ? -1 : find_exact(r, g, n);
	how->exact = best >= 0;
	best = how->exact ? best : n - 1;
	if (pack_into(r, &g[best], out, e) < 0)
		return -1;
	if (r->harder && is_smaller(r, &g[0], start, out))
		best = 0;
	memcpy(how->name, g[best].name, sizeof(how->name));
	return unpack_again(r, view_from(buf_view(out), start), e);
}
