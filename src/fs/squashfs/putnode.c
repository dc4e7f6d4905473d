/* putnode.c - inodes of squashfs */
#include "fs/squashfs/as.h"
#include "fs/squashfs/numbers.h"
#include "fs/squashfs/put.h"

enum { LONG = 7 };	/* from a type to its long form */

struct squash_inode *squash_inode_of(const struct squash_writer *w,
				     const struct node *n)
{
	return &w->inode[tree_self(n)->mark];
}

/* Owners are numbered as they come: the user first, then the group. */
static uint64_t id_of(struct buf *table, uint32_t id)
{
	struct view ids = buf_view(table);
	uint64_t i = 0;

	for (; 4 * i < ids.len; i++)
		if (peek32(ids, 4 * i, table->endian) == id)
			return i;
	put32(table, id);
	return i;
}

/* Up to version 3 groups are apart, unless one is as the user. */
static uint64_t gid_of(struct squash_writer *w, const struct node *n)
{
	if (w->s.major == 4)
		return id_of(&w->ids, n->gid);
	if (n->uid == n->gid)
		return w->s.major == 1 ? 15 : 255;
	return id_of(&w->guids, n->gid);
}

static uint32_t device(const struct squash_super *s, const struct node *n)
{
	if (s->major < 4)
		return n->major << 8 | n->minor;
	return (n->major & 0xfff) << 8 | (n->minor & 0xff) |
	       (n->minor & 0xfff00) << 12;
}

static unsigned type_of(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return SQ_DIR;
	case S_IFLNK: return SQ_LINK;
	case S_IFBLK: return SQ_BLOCK;
	case S_IFCHR: return SQ_CHAR;
	case S_IFIFO: return SQ_FIFO;
	case S_IFSOCK: return SQ_SOCKET;
	default: return SQ_FILE;
	}
}

void squash_put_record(struct squash_writer *w, struct squash_inode *in,
		       unsigned type, struct squash_record *r)
{
	struct buf *out = &w->inode_table.plain;

	r->f[SQ_MODE] = in->n->mode & 07777;
	r->f[SQ_UID] = id_of(&w->ids, in->n->uid);
	r->f[SQ_GID] = gid_of(w, in->n);
	r->f[SQ_MTIME] = squash_time(in->n->mtime);
	r->f[SQ_INO] = in->number;
	in->place = squash_chain_here(&w->inode_table);
	squash_put_inode(&w->s, type, r, out);
	in->is_written = true;
}

/* In version 1 no size is 32768. */
static uint16_t word_1(uint32_t word)
{
	uint16_t size = word & 0x7fff;

	return word & SQUASH_RAW ? size | 0x8000 : size;
}

static bool is_long_file(const struct squash_super *s, const struct squash_inode *in,
			 const struct squash_record *r)
{
	bool large = in->links > 1 || in->n->size >> 32;

	if (s->major < 4)
		return s->major == 3 && large;
	return large || r->f[SQ_START] >> 32 || in->file->sparse ||
	       r->f[SQ_XATTR] != SQ_NONE;
}

static void put_words(struct squash_writer *w, const struct squash_file *f)
{
	struct buf *out = &w->inode_table.plain;
	const struct squash_file *of = f->twin ? f->twin : f;
	enum endian was = out->endian;

	out->endian = w->s.endian;
	for (uint64_t i = 0; i < f->blocks; i++) {
		if (w->s.major > 1)
			put32(out, of->word[i]);
		else
			put16(out, word_1(of->word[i]));
	}
	out->endian = was;
}

static void put_file(struct squash_writer *w, struct squash_inode *in,
		     struct squash_record *r)
{
	const struct squash_file *f = in->file;
	bool is_long;

	r->f[SQ_START] = f->twin ? f->twin->start : f->start;
	r->f[SQ_SIZE] = in->n->size;
	r->f[SQ_FRAGMENT] = f->fragment;
	r->f[SQ_OFFSET] = f->offset;
	r->f[SQ_SPARSE] = f->sparse;
	if (f->sparse && f->sparse >= in->n->size && !w->s.ng)
		r->f[SQ_SPARSE] = in->n->size - 1;
	if (f->fragment == SQUASH_NOWHERE && w->s.ng)
		r->f[SQ_OFFSET] = SQ_NONE;
	if (w->s.ng && f->sparse == in->n->size)
		r->f[SQ_START] = 0;
	is_long = is_long_file(&w->s, in, r) || squash_as_get(in->n).is_long;
	squash_put_record(w, in, is_long ? SQ_FILE + LONG : SQ_FILE, r);
	put_words(w, f);
}

static void put_target(struct squash_writer *w, const struct squash_inode *in,
		       bool is_long, const struct squash_record *r)
{
	struct buf *out = &w->inode_table.plain;

	put(out, in->n->target, r->f[SQ_SIZE]);
	if (!is_long)
		return;
	out->endian = w->s.endian;
	put32(out, (uint32_t)r->f[SQ_XATTR]);
}

void squash_put_node(struct squash_writer *w, struct squash_inode *in)
{
	unsigned type = type_of(in->n->mode);
	struct squash_record r = { 0 };
	bool is_long;

	r.f[SQ_XATTR] = squash_lists_add(w->lists, in->n);
	r.f[SQ_LINKS] = in->links;
	if (type == SQ_FILE) {
		put_file(w, in, &r);
		return;
	}
	r.f[SQ_SIZE] = type == SQ_LINK ? strlen(in->n->target) : 0;
	r.f[SQ_RDEV] = device(&w->s, in->n);
	is_long = r.f[SQ_XATTR] != SQ_NONE || squash_as_get(in->n).is_long;
	squash_put_record(w, in, is_long ? type + LONG : type, &r);
	if (type == SQ_LINK)
		put_target(w, in, is_long, &r);
}
