/* meta.c - metadata blocks: where they lie, and what is in them */
#include "core/work.h"
#include "fs/squashfs/super.h"

enum { LENGTH = 64 };	/* what following one costs, in bytes of work */

static unsigned head_size(const struct squash_super *s)
{
	return s->major < 4 && s->flags & SQUASH_CHECK ? 3 : 2;
}

uint64_t squash_meta_end(struct view v, const struct squash_super *s, uint64_t at)
{
	unsigned len = peek16(v, at, s->lengths) & 0x7fff;

	work_add(LENGTH);
	if (!len || len > SQUASH_META || !view_has(v, at, head_size(s) + len))
		return UINT64_MAX;
	return at + head_size(s) + len;
}

bool squash_metas_meet(struct view v, const struct squash_super *s, uint64_t at,
		       uint64_t end)
{
	while (at < end)
		at = squash_meta_end(v, s, at);
	return at == end;
}

bool squash_find_lengths(struct view v, struct squash_super *s)
{
	uint64_t at = s->inode_table, end = s->dir_table;

	if (squash_metas_meet(v, s, at, end))
		return true;
	if (s->endian == LITTLE || s->major < 4)
		return false;
	s->lengths = LITTLE;
	if (squash_metas_meet(v, s, at, end))
		return true;
	s->lengths = BIG;
	return false;
}

static struct view first_packed(struct view v, const struct squash_super *s,
				uint64_t at, uint64_t end)
{
	for (; at < end; at = squash_meta_end(v, s, at)) {
		unsigned len = peek16(v, at, s->lengths);

		if (!(len & 0x8000))
			return view_sub(v, at + head_size(s), len);
	}
	return (struct view){ .p = NULL };
}

struct view squash_first_packed(struct view v, const struct squash_super *s)
{
	struct view block = first_packed(v, s, s->inode_table, s->dir_table);

	return block.len ? block :
	       first_packed(v, s, s->dir_table, squash_dirs_end(v, s));
}

bool squash_meta(struct view v, const struct squash_super *s,
		 const struct squash_packing *p, uint64_t *at, struct buf *out)
{
	unsigned len = peek16(v, *at, s->lengths), size = len & 0x7fff;
	unsigned head = head_size(s);
	struct view block;
	long got;

	/* Length 0 with the mark for "stored" means 32768 and is never valid. */
	block = view_sub(v, *at + head, size);
	if (!view_has(v, *at, 2) || !block.len || size > SQUASH_META)
		return false;
	*at += head + size;
	if (len & 0x8000) {
		put_view(out, block);
		return true;
	}
	got = p ? squash_run(p, block, buf_room(out, SQUASH_META), SQUASH_META) : -1;
	if (got > 0)
		out->len += (size_t)got;
	return got > 0;
}

/* Its type alone is looked at: the rest may be in the next block. */
bool squash_root_is_dir(struct view v, const struct squash_super *s,
			const struct squash_packing *p, struct buf *plain)
{
	uint64_t at = s->inode_table + (s->root >> 16);
	unsigned type;
	struct view inode;

	buf_clear(plain);
	if (!squash_meta(v, s, p, &at, plain))
		return false;
	inode = view_sub(buf_view(plain), s->root & 0xffff, 4);
	if (!inode.len)
		return false;
	if (s->major == 4)
		type = peek16(inode, 0, s->endian);
	else
		type = s->endian == BIG ? inode.p[0] >> 4 : inode.p[0] & 15;
	return type == 1 || type == 8 || (s->major == 1 && type % 5 == 1);
}

uint64_t squash_pointer(struct view v, const struct squash_super *s,
			uint64_t table, uint64_t i)
{
	unsigned size = s->major > 2 ? 8 : 4;
	struct cursor c = cursor(view_sub(v, table + size * i, size), s->endian);

	return get_uint(&c, size);
}

/* The directories end where the first block of the next table lies. */
uint64_t squash_dirs_end(struct view v, const struct squash_super *s)
{
	uint64_t end = s->id_table;

	if (s->fragment_table != SQUASH_ABSENT)
		end = squash_pointer(v, s, s->fragment_table, 0);
	else if (s->export_table != SQUASH_ABSENT)
		end = squash_pointer(v, s, s->export_table, 0);
	else if (s->major == 4)
		end = squash_pointer(v, s, s->id_table, 0);
	return end < s->dir_table || end > s->used ? s->used : end;
}
