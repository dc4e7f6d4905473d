/* read.c - files of TP-Link's VxWorks routers, out of the streams they share */
#include <stdlib.h>

#include "core/codec.h"
#include "core/text.h"
#include "fs/minifs/minifs.h"

/* What all streams together may come to. */
enum { MOST_PLAIN = 256 << 20 };

/* A stream, and as much of what it holds as could be unpacked. */
struct stream { struct view plain; bool done; };

struct reading {
	struct tree *t;
	struct minifs m;
	struct stream *stream;
	uint64_t left;
};

static void unpack(struct reading *r, uint32_t i, struct stream *s)
{
	struct buf plain = { 0 };
	struct err why = { 0 };
	struct minifs_blob b;
	struct decoded d;

	s->done = true;
	minifs_blob(&r->m, i, &b);
	if (b.plain > r->left)
		fail(&why, ERR_LIMIT, "too large, with those before it");
	else if (!codec_named("lzma")->decode(view_upto(r->m.v, b.at, b.size), b.plain,
					      &plain, &d, &why) && d.size < b.plain)
		fail(&why, ERR_FORMAT, "ends too early");
	r->left -= plain.len < r->left ? plain.len : r->left;
	s->plain = (struct view){ (const uint8_t *)arena_copy(&r->t->arena,
					(const char *)plain.p, plain.len),
				  plain.len, 0 };
	buf_free(&plain);
	if (why.kind)
		tree_damage(r->t, r->m.v.at + b.at, NULL, "minifs.stream",
			    "minifs stream %u: %s", i, why.text);
}

/* The directory, made with all above it where it is not there yet. */
static struct node *directory(struct tree *t, struct view path, struct err *e)
{
	struct node *dir = t->root;

	while (dir && path.len) {
		const uint8_t *slash = memchr(path.p, '/', path.len);
		size_t n = slash ? (size_t)(slash - path.p) : path.len;
		const char *name = (const char *)path.p;
		struct node *next = n ? tree_child(t, dir, name, n) : dir;

		if (!next)
			next = tree_add(t, dir, name, n, S_IFDIR | 0755, e);
		if (next && !S_ISDIR(next->mode)) {
			fail(e, ERR_FORMAT, "a file is a directory");
			next = NULL;
		}
		path = view_from(path, slash ? n + 1 : n);
		dir = next;
	}
	return dir;
}

static void unnamed(struct reading *r, const struct minifs_file *f, bool twice)
{
	struct buf b = { 0 };

	put_escaped(&b, f->name);
	tree_damage(r->t, f->name.at, NULL, "minifs.name", "minifs name \"%s\" %s",
		    buf_string(&b), twice ? "comes twice; the second is not written"
		    : "leaves the tree; not written");
	buf_free(&b);
}

static void fill(struct reading *r, struct node *n, const struct minifs_file *f)
{
	struct stream *s = &r->stream[f->blob];
	struct view bytes;

	if (!s->done)
		unpack(r, f->blob, s);
	bytes = view_upto(s->plain, f->offset, f->size);
	if (bytes.len < f->size) {
		struct damage *d = tree_damage(r->t, f->name.at, n, "minifs.data",
			"minifs file ends outside its stream");

		d->from = bytes.len;
		d->size = f->size - bytes.len;
	}
	tree_bytes(r->t, n, bytes);
}

static int add(struct reading *r, const struct minifs_file *f, struct err *e)
{
	size_t most = r->t->most_nodes ? r->t->most_nodes : TREE_MOST_NODES;
	const char *name = (const char *)f->name.p;
	struct err why = { 0 };
	struct node *dir = directory(r->t, f->dir, &why), *n = NULL;

	if (dir)
		n = tree_add(r->t, dir, name, f->name.len, S_IFREG | 0644, &why);
	if (n) {
		fill(r, n, f);
		return 0;
	}
	if (why.kind == ERR_LIMIT && r->t->nodes >= most) {
		*e = why;
		return -1;
	}
	unnamed(r, f, dir && tree_child(r->t, dir, name, f->name.len));
	return 0;
}

static int minifs_read(struct view v, struct tree *t, struct err *e)
{
	struct reading r = { .t = t, .left = MOST_PLAIN };
	struct minifs_file f;
	int result = 0;

	if (!minifs_open(&r.m, v))
		return fail_at(e, v.at, "no file system of TP-Link's begins here; read "
			       "the image again");
	r.stream = xcalloc(r.m.blobs, sizeof(*r.stream));
	for (uint32_t i = 0; !result && i < r.m.files; i++) {
		if (minifs_file(&r.m, i, &f))
			result = add(&r, &f, e);
		else
			tree_damage(t, v.at + r.m.table + (uint64_t)i * MINIFS_FILE,
				    NULL, "minifs.entry",
				    "minifs entry without a name; a file is missing");
	}
	free(r.stream);
	tree_finish(t);
	return result;
}

const struct fs minifs_fs = { .read = minifs_read, .hides_damage = true };
