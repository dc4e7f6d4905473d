/* read.c - Ambarella's list of files as a tree */
#include <stdio.h>

#include "core/text.h"
#include "fs/ambarella/ambarella.h"

static void unnamed(struct tree *t, const struct ambarella_file *f,
		    const char *why)
{
	struct buf b = { 0 };

	put_escaped(&b, f->name);
	tree_damage(t, f->name.at, NULL, "ambarella.name",
		    "ambarella name \"%s\" %s", buf_string(&b), why);
	buf_free(&b);
}

/* The directory that the name lies in; *name loses it. */
static struct node *directory_of(struct tree *t, struct view *name,
				 struct err *e)
{
	struct node *dir = t->root;
	const uint8_t *slash;

	while (dir && (slash = name->len ? memchr(name->p, '/', name->len) : NULL)) {
		size_t n = (size_t)(slash - name->p);
		struct node *next = tree_child(t, dir, (const char *)name->p, n);

		if (!next)
			next = tree_add(t, dir, (const char *)name->p, n,
					S_IFDIR | 0755, e);
		if (next && !S_ISDIR(next->mode)) {
			fail(e, ERR_FORMAT, "a file is a directory");
			next = NULL;
		}
		*name = view_from(*name, n + 1);
		dir = next;
	}
	return dir;
}

static int add(struct tree *t, struct view v, uint32_t i,
	       const struct ambarella_file *f, struct err *e)
{
	size_t most = t->most_nodes ? t->most_nodes : TREE_MOST_NODES;
	struct view name = f->name, bytes = view_upto(v, f->offset, f->size);
	struct err why = { 0 };
	struct node *dir = directory_of(t, &name, &why), *n = NULL;
	char as[16];

	if (dir)
		n = tree_add(t, dir, (const char *)name.p, name.len,
			     S_IFREG | 0644, &why);
	if (!n && why.kind == ERR_LIMIT && t->nodes >= most) {
		*e = why;
		return -1;
	}
	if (!n) {
		unnamed(t, f, dir && tree_child(t, dir, (const char *)name.p, name.len)
			? "comes twice; the second is not written"
			: "leaves the tree; not written");
		return 0;
	}
	n->as = arena_copy(&t->arena, as,
			   (size_t)snprintf(as, sizeof(as), "%u", i));
	if (bytes.len < f->size) {
		struct damage *d = tree_damage(t, f->name.at, n, "ambarella.data",
			"ambarella file ends outside the image");

		d->from = bytes.len;
		d->size = f->size - bytes.len;
	}
	tree_bytes(t, n, bytes);
	return 0;
}

static int ambarella_read(struct view v, struct tree *t, struct err *e)
{
	uint32_t n = ambarella_count(v);
	struct ambarella_file f;
	int r = 0;

	if (!n)
		return fail_at(e, v.at, "no list of Ambarella's begins here; read the "
			       "image again");
	for (uint32_t i = 0; !r && i < n; i++) {
		if (ambarella_entry(v, i, &f))
			r = add(t, v, i, &f, e);
		else
			tree_damage(t, f.name.at, NULL, "ambarella.entry", "ambarella "
				    "entry without its magic; a file is missing");
	}
	tree_finish(t);
	return r;
}

const struct fs ambarella_fs = {
	.read = ambarella_read,
	.write = ambarella_write,
	.prepare = ambarella_prepare,
};
