/* inodes.c - which names on disk are one file */
#include "fs/inodes.h"

#include <stdlib.h>

static struct inode *inode_slot(const struct inodes *s, dev_t dev, ino_t ino)
{
	size_t i = (size_t)(ino * UINT64_C(0x9e3779b97f4a7c15) >> 20 ^ dev);

	for (;; i++) {
		struct inode *in = &s->slot[i & (s->slots - 1)];

		if (!in->n || (in->dev == dev && in->ino == ino))
			return in;
	}
}

static void inodes_grow(struct inodes *s)
{
	struct inodes old = *s;

	if ((s->n + 1) * 2 <= s->slots)
		return;
	s->slots = s->slots ? s->slots * 2 : 64;
	s->slot = xcalloc(s->slots, sizeof(*s->slot));
	for (size_t i = 0; i < old.slots; i++)
		if (old.slot[i].n)
			*inode_slot(s, old.slot[i].dev, old.slot[i].ino) =
				old.slot[i];
	free(old.slot);
}

struct node *inodes_known(const struct inodes *s, dev_t dev, ino_t ino)
{
	return s->slots ? inode_slot(s, dev, ino)->n : NULL;
}

struct node *inodes_first(struct inodes *s, const struct stat *st,
			  struct node *n)
{
	struct inode *in;

	if (st->st_nlink < 2)
		return NULL;
	inodes_grow(s);
	in = inode_slot(s, st->st_dev, st->st_ino);
	if (in->n)
		return in->n;
	*in = (struct inode){ st->st_dev, st->st_ino, n };
	s->n++;
	return NULL;
}
