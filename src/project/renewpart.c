/* renewpart.c - each part in which something was changed, made to fit */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"
#include "project/renew.h"

/* "KERNEL-cpio and 2 more rebuilt, fits: 12.0 KiB free" */
static void describe(const struct renewal *n, const struct renewed *c)
{
	const struct opened *first = NULL;
	char more[32] = "";
	size_t count = 0;

	for (size_t i = 0; i < n->s->a->m.nopened; i++)
		if (n->touch[i] == TOUCHED && renewal_has(n, renewal_entry(n, i))) {
			first = first ? first : renewal_entry(n, i);
			count++;
		}
	if (count > 1)
		snprintf(more, sizeof(more), " and %zu more", count - 1);
	snprintf(n->row->state, sizeof(n->row->state), "%.40s%s %s, fits: %s free",
		 first ? first->name : "", more,
		 first && is_tree(first) ? "rebuilt" : "changed",
		 size_text(c->left).text);
}

static int renew_part(const struct renewal *n, struct err *e)
{
	struct assembled *a = n->s->a;
	struct renewed c = { .changed = false };
	int r;

	c.was = room_of_part(a, n->row, &c.grows);
	r = renew_content(n, -1, &c, e);
	if (!r && c.changed) {
		put_room(a, n->row, buf_view(&c.now));
		n->row->inside = true;
		describe(n, &c);
	}
	buf_free(&c.now);
	return r;
}

static bool is_same_object(const struct opened *a, const struct opened *b)
{
	return a->part == b->part && a->parent == b->parent && a->at == b->at;
}

/*
 * What lies in the object that the error is about, at any depth, shall be
 * packed harder, or laid out anew. False: it was already, or nothing in it
 * can be.
 */
static bool pack_harder(const struct renewal *n, const struct err *e)
{
	const struct manifest *m = &n->s->a->m;
	bool any = false;
	size_t big = 0;

	while (big < m->nopened && strcmp(m->opened[big].name, e->subject))
		big++;
	for (size_t i = 0; big < m->nopened && i < m->nopened; i++)
		for (long up = (long)i; up >= 0; up = m->opened[up].parent) {
			if (!is_same_object(&m->opened[up], &m->opened[big]) ||
			    n->harder[i] ||
			    (!m->opened[i].codec && !is_tree(&m->opened[i])))
				continue;
			any = n->harder[i] = true;
		}
	return any;
}

/* What does not fit as it was packed may fit when it is packed harder. */
static int renew_or_squeeze(struct renewal *n, struct err *e)
{
	do {
		*e = (struct err){ 0 };
		if (!renew_part(n, e))
			return 0;
	} while (e->kind == ERR_LIMIT && pack_harder(n, e));
	if (e->kind != ERR_LIMIT)
		return -1;
	n->row->too_large = true;
	n->row->was = n->row->is = n->row->part->main_size;
	snprintf(n->row->state, sizeof(n->row->state), "too large inside");
	return -1;
}

static int check_edited(const struct renewal *n, struct err *e)
{
	const struct manifest *m = &n->s->a->m;

	for (size_t k = 0; n->row->edited && k < m->nopened; k++) {
		if (!n->touch[k] || !renewal_has(n, &m->opened[k]))
			continue;
		fail(e, ERR_USAGE, "both parts/%s and what lies in it were changed; "
		     "undo one of them", n->row->part->part.file);
		return err_about(e, m->opened[k].name);
	}
	return 0;
}

int renew_parts(struct assembly *s, struct err *e)
{
	struct assembled *a = s->a;
	enum touch *touch = xcalloc(a->m.nopened + 1, sizeof(*touch));
	bool *harder = xcalloc(a->m.nopened + 1, sizeof(*harder));
	int r = find_touched(s, touch, e);

	for (size_t i = 0; !r && i < a->m.n; i++) {
		struct renewal n = { s, &a->row[i], touch, harder };

		r = check_edited(&n, e);
		if (!r)
			r = renew_or_squeeze(&n, e);
		a->rows = i + a->row[i].too_large;
	}
	free(touch);
	free(harder);
	return r;
}
