/* metanode.c - the lines of a .fwmeta that are nodes */
#include "fs/dir.h"
#include "fs/metaread.h"

enum { MOST_XATTRS = 256 };

/* x:NAME=HEX */
static bool take_xattr(struct reading *r, struct node *n, struct view w)
{
	const uint8_t *eq = memchr(w.p, '=', w.len);
	struct view hex = view_from(w, eq ? (size_t)(eq - w.p) + 1 : 0);
	struct buf value = { 0 };
	const char *name;
	unsigned count = 0;
	bool ok = eq && !(hex.len & 1);

	for (const struct xattr *x = n->xattr; x; x = x->next)
		count++;
	for (size_t i = 0; ok && i < hex.len; i += 2) {
		int c = meta_hex(hex, i);

		ok = c >= 0;
		put8(&value, (uint8_t)c);
	}
	name = ok ? meta_unescape(r, view_sub(w, 2, (size_t)(eq - w.p) - 2)) : NULL;
	ok = name && *name && count < MOST_XATTRS;
	if (ok)
		tree_xattr(&r->m->t, n, name, buf_view(&value));
	buf_free(&value);
	return ok;
}

static bool take_as(struct reading *r, struct node *n, struct view v)
{
	if (!meta_unescape(r, v))
		return false;
	n->as = arena_copy(&r->m->t.arena, r->word.p, r->word.len);
	return true;
}

static bool take_key(struct reading *r, struct node *n, struct view w)
{
	struct arena *a = &r->m->t.arena;
	struct view v;
	uint32_t crc;

	if (meta_value(w, "ino", &v))
		return meta_number32(v, 10, &n->ino);
	if (meta_value(w, "dev", &v))
		return meta_numbers(v, ',', &n->major, &n->minor);
	if (meta_value(w, "size", &v))
		return meta_number(v, 10, INT64_MAX, &n->size);
	if (meta_value(w, "crc", &v)) {
		if (!meta_number32(v, 16, &crc))
			return false;
		n->mark |= MARK_CRC | crc;
		return true;
	}
	if (meta_value(w, "to", &v) && meta_unescape(r, v)) {
		n->target = arena_copy(a, r->word.p, r->word.len);
		return true;
	}
	if (meta_value(w, "disk", &v) && meta_unescape(r, v)) {
		n->content.from = arena_copy(a, r->word.p, r->word.len);
		return true;
	}
	if (meta_value(w, "as", &v))
		return take_as(r, n, v);
	if (view_equal(w, view_text("unmade"))) {
		n->mark |= MARK_UNMADE;
		return true;
	}
	return view_is(w, 0, "x:", 2) && take_xattr(r, n, w);
}

static const struct meta_type *type_named(struct view w)
{
	const struct meta_type *t = meta_types;

	while (t->word && !view_equal(view_text(t->word), w))
		t++;
	return t->word ? t : NULL;
}

/* Make the node of path, whose directory must have been listed before. */
static struct node *new_node(struct reading *r, const char *path, uint32_t mode,
			     struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *up = arena_copy(&r->m->t.arena, path, (size_t)(slash - path));
	struct node *dir = tree_find(&r->m->t, up), *n;

	if (!slash[1] && slash == path && S_ISDIR(mode))
		return r->m->t.root;
	if (!dir || !S_ISDIR(dir->mode)) {
		meta_bad(r, "its directory is not listed before it", e);
		return NULL;
	}
	n = tree_add(&r->m->t, dir, slash + 1, strlen(slash + 1), mode, e);
	if (!n) {
		e->place = PLACE_LINE;
		e->at = r->line;
	}
	return n;
}

static int take_hard(struct reading *r, const char *path, struct view line,
		     struct err *e)
{
	struct node *n = new_node(r, path, S_IFREG, e);
	struct view w, v;

	if (!n)
		return -1;
	if (n == r->m->t.root || !meta_word(&line, &w) ||
	    !meta_value(w, "to", &v) || !meta_unescape(r, v))
		return meta_bad(r, "the hard link leads nowhere", e);
	r->hard = xgrow(r->hard, &r->cap, r->n + 1, sizeof(*r->hard));
	r->hard[r->n++] = (struct hard){
		n, arena_copy(&r->m->t.arena, r->word.p, r->word.len), r->line
	};
	while (meta_word(&line, &w))
		if (!meta_value(w, "as", &v) || !take_as(r, n, v))
			return meta_bad(r, "one of the keys makes no sense", e);
	return 0;
}

int meta_node(struct reading *r, struct view line, struct err *e)
{
	const struct meta_type *t;
	struct view path, w[4] = { { 0 } }, key;
	struct node *n;
	uint32_t mode = 0;

	r->nodes = true;
	meta_word(&line, &path);
	if (!meta_unescape(r, path))
		return meta_bad(r, "the path has a wrong escape", e);
	if (!meta_word(&line, &w[0]))
		return meta_bad(r, "the line is cut off", e);
	path = buf_view(&r->word);
	if (view_equal(w[0], view_text("hard"))) {
		char *copy = arena_copy(&r->m->t.arena, path.p, path.len);

		return take_hard(r, copy, line, e);
	}
	t = type_named(w[0]);
	if (!t || !meta_word(&line, &w[1]) || !meta_number32(w[1], 8, &mode) ||
	    mode > 07777 || !meta_word(&line, &w[2]) || !meta_word(&line, &w[3]))
		return meta_bad(r, "type, mode, owner and time do not follow the path", e);
	n = new_node(r, buf_string(&r->word), t->mode | mode, e);
	if (!n)
		return -1;
	n->mode = t->mode | mode;
	if (!meta_numbers(w[2], ':', &n->uid, &n->gid) ||
	    !meta_time(w[3], &n->mtime))
		return meta_bad(r, "the owner or the time is no number", e);
	while (meta_word(&line, &key))
		if (!take_key(r, n, key))
			return meta_bad(r, "one of the keys makes no sense", e);
	if (S_ISLNK(n->mode) && !n->target)
		return meta_bad(r, "the link has no target", e);
	return 0;
}

int meta_links(struct reading *r, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		struct hard *h = &r->hard[i];
		struct node *to = tree_find(&r->m->t, h->to);

		r->line = h->line;
		h->n->same = h->n;	/* so that no link leads to a link */
		if (!to || S_ISDIR(to->mode) || to->same)
			return meta_bad(r, "the hard link leads to no file", e);
	}
	for (size_t i = 0; i < r->n; i++) {
		struct node *to = tree_find(&r->m->t, r->hard[i].to);

		r->line = r->hard[i].line;
		if (to->same)
			return meta_bad(r, "the hard link leads to a hard link", e);
		r->hard[i].n->same = to;
		r->hard[i].n->mode = to->mode;
	}
	return 0;
}
