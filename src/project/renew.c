/* renew.c - changed trees and payloads go back into what they came from */
#include "project/renew.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/recode.h"
#include "project/rebuild.h"
#include "scan/refit.h"

static int renew_tree(const struct renewal *n, size_t i, struct renewed *c,
		      struct err *e)
{
	const struct opened *x = renewal_entry(n, i);
	struct rebuild b = { .format = x->format,
			     .anew = n->s->o->anew || n->harder[i],
			     .adjust = n->s->o->adjust, .arg = n->s->o->arg };
	char *dir = xasprintf("%s/fs/%s", n->s->dir, x->name);
	char *meta = xasprintf("%s.fwmeta", dir);
	struct rebuilt made = { 0 };
	struct buf out = { 0 };
	int r;

	b.dir = dir;
	b.meta = meta;
	b.original = view_from(c->was, x->at);
	r = tree_rebuild(&b, &out, &made, e);
	if (!r && n->harder[i])
		note("project.anew", "%s: laid out anew to make it fit", x->name);
	if (r < 0)
		err_about(e, x->name);
	else if (!view_equal(buf_view(&out), view_sub(c->was, x->at, x->size)))
		r = renewed_put(c, x, buf_view(&out), e);
	rebuilt_free(&made);
	buf_free(&out);
	free(dir);
	free(meta);
	return r;
}

/*
 * Payload x as it was, unpacked; own keeps what had to be made. Of what is
 * packed only the stream is left in p, and what followed it is in *tail.
 */
static int content_of(const struct opened *x, struct view object,
		      struct payload *p, struct view *tail, struct buf *own,
		      struct view *v, struct err *e)
{
	struct payload inner[MOST_PAYLOADS] = { 0 };
	const struct wrap *w = x->format->wrap;
	struct decoded d = { 0 };
	char sum[SHA256_TEXT];
	int n = w->open(object, inner, MOST_PAYLOADS, e), r = 0;

	if (n < 0)
		return -1;
	*p = inner[x->payload];
	*v = p->v;
	if (x->payload >= n || p->codec != x->codec ||
	    (p->codec && x->length > MOST_CONTENT))
		r = fail(e, ERR_FORMAT, "is not what was opened; extract it anew");
	else if (p->codec)
		r = p->codec->decode(p->v, x->length, own, &d, e);
	else if (w->load)
		r = w->load(object, x->payload, x->length, own, e);
	if (r < 0)
		return -1;
	if (p->codec || w->load)
		*v = buf_view(own);
	*tail = p->codec ? view_from(p->v, d.used) : (struct view){ 0 };
	p->v = p->codec ? view_sub(p->v, 0, d.used) : p->v;
	sha256_text(*v, sum);
	return strcmp(sum, x->sha256)
	       ? fail(e, ERR_FORMAT, "is not what was opened; extract it anew") : 0;
}

static void say_packed(const struct opened *x, const struct recoding *r,
		       const struct recoded *how)
{
	if (how->exact)
		trace("project.recoded", "%s: packed with %s, which gives the "
		      "original bit for bit", x->name, how->name);
	else if (r->harder)
		note("project.squeezed", "%s: packed with %s to make it fit", x->name,
		     how->name);
	else
		note("project.recoded", "%s: how the original %s was packed is not "
		     "known; packed with %s, so it can only be equal in content",
		     x->name, r->codec->name, how->name);
}

/* The content as people left it, or as it becomes by what lies in it. */
static int renew_payload_content(const struct renewal *n, size_t i,
				 struct renewed *c, struct err *e)
{
	const struct opened *x = renewal_entry(n, i);
	struct image im = { 0 };

	if (n->touch[i] != TOUCHED)
		return renew_content(n, (long)i, c, e);
	if (read_open_file(n->s, x, &im, e) < 0)
		return -1;
	put_view(&c->now, im.v);
	c->changed = true;
	image_close(&im);
	return 0;
}

/* The object with that payload takes the place of the one in object. */
static int put_payload(const struct opened *x, struct view payload,
		       struct buf *object, struct err *e)
{
	const struct wrap *wrap = x->format->wrap;
	struct buf out = { 0 };

	if (!wrap->refit)
		return fail(e, ERR_UNSUPPORTED, "%s images can be opened, but not "
			    "packed again; undo what was changed in it",
			    x->format->name);
	if (wrap->refit(buf_view(object), x->payload, payload, &out, e) < 0) {
		buf_free(&out);
		return -1;
	}
	buf_free(object);
	*object = out;
	return 0;
}

/*
 * The object with payload i renewed takes the place of the one in object;
 * was is how it was before any payload of it was renewed.
 */
static int renew_payload(const struct renewal *n, size_t i, struct view was,
			 struct buf *object, struct err *e)
{
	const struct opened *x = renewal_entry(n, i);
	struct renewed c = { .grows = true };
	struct buf own = { 0 }, packed = { 0 };
	struct recoded how = { 0 };
	struct view now, tail;
	struct payload p;
	int r = -1;

	if (content_of(x, was, &p, &tail, &own, &c.was, e) < 0 ||
	    renew_payload_content(n, i, &c, e) < 0)
		goto out;
	now = buf_view(&c.now);
	if (c.changed && p.codec) {
		struct recoding in = { p.codec, p.v, c.was, now, n->harder[i] };

		if (recode(&in, &packed, &how, e) < 0)
			goto out;
		say_packed(x, &in, &how);
		if (tail.len)
			put_tail(&packed, tail,
				 (int64_t)packed.len - (int64_t)p.v.len, 4);
		now = buf_view(&packed);
	}
	r = c.changed ? put_payload(x, now, object, e) : 0;
out:
	if (r < 0)
		err_about(e, x->name);
	buf_free(&c.now);
	buf_free(&own);
	buf_free(&packed);
	return r;
}

/* All touched payloads of the object that entry i is of. */
static int renew_object(const struct renewal *n, size_t i, struct renewed *c,
			struct err *e)
{
	const struct opened *x = renewal_entry(n, i);
	struct view was = view_sub(c->was, x->at, x->size);
	struct buf object = { 0 };
	int r = 0;

	put_view(&object, was);
	for (size_t k = 0; !r && k < n->s->a->m.nopened; k++) {
		const struct opened *y = renewal_entry(n, k);

		if (n->touch[k] && y->part == x->part && y->parent == x->parent &&
		    y->at == x->at)
			r = renew_payload(n, k, was, &object, e);
	}
	if (!r && !view_equal(buf_view(&object), was))
		r = renewed_put(c, x, buf_view(&object), e);
	buf_free(&object);
	return r;
}

/* The touched object with the highest offset below limit; -1: none. */
static long last_below(const struct renewal *n, long parent, uint64_t limit)
{
	uint64_t top = 0;
	long best = -1;

	for (size_t i = 0; i < n->s->a->m.nopened; i++) {
		const struct opened *x = renewal_entry(n, i);

		if (n->touch[i] && renewal_has(n, x) && x->parent == parent &&
		    x->at < limit && (best < 0 || x->at > top)) {
			best = (long)i;
			top = x->at;
		}
	}
	return best;
}

/* From the back, so that what grows at the end moves nothing. */
int renew_content(const struct renewal *n, long parent, struct renewed *c,
		  struct err *e)
{
	uint64_t limit = UINT64_MAX;
	long i;

	while ((i = last_below(n, parent, limit)) >= 0) {
		const struct opened *x = renewal_entry(n, (size_t)i);

		limit = x->at;
		if (view_sub(c->was, x->at, x->size).len != x->size) {
			fail(e, ERR_FORMAT, "is not what was opened; extract it anew");
			return err_about(e, x->name);
		}
		if ((is_tree(x) ? renew_tree(n, (size_t)i, c, e)
				: renew_object(n, (size_t)i, c, e)) < 0)
			return -1;
	}
	return 0;
}
