/* metaread.c - reading a .fwmeta, which may come from anybody */
#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "fs/dir.h"
#include "fs/fs.h"
#include "fs/meta.h"
#include "fs/metatext.h"

enum { MOST_XATTRS = 256 };

struct reading {
	struct meta *m;
	struct buf word;		/* the token being looked at, unescaped */
	uint64_t line;
	struct hard { struct node *n; const char *to; uint64_t line; } *hard;
	size_t n, cap;
	bool nodes;			/* the header is over */
};

static int bad(struct reading *r, const char *what, struct err *e)
{
	return fail_line(e, r->line, "%s; the .fwmeta is damaged or was edited "
			 "wrongly", what);
}

/* The next word of line, up to a blank. */
static bool next_word(struct view *line, struct view *word)
{
	const uint8_t *end;
	size_t n;

	*line = view_from(*line, view_run(*line, ' '));
	if (!line->len)
		return false;
	end = memchr(line->p, ' ', line->len);
	n = end ? (size_t)(end - line->p) : line->len;
	*word = view_sub(*line, 0, n);
	*line = view_from(*line, n);
	return true;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int hex_byte(struct view v, uint64_t at)
{
	int high, low;

	if (!view_has(v, at, 2))
		return -1;
	high = hex_digit(v.p[at]);
	low = hex_digit(v.p[at + 1]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* The word without its escapes in r->word; no NUL can be in it. */
static const char *unescape(struct reading *r, struct view w)
{
	buf_clear(&r->word);
	for (size_t i = 0; i < w.len; i++) {
		int c = w.p[i];

		if (c == '\\') {
			c = view_is(w, i, "\\x", 2) ? hex_byte(w, i + 2) : -1;
			i += 3;
		}
		if (c <= 0)
			return NULL;
		put8(&r->word, (uint8_t)c);
	}
	return buf_string(&r->word);
}

static bool number(struct view w, unsigned base, uint64_t most, uint64_t *out)
{
	uint64_t x = 0;

	for (size_t i = 0; i < w.len; i++) {
		int d = hex_digit(w.p[i]);

		if (d < 0 || (unsigned)d >= base || x > (most - (unsigned)d) / base)
			return false;
		x = x * base + (unsigned)d;
	}
	*out = x;
	return w.len > 0;
}

static bool number32(struct view w, unsigned base, uint32_t *out)
{
	uint64_t x;

	if (!number(w, base, UINT32_MAX, &x))
		return false;
	*out = (uint32_t)x;
	return true;
}

/* "12:34" or "5,1": both sides of mark. */
static bool two_numbers(struct view w, char mark, uint32_t *a, uint32_t *b)
{
	const uint8_t *m = w.len ? memchr(w.p, mark, w.len) : NULL;
	size_t n = m ? (size_t)(m - w.p) : 0;

	return m && number32(view_sub(w, 0, n), 10, a) &&
	       number32(view_from(w, n + 1), 10, b);
}

static bool take_time(struct view w, int64_t *out)
{
	bool minus = view_is(w, 0, "-", 1);
	uint64_t x;

	if (view_equal(w, view_text("-"))) {
		*out = TREE_NO_TIME;
		return true;
	}
	if (!number(view_from(w, minus), 10, INT64_MAX, &x))
		return false;
	*out = minus ? -(int64_t)x : (int64_t)x;
	return true;
}

/* Where word is "key=...", what follows. */
static bool value_of(struct view word, const char *key, struct view *value)
{
	size_t n = strlen(key);

	if (!view_is(word, 0, key, n) || !view_is(word, n, "=", 1))
		return false;
	*value = view_from(word, n + 1);
	return true;
}

static bool take_text(struct reading *r, struct view w, char *to, size_t n)
{
	const char *s = unescape(r, w);

	return s && (size_t)snprintf(to, n, "%s", s) < n;
}

static int take_origin(struct reading *r, struct view line, struct err *e)
{
	struct origin *o = &r->m->from;
	struct view w, v;

	while (next_word(&line, &w)) {
		bool ok = true;

		if (value_of(w, "name", &v))
			ok = take_text(r, v, o->name, sizeof(o->name));
		else if (value_of(w, "path", &v))
			ok = take_text(r, v, o->path, sizeof(o->path));
		else if (value_of(w, "part", &v))
			ok = take_text(r, v, o->part, sizeof(o->part));
		else if (value_of(w, "sha256", &v))
			ok = take_text(r, v, o->sha256, sizeof(o->sha256));
		else if (value_of(w, "offset", &v))
			ok = view_is(v, 0, "0x", 2) &&
			     number(view_from(v, 2), 16, INT64_MAX, &o->at);
		else if (value_of(w, "size", &v))
			ok = number(v, 10, INT64_MAX, &o->size);
		else if (value_of(w, "room", &v))
			ok = number(v, 10, INT64_MAX, &o->room);
		else if (value_of(w, "tail", &v))
			ok = number(v, 10, INT64_MAX, &o->tail);
		else if (value_of(w, "damages", &v))
			ok = number(v, 10, INT64_MAX, &o->damages);
		else if (view_equal(w, view_text("chosen")))
			o->chosen = true;
		if (!ok)
			return bad(r, "the origin makes no sense", e);
	}
	return 0;
}

static int take_format(struct reading *r, struct view line, struct err *e)
{
	const char *name = unescape(r, line);
	const struct fs *fs;

	if (!name || r->m->format)
		return bad(r, "the format has no name, or two", e);
	r->m->format = format_named(name);
	fs = r->m->format ? r->m->format->fs : NULL;
	if (!fs || !fs->optsize)
		return 0;
	r->m->opts = xcalloc(1, fs->optsize);
	if (fs->defaults)
		memcpy(r->m->opts, fs->defaults, fs->optsize);
	return 0;
}

static int take_option(struct reading *r, struct view line, struct err *e)
{
	const struct fs *fs = r->m->format ? r->m->format->fs : NULL;
	const char *text = unescape(r, line);
	char *name, *value;

	if (!text)
		return bad(r, "the option is no option", e);
	if (!fs || !fs->opts || !r->m->opts)
		return 0;
	name = arena_copy(&r->m->t.arena, text, strlen(text));
	value = strchr(name, '=');
	if (value)
		*value++ = 0;
	if (opt_set(fs->opts, r->m->opts, name, value ? value : "", e) < 0) {
		e->place = PLACE_LINE;
		e->at = r->line;
		return -1;
	}
	return 0;
}

static int take_header(struct reading *r, struct view line, struct err *e)
{
	static const struct {
		const char *word;
		int (*take)(struct reading *r, struct view line, struct err *e);
	} lines[] = {
		{ "format ", take_format },
		{ "origin ", take_origin },
		{ "option ", take_option },
	};

	if (r->nodes)
		return bad(r, "the path does not begin with /", e);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		size_t n = strlen(lines[i].word);

		if (view_is(line, 0, lines[i].word, n))
			return lines[i].take(r, view_from(line, n), e);
	}
	return bad(r, "unknown word", e);
}

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
		int c = hex_byte(hex, i);

		ok = c >= 0;
		put8(&value, (uint8_t)c);
	}
	name = ok ? unescape(r, view_sub(w, 2, (size_t)(eq - w.p) - 2)) : NULL;
	ok = name && *name && count < MOST_XATTRS;
	if (ok)
		tree_xattr(&r->m->t, n, name, buf_view(&value));
	buf_free(&value);
	return ok;
}

static bool take_key(struct reading *r, struct node *n, struct view w)
{
	struct arena *a = &r->m->t.arena;
	struct view v;
	uint32_t crc;

	if (value_of(w, "ino", &v))
		return number32(v, 10, &n->ino);
	if (value_of(w, "dev", &v))
		return two_numbers(v, ',', &n->major, &n->minor);
	if (value_of(w, "size", &v))
		return number(v, 10, INT64_MAX, &n->size);
	if (value_of(w, "crc", &v)) {
		if (!number32(v, 16, &crc))
			return false;
		n->mark |= MARK_CRC | crc;
		return true;
	}
	if (value_of(w, "to", &v) && unescape(r, v)) {
		n->target = arena_copy(a, r->word.p, r->word.len);
		return true;
	}
	if (value_of(w, "disk", &v) && unescape(r, v)) {
		n->content.from = arena_copy(a, r->word.p, r->word.len);
		return true;
	}
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
		bad(r, "its directory is not listed before it", e);
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
	if (n == r->m->t.root || !next_word(&line, &w) ||
	    !value_of(w, "to", &v) || !unescape(r, v))
		return bad(r, "the hard link leads nowhere", e);
	r->hard = xgrow(r->hard, &r->cap, r->n + 1, sizeof(*r->hard));
	r->hard[r->n++] = (struct hard){
		n, arena_copy(&r->m->t.arena, r->word.p, r->word.len), r->line
	};
	return 0;
}

static int take_node(struct reading *r, struct view line, struct err *e)
{
	const struct meta_type *t;
	struct view path, w[4] = { { 0 } }, key;
	struct node *n;
	uint32_t mode = 0;

	r->nodes = true;
	next_word(&line, &path);
	if (!unescape(r, path))
		return bad(r, "the path has a wrong escape", e);
	if (!next_word(&line, &w[0]))
		return bad(r, "the line is cut off", e);
	path = buf_view(&r->word);
	if (view_equal(w[0], view_text("hard"))) {
		char *copy = arena_copy(&r->m->t.arena, path.p, path.len);

		return take_hard(r, copy, line, e);
	}
	t = type_named(w[0]);
	if (!t || !next_word(&line, &w[1]) || !number32(w[1], 8, &mode) ||
	    mode > 07777 || !next_word(&line, &w[2]) || !next_word(&line, &w[3]))
		return bad(r, "type, mode, owner and time do not follow the path", e);
	n = new_node(r, buf_string(&r->word), t->mode | mode, e);
	if (!n)
		return -1;
	n->mode = t->mode | mode;
	if (!two_numbers(w[2], ':', &n->uid, &n->gid) ||
	    !take_time(w[3], &n->mtime))
		return bad(r, "the owner or the time is no number", e);
	while (next_word(&line, &key))
		if (!take_key(r, n, key))
			return bad(r, "one of the keys makes no sense", e);
	if (S_ISLNK(n->mode) && !n->target)
		return bad(r, "the link has no target", e);
	return 0;
}

static int resolve(struct reading *r, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		struct hard *h = &r->hard[i];
		struct node *to = tree_find(&r->m->t, h->to);

		r->line = h->line;
		h->n->same = h->n;	/* so that no link leads to a link */
		if (!to || S_ISDIR(to->mode) || to->same)
			return bad(r, "the hard link leads to no file", e);
	}
	for (size_t i = 0; i < r->n; i++) {
		struct node *to = tree_find(&r->m->t, r->hard[i].to);

		r->line = r->hard[i].line;
		if (to->same)
			return bad(r, "the hard link leads to a hard link", e);
		r->hard[i].n->same = to;
		r->hard[i].n->mode = to->mode;
	}
	return 0;
}

static int read_lines(struct reading *r, struct view v, struct err *e)
{
	struct view line;

	if (!next_line(&v, &line) || !view_equal(line, view_text(META_FIRST)))
		return fail_line(e, 1, "does not begin with \"%s\"; it is no .fwmeta, "
				 "or from another fwtool", META_FIRST);
	for (r->line = 2; next_line(&v, &line); r->line++) {
		int bad_line = 0;

		if (view_is(line, 0, "/", 1))
			bad_line = take_node(r, line, e);
		else if (line.len && line.p[0] != '#')
			bad_line = take_header(r, line, e);
		if (bad_line)
			return -1;
	}
	return resolve(r, e);
}

int meta_read(struct meta *m, struct view v, struct err *e)
{
	struct reading r = { .m = m };
	int result;

	*m = (struct meta){ 0 };
	tree_init(&m->t);
	result = read_lines(&r, v, e);
	tree_finish(&m->t);
	buf_free(&r.word);
	free(r.hard);
	if (result < 0)
		meta_free(m);
	return result;
}

void meta_free(struct meta *m)
{
	const struct fs *fs = m->format ? m->format->fs : NULL;

	if (m->opts && fs && fs->opts) {
		const struct optset set[] = { { fs->opts, m->opts }, { 0 } };

		opt_free(set);
	}
	free(m->opts);
	tree_free(&m->t);
	*m = (struct meta){ 0 };
}
