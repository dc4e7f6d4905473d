/* node.c - an inode of squashfs as a node of the tree */
#include "core/mem.h"
#include "fs/squashfs/read.h"

enum { MOST_TARGET = 65535 };

static const uint32_t modes[] = {
	[SQ_DIR] = S_IFDIR, [SQ_FILE] = S_IFREG, [SQ_LINK] = S_IFLNK,
	[SQ_BLOCK] = S_IFBLK, [SQ_CHAR] = S_IFCHR, [SQ_FIFO] = S_IFIFO,
	[SQ_SOCKET] = S_IFSOCK,
};

uint64_t squash_place(const struct squash_reader *r,
			 const struct squash_table *t, uint64_t pos)
{
	size_t i = 0;

	for (size_t high = t->n; i + 1 < high;) {
		size_t half = i + (high - i) / 2;

		if (t->place[half].plain <= pos)
			i = half;
		else
			high = half;
	}
	return r->v.at + (t->n ? t->place[i].at : 0);
}

static uint32_t id_at(const struct squash_reader *r, const struct buf *ids,
		      uint64_t i)
{
	return peek32(buf_view(ids), 4 * i, r->s.endian);
}

static void set_owner(const struct squash_reader *r, struct node *node,
		      const struct squash_record *n)
{
	uint64_t gid = n->f[SQ_GID];

	node->uid = id_at(r, &r->ids, n->f[SQ_UID]);
	if (r->s.major == 4)
		node->gid = id_at(r, &r->ids, gid);
	else if (gid == (r->s.major == 1 ? 15 : 255))
		node->gid = node->uid;
	else
		node->gid = id_at(r, &r->guids, gid);
}

static void set_device(const struct squash_reader *r, struct node *node,
		       uint32_t dev)
{
	node->major = r->s.major == 4 ? dev >> 8 & 0xfff : dev >> 8;
	node->minor = r->s.major == 4 ? (dev & 0xff) | (dev >> 12 & 0xfff00)
				      : dev & 0xff;
}

static void set_content(struct squash_reader *r, struct node *node,
			const struct squash_record *n, uint64_t inode)
{
	uint64_t place;

	if (!squash_list_fits(&r->s, buf_view(&r->inodes.plain), n)) {
		tree_damage(r->t, squash_place(r, &r->inodes, inode), node,
			    "squashfs.inode", "squashfs list of blocks for %llu "
			    "bytes ends outside the inodes; all of it is missing",
			    (unsigned long long)n->f[SQ_SIZE]);
		tree_bytes(r->t, node, (struct view){ .p = NULL });
		return;
	}
	node->size = n->f[SQ_SIZE];
	node->content = (struct content){ squash_load, r, inode };
	node->place = n->f[SQ_START];
	if (n->f[SQ_FRAGMENT] != SQ_NONE &&
	    squash_fragment_at(r, n->f[SQ_FRAGMENT], &place).size)
		node->place = place;
}

uint32_t squash_mode(const struct squash_record *n)
{
	return modes[n->f[SQ_TYPE]] | (uint32_t)n->f[SQ_MODE];
}

void squash_fill(struct squash_reader *r, struct node *node,
		 const struct squash_record *n, uint64_t inode)
{
	struct view table = buf_view(&r->inodes.plain);

	node->mode = squash_mode(n);
	node->mtime = (int64_t)n->f[SQ_MTIME];
	node->ino = (uint32_t)n->f[SQ_INO];
	set_owner(r, node, n);
	if (S_ISREG(node->mode))
		set_content(r, node, n, inode);
	if (S_ISLNK(node->mode))
		node->target = arena_copy(&r->t->arena, table.p + n->end,
					  n->f[SQ_SIZE]);
	if (S_ISCHR(node->mode) || S_ISBLK(node->mode))
		set_device(r, node, (uint32_t)n->f[SQ_RDEV]);
	squash_xattrs(r, node, (uint32_t)n->f[SQ_XATTR]);
	r->seen = xgrow(r->seen, &r->seen_cap, r->nseen + 1, sizeof(*r->seen));
	r->seen[r->nseen++] = (struct squash_seen){ node, inode };
}

const char *squash_unusable(const struct squash_reader *r,
			    const struct squash_record *n)
{
	struct view table = buf_view(&r->inodes.plain), target;

	if (n->f[SQ_TYPE] != SQ_LINK)
		return NULL;
	target = view_sub(table, n->end, n->f[SQ_SIZE]);
	if (!target.len || target.len > MOST_TARGET ||
	    memchr(target.p, 0, target.len))
		return "is a symbolic link to nowhere; it is not written";
	return NULL;
}
