/* winode.c - inodes, names and attributes of a new UBIFS */
#include "fs/ubifs/as.h"
#include "fs/ubifs/write.h"

enum { TYPE_DIR = 1 };

/* The least values are not of names. */
static uint32_t hash_name(const struct writer *w, struct view name)
{
	uint32_t a = 0;

	for (size_t i = 0; !w->plan.o.keyhash && i < name.len; i++) {
		int32_t c = (int8_t)name.p[i];

		a += (uint32_t)c << 4;
		a += (uint32_t)(c >> 4);
		a *= 11;
	}
	if (w->plan.o.keyhash)
		for (size_t i = 0; i < 4 && i < name.len; i++)
			a |= (uint32_t)name.p[i] << 8 * i;
	a &= UBIFS_HASH_MASK;
	return a <= 2 ? a + 3 : a;
}

static unsigned type_of(uint32_t mode)
{
	static const struct { uint32_t mode; unsigned type; } types[] = {
		{ S_IFREG, 0 }, { S_IFDIR, 1 }, { S_IFLNK, 2 }, { S_IFBLK, 3 },
		{ S_IFCHR, 4 }, { S_IFIFO, 5 }, { S_IFSOCK, 6 },
	};
	size_t i = 0;

	while (types[i].mode != (mode & S_IFMT) && i < 6)
		i++;
	return types[i].type;
}

static void put_name_node(struct writer *w, enum ubifs_type kind, uint64_t key,
		       const struct ubifs_name *name)
{
	struct buf *b = &w->node;

	ubifs_begin(b, kind);
	ubifs_put_key(b, key);
	put64(b, name->inum);
	put8(b, 0);
	put8(b, name->type);
	put16(b, (uint16_t)name->name.len);
	put32(b, 0);
	put_view(b, name->name);
	put8(b, 0);
	ubifs_write_leaf(&w->m, b, key, name->name);
}

struct attributes { uint32_t count, size, names; };

static void put_inode(struct writer *w, const struct ubifs_ino *i,
			const struct attributes *a)
{
	uint64_t key = ubifs_key_of((uint32_t)i->inum, UBIFS_INO, 0);
	struct buf *b = &w->node;

	ubifs_begin(b, UBIFS_INO);
	ubifs_put_key(b, key);
	put64(b, i->creat);
	put64(b, i->size);
	put64(b, (uint64_t)i->atime);
	put64(b, (uint64_t)i->ctime);
	put64(b, (uint64_t)i->mtime);
	put32(b, i->atime_ns);
	put32(b, i->ctime_ns);
	put32(b, i->mtime_ns);
	put32(b, i->nlink);
	put32(b, i->uid);
	put32(b, i->gid);
	put32(b, i->mode);
	put32(b, i->flags);
	put32(b, (uint32_t)i->data.len);
	put32(b, a->count);
	put32(b, a->size);
	put32(b, 0);
	put32(b, a->names);
	put16(b, i->compr);
	put_fill(b, 0, 26);
	put_view(b, i->data);
	ubifs_write_leaf(&w->m, b, key, (struct view){ .p = NULL });
}

/* An attribute is a file of its own, and a name for it. */
static void write_xattr(struct writer *w, const struct ubifs_ino *host,
			const struct xattr *x, struct attributes *a)
{
	struct ubifs_name name = {
		++w->highest, TYPE_DIR, view_text(x->name)
	};
	uint64_t key = ubifs_key_of((uint32_t)host->inum, UBIFS_XENT,
			      hash_name(w, name.name));
	struct ubifs_ino ino = *host;
	static const struct attributes none;

	a->count++;
	a->size += (uint32_t)ubifs_align(UBIFS_NAME_SIZE + name.name.len + 1, 8);
	a->size += (uint32_t)ubifs_align(UBIFS_INO_SIZE + x->value.len, 8);
	a->names += (uint32_t)name.name.len;
	ino.inum = name.inum;
	ino.creat = ++w->m.sqnum;
	put_name_node(w, UBIFS_XENT, key, &name);
	ino.size = x->value.len;
	ino.nlink = 1;
	ino.mode = S_IFREG;
	ino.flags = UBIFS_XATTR_FL;
	ino.data = x->value;
	ino.atime_ns = ino.ctime_ns = ino.mtime_ns = 0;
	put_inode(w, &ino, &none);
}

uint64_t ubifs_dir_size(const struct node *dir)
{
	uint64_t size = UBIFS_INO_SIZE;

	for (const struct node *k = dir->child; k; k = k->next)
		size += ubifs_align(UBIFS_NAME_SIZE + strlen(k->name) + 1, 8);
	return size;
}

static uint64_t device(const struct node *n)
{
	return (uint64_t)(n->major & 0xfff) << 8 | (n->minor & 0xff) |
	       (uint64_t)(n->minor & ~0xffu) << 12 |
	       (uint64_t)(n->major & ~0xfffu) << 32;
}

void ubifs_write_inode(struct writer *w, const struct node *n)
{
	const struct ubifs_info *info = ubifs_info_of(w, n);
	struct attributes a = { 0 };
	struct buf *data = &w->second;
	struct ubifs_ino ino = {
		.inum = info->inum, .creat = info->creat, .nlink = info->nlink,
		.size = n->size, .uid = n->uid, .gid = n->gid, .mode = n->mode,
		.atime = n->mtime, .ctime = n->mtime, .mtime = n->mtime,
		.compr = ubifs_default_compr(&w->plan.o),
		.flags = w->plan.o.compr ? UBIFS_COMPR_FL : 0,
	};

	buf_clear(data);
	data->endian = LITTLE;
	if (S_ISDIR(n->mode))
		ino.size = ubifs_dir_size(n);
	if (S_ISLNK(n->mode))
		put(data, n->target, ino.size = strlen(n->target));
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode))
		put64(data, device(n));
	ubifs_as_get(n, &ino);
	ino.data = buf_view(data);
	for (const struct xattr *x = n->xattr; x; x = x->next)
		write_xattr(w, &ino, x, &a);
	put_inode(w, &ino, &a);
}

uint64_t ubifs_name_key(struct writer *w, const struct node *n)
{
	return ubifs_key_of(ubifs_info_of(w, n->parent)->inum, UBIFS_DENT,
			    hash_name(w, view_text(n->name)));
}

void ubifs_write_name(struct writer *w, const struct node *n)
{
	struct ubifs_name name = {
		ubifs_info_of(w, n)->inum, (uint8_t)type_of(n->mode), view_text(n->name)
	};

	put_name_node(w, UBIFS_DENT, ubifs_name_key(w, n), &name);
}
