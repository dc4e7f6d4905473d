/*
 * steps.c - in which order mkfs.ubifs writes a tree
 *
 * Down the tree, each inode before its name, a directory's after all that is
 * in it; files of several names at the end, when it is known how many. Inode
 * numbers are given when a name is met first.
 */
#include "fs/ubifs/steps.h"

#include <stdlib.h>

#include "core/mem.h"
#include "fs/ubifs/as.h"

#define NO_RANK UINT64_MAX

static struct ubifs_info *info_of(const struct ubifs_steps *s,
				  const struct node *n)
{
	return &s->info[tree_self(n)->mark];
}

/* Marks before, so that a link may come before what it links to. */
static void count_names(struct ubifs_steps *s, struct node *n)
{
	if (!n->same) {
		s->info = xgrow(s->info, &s->capinfo, s->infos + 1,
				sizeof(*s->info));
		s->info[s->infos] = (struct ubifs_info){ .rank = NO_RANK };
		n->mark = s->infos++;
	}
	for (struct node *k = n->child; k; k = k->next)
		count_names(s, k);
}

static void count_links(struct ubifs_steps *s, const struct node *n)
{
	info_of(s, n)->nlink++;
	if (S_ISDIR(n->mode)) {
		info_of(s, n)->nlink++;
		if (n->parent)
			info_of(s, n->parent)->nlink++;
	}
	for (const struct node *k = n->child; k; k = k->next)
		count_links(s, k);
}

static void add(struct ubifs_steps *s, enum ubifs_step_kind kind,
		const struct node *n)
{
	s->v = xgrow(s->v, &s->cap, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct ubifs_step){ kind, n };
}

static void add_inode(struct ubifs_steps *s, const struct node *n)
{
	if (!S_ISREG(n->mode) || !n->size) {
		add(s, UBIFS_INODE, n);
		return;
	}
	add(s, UBIFS_FILE, n);
	s->file = xgrow(s->file, &s->capfile, s->files + 1, sizeof(*s->file));
	s->file[s->files++] = n;
}

static int by_inode(const void *pa, const void *pb)
{
	const struct node *a = *(const struct node *const *)pa;
	const struct node *b = *(const struct node *const *)pb;

	if (a->ino != b->ino)
		return a->ino < b->ino ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* New ones come last. */
static int by_old_inode(const void *pa, const void *pb)
{
	const struct node *a = *(const struct node *const *)pa;
	const struct node *b = *(const struct node *const *)pb;

	if (!a->ino != !b->ino)
		return a->ino ? -1 : 1;
	return by_inode(pa, pb);
}

/* Names that know their place have it; the others fill what is between. */
static void put_in_place(const struct node **v, size_t n)
{
	const struct node **to = xcalloc(n, sizeof(struct node *));
	uint64_t at;
	size_t free_at = 0;

	for (size_t i = 0; i < n; i++)
		if (ubifs_as_number(v[i], 'p', &at) && at < n && !to[at]) {
			to[at] = v[i];
			v[i] = NULL;
		}
	for (size_t i = 0; i < n; i++) {
		if (!v[i])
			continue;
		while (to[free_at])
			free_at++;
		to[free_at] = v[i];
	}
	memcpy(v, to, n * sizeof(struct node *));
	free(to);
}

static const struct node **children(const struct ubifs_steps *s,
				    const struct node *dir, size_t *n)
{
	const struct node **v;

	*n = 0;
	for (const struct node *k = dir->child; k; k = k->next)
		++*n;
	v = xcalloc(*n + 1, sizeof(struct node *));
	*n = 0;
	for (const struct node *k = dir->child; k; k = k->next)
		v[(*n)++] = k;
	if (s->by_inode && *n) {
		qsort(v, *n, sizeof(struct node *), by_old_inode);
		put_in_place(v, *n);
	}
	return v;
}

static void walk(struct ubifs_steps *s, const struct node *dir);

static void add_child(struct ubifs_steps *s, const struct node *k)
{
	const struct node *self = tree_self(k);
	struct ubifs_info *info = info_of(s, k);
	bool first = !info->inum;

	if (first)
		info->inum = ++s->highest;
	if (S_ISDIR(k->mode)) {
		walk(s, k);
	} else if (info->nlink == 1) {
		add_inode(s, self);
	} else if (first) {
		ubifs_as_number(self, 's', &info->rank);
		s->late = xgrow(s->late, &s->caplate, s->lates + 1,
				sizeof(*s->late));
		s->late[s->lates++] = self;
	}
	add(s, UBIFS_NAME, k);
}

static void walk(struct ubifs_steps *s, const struct node *dir)
{
	size_t n;
	const struct node **v = children(s, dir, &n);

	add(s, UBIFS_ENTER, dir);
	for (size_t i = 0; i < n; i++)
		add_child(s, v[i]);
	add(s, UBIFS_LEAVE, dir);
	free(v);
}

static int by_rank(const void *pa, const void *pb, void *arg)
{
	const struct ubifs_info *a = info_of(arg, *(const struct node *const *)pa);
	const struct ubifs_info *b = info_of(arg, *(const struct node *const *)pb);

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->inum < b->inum ? -1 : a->inum > b->inum;
}

/* Those that know their rank by it, then the others as they were met. */
static void add_late(struct ubifs_steps *s)
{
	if (s->lates)
		qsort_r(s->late, s->lates, sizeof(*s->late), by_rank, s);
	for (size_t i = 0; i < s->lates; i++)
		add_inode(s, s->late[i]);
}

int ubifs_steps_make(struct ubifs_steps *s, const struct tree *t,
		     struct err *e)
{
	bool by = s->by_inode;

	*s = (struct ubifs_steps){ .highest = UBIFS_FIRST_INO, .by_inode = by };
	if (t->nodes > INT32_MAX)
		return fail(e, ERR_LIMIT, "more files than UBIFS can number");
	count_names(s, t->root);
	count_links(s, t->root);
	info_of(s, t->root)->inum = UBIFS_ROOT_INO;
	walk(s, t->root);
	add_late(s);
	return 0;
}

void ubifs_steps_free(struct ubifs_steps *s)
{
	free(s->v);
	free(s->info);
	free(s->file);
	free(s->late);
	*s = (struct ubifs_steps){ 0 };
}
