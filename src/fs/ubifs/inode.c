/* inode.c - an inode of UBIFS as a node of the tree */
#include "fs/ubifs/as.h"
#include "fs/ubifs/read.h"

#include <stdlib.h>

enum { MOST_XATTRS = 256 };

const char *ubifs_unusable(const struct ubifs_ino *ino)
{
	static const uint32_t types[] = {
		S_IFDIR, S_IFREG, S_IFLNK, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK,
	};
	bool known = false;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		known |= (ino->mode & S_IFMT) == types[i];
	if (!known || (S_ISLNK(ino->mode) && (!ino->data.len ||
		       memchr(ino->data.p, 0, ino->data.len))))
		return "has no usable inode; it is not written";
	return NULL;
}

/* Both encodings are the same as far as the first 32 bits go. */
static void set_device(struct node *node, struct view data)
{
	uint32_t dev = peek32(data, 0, LITTLE);

	node->major = dev >> 8 & 0xfff;
	node->minor = (dev & 0xff) | (dev >> 12 & 0xfff00);
}

struct attribute { struct ubifs_name name; struct view value; };

static int by_number(const void *a, const void *b)
{
	const struct attribute *x = a, *y = b;

	return (x->name.inum > y->name.inum) - (x->name.inum < y->name.inum);
}

/* As they came: the index has them by the hash of their names. */
static void add_xattrs(struct ubifs_reader *r, struct node *node,
		       struct attribute *a, size_t n)
{
	if (n > 1)
		qsort(a, n, sizeof(*a), by_number);
	for (size_t i = 0; i < n; i++)
		tree_xattr(r->t, node, arena_copy(&r->t->arena, a[i].name.name.p,
						  a[i].name.name.len), a[i].value);
}

static void set_xattrs(struct ubifs_reader *r, struct node *node, uint64_t inum)
{
	struct attribute found[MOST_XATTRS];
	size_t nfound = 0;
	uint64_t first = inum << 32 | (uint32_t)UBIFS_XENT << UBIFS_KIND_SHIFT;
	size_t i = ubifs_find(r, first), value;
	unsigned count = 0;

	for (; i < r->n && r->e[i].key >> UBIFS_KIND_SHIFT ==
			   first >> UBIFS_KIND_SHIFT; i++) {
		struct ubifs_node n = ubifs_node_of(r, &r->e[i]);
		struct ubifs_name name;
		struct ubifs_ino ino;

		/* Values are not shared: all of them are no more than the image. */
		if (count++ == MOST_XATTRS || r->valued > r->v.len) {
			tree_damage(r->t, r->v.at + n.at, node, "ubifs.xattr",
				    "more extended attributes than can be");
			break;
		}
		if (!ubifs_name(r->v, &n, &name) ||
		    memchr(name.name.p, 0, name.name.len) ||
		    !ubifs_inode(r, name.inum, &value, &ino)) {
			tree_damage(r->t, r->v.at + n.at, node, "ubifs.xattr",
				    "extended attribute without a value");
			continue;
		}
		r->valued += ino.data.len;
		found[nfound++] = (struct attribute){ name, ino.data };
	}
	add_xattrs(r, node, found, nfound);
}

static void set_content(struct ubifs_reader *r, struct node *node, size_t i,
			const struct ubifs_ino *ino)
{
	node->size = r->e[i].size;
	node->content = (struct content){ ubifs_load, r, i };
	if (ino->flags & UBIFS_CRYPT_FL)
		tree_damage(r->t, r->v.at + r->e[i].at, node, "ubifs.encrypted",
			    "encrypted file; its content is missing");
}

static void set_as(struct ubifs_reader *r, struct node *node,
		   const struct ubifs_ino *ino, uint64_t sqnum)
{
	struct buf as = { 0 };

	ubifs_as_put(&as, ino, r->s.compr ? UBIFS_COMPR_FL : 0);
	if (!S_ISDIR(ino->mode) && ino->nlink > 1)
		put_text(&as, "%ss=%llu", as.len ? "," : "",
			 (unsigned long long)sqnum);
	if (as.len)
		node->as = arena_copy(&r->t->arena, as.p, as.len);
	buf_free(&as);
}

void ubifs_fill_attributes(struct tree *t, struct node *node,
			   const struct ubifs_ino *ino)
{
	node->mode = ino->mode & (S_IFMT | 07777);
	node->uid = ino->uid;
	node->gid = ino->gid;
	node->mtime = ino->mtime;
	node->ino = (uint32_t)ino->inum;
	if (S_ISLNK(node->mode))
		node->target = arena_copy(&t->arena, ino->data.p, ino->data.len);
	if (S_ISCHR(node->mode) || S_ISBLK(node->mode))
		set_device(node, ino->data);
}

void ubifs_fill(struct ubifs_reader *r, struct node *node, size_t i,
		const struct ubifs_ino *ino)
{
	ubifs_fill_attributes(r->t, node, ino);
	if (S_ISREG(node->mode))
		set_content(r, node, i, ino);
	set_as(r, node, ino, r->e[i].sqnum);
	set_xattrs(r, node, ino->inum);
}
