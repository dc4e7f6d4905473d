/* plan.c - what write() writes, in the order of mkfs.jffs2 */
#include "fs/jffs2/plan.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"
#include "fs/jffs2/jffs2.h"

int jffs2_complain(const struct node *n, struct err *e)
{
	struct buf path = { 0 }, shown = { 0 };

	tree_path(n, &path);
	put_name(&shown, buf_string(&path));
	within(e, "%s", buf_string(&shown));
	buf_free(&path);
	buf_free(&shown);
	return -1;
}

static int check(const struct node *n, struct err *e)
{
	if (strlen(n->name) > JFFS2_MOST_NAME)
		return fail(e, ERR_UNSUPPORTED, "the name has 255 bytes, jffs2 takes "
			    "254; shorten it");
	if (n->same)
		return 0;
	if (n->uid > 0xffff || n->gid > 0xffff)
		return fail(e, ERR_UNSUPPORTED, "owner %u:%u is over 65535, the most "
			    "of jffs2; change it, or add --all-root", n->uid, n->gid);
	if (S_ISREG(n->mode) && n->size >= UINT32_MAX)
		return fail(e, ERR_UNSUPPORTED, "the file has %llu bytes, jffs2 takes "
			    "less than 4 GiB; leave it out",
			    (unsigned long long)n->size);
	if (S_ISLNK(n->mode) && strlen(n->target) > JFFS2_MOST_TARGET)
		return fail(e, ERR_UNSUPPORTED, "the link's target has %zu bytes, "
			    "jffs2 takes 254; shorten it", strlen(n->target));
	if ((S_ISCHR(n->mode) || S_ISBLK(n->mode)) &&
	    (n->major > 0xfff || n->minor > 0xfffff))
		return fail(e, ERR_UNSUPPORTED, "device %u, %u is over 4095, 1048575, "
			    "the most of Linux; change it", n->major, n->minor);
	return 0;
}

int jffs2_check_node(const struct node *n, struct err *e)
{
	return check(n, e) < 0 ? jffs2_complain(n, e) : 0;
}

static struct step *add(struct steps *s, enum step_kind kind, const struct node *n)
{
	s->v = xgrow(s->v, &s->cap, s->n + 1, sizeof(*s->v));
	s->v[s->n] = (struct step){ .n = n, .kind = kind };
	return &s->v[s->n++];
}

static void add_file(struct steps *s, const struct node *n)
{
	add(s, STEP_FILE, n)->file = (uint32_t)s->files;
	s->file = xgrow(s->file, &s->cap_files, s->files + 1, sizeof(*s->file));
	s->file[s->files++] = n;
}

/* Whoever of several names comes first brings the inode along. */
static int add_node(struct steps *s, const struct node *n, struct err *e)
{
	struct node *self = tree_self(n);

	if (jffs2_check_node(n, e) < 0)
		return -1;
	add(s, STEP_NAME, n);
	if (self->mark)
		return 0;
	self->mark = ++s->ino;
	if (S_ISREG(self->mode) && self->size)
		add_file(s, self);
	else
		add(s, STEP_INODE, self);
	return 0;
}

static int by_inode(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a;
	const struct node *y = *(const struct node *const *)b;
	uint32_t i = tree_self(x)->ino - 1, j = tree_self(y)->ino - 1;

	return i != j ? (i > j) - (i < j) : strcmp(x->name, y->name);
}

static size_t count(const struct node *dir)
{
	size_t n = 0;

	for (const struct node *k = dir->child; k; k = k->next)
		n++;
	return n;
}

/* The names that bring their inode along to the front; returns how many. */
static size_t part(const struct node **v, size_t n)
{
	const struct node **link = xmalloc(n * sizeof(*link));
	size_t fresh = 0, links = 0;

	for (size_t i = 0; i < n; i++) {
		struct node *self = tree_self(v[i]);

		if (self->mark) {
			link[links++] = v[i];
			continue;
		}
		self->mark = UINT64_MAX;	/* its other names are links */
		v[fresh++] = v[i];
	}
	for (size_t i = 0; i < fresh; i++)
		tree_self(v[i])->mark = 0;
	memcpy(v + fresh, link, links * sizeof(*link));
	free(link);
	return fresh;
}

/*
 * By inode number, new ones (0) last: that is how nodes of a device table
 * came behind what was on disk. Of a link the number tells nothing; it goes
 * where its name belongs among those before the table's.
 */
static void order_by_inode(const struct node **v, size_t n)
{
	const struct node **out = xmalloc(n * sizeof(*out));
	size_t fresh = part(v, n), run = 1, i = 0, j = fresh, k = 0;

	qsort(v, fresh, sizeof(*v), by_inode);
	while (run < fresh && strcmp(v[run - 1]->name, v[run]->name) < 0)
		run++;
	while (k < n) {
		bool link = j < n && (i >= fresh || i >= run ||
				      strcmp(v[j]->name, v[i]->name) < 0);

		out[k++] = link ? v[j++] : v[i++];
	}
	memcpy(v, out, n * sizeof(*out));
	free(out);
}

static const struct node **children(const struct steps *s, const struct node *dir,
				    size_t n)
{
	const struct node **v = xmalloc(n * sizeof(*v));
	size_t i = 0;

	for (const struct node *k = dir->child; k; k = k->next)
		v[i++] = k;
	if (s->order == ORDER_INODE)
		order_by_inode(v, n);
	return v;
}

static int add_below(struct steps *s, const struct node *dir, struct err *e)
{
	size_t n = count(dir);
	const struct node **v = children(s, dir, n);
	int r = 0;

	add(s, STEP_XATTRS, dir);
	for (size_t i = 0; !r && i < n; i++)
		r = add_node(s, v[i], e);
	for (size_t i = 0; !r && i < n; i++)
		if (v[i]->child)	/* no deeper than TREE_MOST_DEPTH */
			r = add_below(s, v[i], e);
	free(v);
	return r;
}

static int clear_mark(const struct node *n, const char *path, void *arg)
{
	(void)path;
	(void)arg;
	tree_self(n)->mark = 0;
	((struct node *)(uintptr_t)n)->mark = 0;
	return 0;
}

int steps_make(struct steps *s, const struct tree *t, struct err *e)
{
	tree_each(t, clear_mark, NULL);
	t->root->mark = JFFS2_ROOT_INO;
	if (!s->ino)
		s->ino = JFFS2_ROOT_INO;
	return add_below(s, t->root, e);
}

void steps_free(struct steps *s)
{
	free(s->v);
	free(s->file);
	*s = (struct steps){ 0 };
}
