/* fuzz_jffs2_update.c - options learnt from any log, and changes put into it */
#define LLVMFuzzerTestOneInput fuzz_read
#include "fuzz_jffs2.c"
#undef LLVMFuzzerTestOneInput

#include <stdio.h>

#include "fs/meta.h"

enum { MOST_IMAGE = 4 << 20 };

struct edits { const uint8_t *p; size_t n, at; struct tree *t; };

static unsigned next(struct edits *d)
{
	return d->at < d->n ? d->p[d->at++] : 0;
}

static void too_much(struct edits *d, struct node *n)
{
	/* What a jffs2 says it holds may be more than memory does. */
	if (S_ISREG(n->mode) && n->size > MOST_FILE)
		tree_bytes(d->t, n, view_text("short"));
	if (S_ISLNK(n->mode) && !n->target)
		n->target = "lost";
}

static int edit(const struct node *was, const char *path, void *arg)
{
	struct edits *d = arg;
	struct node *n = tree_self(was);
	unsigned what = next(d);

	(void)path;
	too_much(d, n);
	if (what & 1)
		n->mtime = (uint32_t)(n->mtime + 1);
	if (what & 2)
		n->mode ^= 0111;
	if ((what & 4) && S_ISREG(n->mode))
		tree_bytes(d->t, n, view_upto((struct view){ d->p, d->n, 0 }, d->at,
					      what * 16));
	if ((what & 8) && S_ISLNK(n->mode))
		n->target = "elsewhere";
	return 0;
}

static void change(struct tree *t, const uint8_t *p, size_t n)
{
	struct edits d = { p, n, 0, t };
	struct err e = { 0 };
	struct node *k;

	tree_each(t, edit, &d);
	/* Not tree_remove(): a link to what goes inherits it. */
	if (next(&d) & 1 && t->root->child && !t->root->child->child)
		tree_exclude(t, &t->root->child->name, 1, &e);
	k = tree_add(t, t->root, "new", 3, S_IFREG | 0644, &e);
	if (k)
		tree_bytes(t, k, (struct view){ p, n, 0 });
	tree_finish(t);
}

/* Hostile cleanmarkers let a reader guess other blocks once there are more. */
static bool same_blocks(struct view a, struct view b)
{
	struct jlog x = { 0 }, y = { 0 };
	struct err e;
	bool same = !jlog_scan(&x, a, &e) && !jlog_scan(&y, b, &e) &&
		    x.erase == y.erase;

	jlog_free(&x);
	jlog_free(&y);
	return same;
}

/* A hostile tree cannot be written in all; what was written must be right. */
static void update(struct view v, const uint8_t *data, size_t size)
{
	struct jffs2_options o = jffs2_defaults;
	struct tree a, b, back;
	struct buf out = { 0 }, why = { 0 };
	struct kept kept = { 0 };
	struct err e = { 0 };
	uint64_t room = size % 3 ? 0 : v.len + 4096;

	tree_init(&a);
	tree_init(&b);
	tree_init(&back);
	if (jffs2_fs.read(v, &a, &e) < 0 || jffs2_fs.learn(v, &a, &o, &e) < 0 ||
	    jffs2_fs.read(v, &b, &e) < 0)
		goto out;
	change(&b, data, size);
	if (jffs2_fs.update(v, &b, &o, room, &out, &kept, &e) < 0 ||
	    out.len > MOST_IMAGE)
		goto out;
	if (kept.kept > kept.total || (room && out.len > room))
		abort();
	if (a.damages || !same_blocks(v, buf_view(&out)))
		goto out;
	/* repack reads its result back and refuses it where it differs: a hostile
	   log that does is worth a look (make fuzz), not a failed check. */
	if (getenv("FUZZ_STRICT") &&
	    (jffs2_fs.read(buf_view(&out), &back, &e) < 0 ||
	     tree_same(&b, &back, &why, &e) == 0)) {
		fprintf(stderr, "%s %s\n", e.text, buf_string(&why));
		abort();
	}
out:
	tree_free(&a);
	tree_free(&b);
	tree_free(&back);
	buf_free(&out);
	buf_free(&why);
}

static void rewrite(struct view v)
{
	struct jffs2_options o = jffs2_defaults;
	struct tree t;
	struct buf out = { 0 };
	struct err e = { 0 };
	struct edits d = { .t = &t };

	tree_init(&t);
	if (jffs2_fs.read(v, &t, &e) == 0 && jffs2_fs.learn(v, &t, &o, &e) == 0) {
		tree_each(&t, edit, &d);
		if (o.pad_to < MOST_IMAGE)
			jffs2_fs.write(&t, &o, &out, &e);
	}
	tree_free(&t);
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	struct view v = { copy, size, 0 };

	memcpy(copy, data, size);
	mend(copy, size);
	rewrite(v);
	update(v, data, size);
	free(copy);
	return 0;
}
