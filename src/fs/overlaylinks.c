/* overlaylinks.c - hard links: what the list says, where the disk allows it */
#include "fs/overlay.h"

static int same_content(const struct node *a, const struct node *b, bool *same,
			struct err *e)
{
	struct buf x = { 0 }, y = { 0 };
	int r = -1;

	*same = false;
	if (S_ISLNK(a->mode))
		*same = overlay_same_text(a->target, b->target);
	if (!S_ISREG(a->mode) || a->size != b->size)
		return 0;
	if (!a->size || (!a->content.load(&a->content, &x, e) &&
			 !b->content.load(&b->content, &y, e))) {
		*same = view_equal(buf_view(&x), buf_view(&y));
		r = 0;
	}
	buf_free(&x);
	buf_free(&y);
	return r;
}

/* n is no longer what the list links it to, but other names that were may be n. */
static int apply_apart(struct overlay *o, const struct node *k, struct node *n,
		       struct err *e)
{
	struct seen *s = overlay_seen(o, n);
	struct node *rep = overlay_seen(o, s->inode)->rep;

	s->was = k->same;
	if (rep && overlay_seen(o, rep)->was == k->same) {
		n->same = rep;
		n->mode = rep->mode;
		return 0;
	}
	overlay_represent(o, n);
	return overlay_describe(o, k->same, n, e);
}

/*
 * A hard link of the list: still one when both names are the same file on
 * disk or have the same content (a copy without links); where the file it
 * was linked to is gone, the first link left takes its place.
 */
static int apply_hard(struct overlay *o, const struct node *k, struct err *e)
{
	struct node *n, **to = &o->map[k->same->mark];
	bool same;

	if (overlay_find(o, k, &n, e) < 0)
		return -1;
	if (!n)
		return 0;
	if (!*to) {
		*to = n;
		overlay_represent(o, n);
		return overlay_describe(o, k->same, n, e);
	}
	same = overlay_seen(o, n)->inode == overlay_seen(o, *to)->inode ||
	       overlay_list_only(o, k);
	if (!same && same_content(n, *to, &same, e) < 0)
		return -1;
	if (!same)
		return apply_apart(o, k, n, e);
	overlay_represent(o, *to);
	n->same = *to;
	n->mode = (*to)->mode;
	return 0;
}

int overlay_links(struct overlay *o, const struct node *k, struct err *e)
{
	if (k->same && apply_hard(o, k, e) < 0)
		return -1;
	for (k = k->child; k; k = k->next)
		if (overlay_links(o, k, e) < 0)
			return -1;
	return 0;
}
