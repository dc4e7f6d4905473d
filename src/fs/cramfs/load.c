/* load.c - the content of a file in cramfs, unpacked when it is asked for */
#include "core/maps.h"
#include "fs/cramfs/read.h"

/* Holes cost nothing: what comes out is bounded by what there is. */
enum { MOST_FILE = 1 << 28, MOST_RATIO = 4096 };

struct cramfs_inode cramfs_inode_at(const struct cramfs_reader *r, uint64_t at)
{
	struct cursor c = cursor(view_from(r->v, at), r->s.endian);

	return cramfs_inode(&r->s, &c);
}

/* What is wrong with block i, whose n bytes were to be appended; or NULL. */
static const char *load_block(const struct cramfs_reader *r,
			      const struct cramfs_inode *f, uint32_t i, size_t n,
			      struct buf *out)
{
	struct view block;
	bool stored;

	if (!cramfs_block(r->v, &r->s, f, i, &block, &stored))
		return "pointer leads out of the image";
	if (!block.len) {
		put_fill(out, 0, n);
		return NULL;
	}
	if (stored && block.len < n)
		return "block is too short";
	if (stored) {
		maps_touched(block);
		put_view(out, view_sub(block, 0, n));
		return NULL;
	}
	if (cramfs_unpack(r->s.packing, block, buf_room(out, r->s.page),
			  r->s.page) != (long)n)
		return "block cannot be unpacked";
	out->len += n;
	return NULL;
}

static uint64_t place(const struct cramfs_reader *r, const struct cramfs_inode *f,
		      uint32_t i)
{
	struct view block;
	bool stored;

	if (cramfs_block(r->v, &r->s, f, i, &block, &stored) && block.len)
		return block.at;
	return r->v.at + f->offset + 4 * (uint64_t)i;
}

/*
 * Before there were pointers for it, programs to be run in place were marked
 * as sticky and stored as they are, from the next page on.
 */
static bool is_in_place(const struct cramfs_reader *r,
			const struct cramfs_inode *f, struct view *bytes)
{
	uint64_t at = (f->offset + r->s.page - 1) & ~(uint64_t)(r->s.page - 1);
	struct view block;
	bool stored;

	if (!S_ISREG(f->mode) || !(f->mode & S_ISVTX) ||
	    cramfs_block(r->v, &r->s, f, 0, &block, &stored))
		return false;
	*bytes = view_sub(r->v, at, f->size);
	return bytes->len > 0;
}

int cramfs_content(const struct cramfs_reader *r, const struct cramfs_inode *f,
		   struct buf *out, struct err *e)
{
	uint32_t n = f->size ? cramfs_blocks(&r->s, f) : 0;
	struct view bytes;
	int result = 0;

	if (f->size > MOST_FILE && f->size / MOST_RATIO > r->v.len)
		return fail_at(e, r->v.at + f->offset, "a file of %u bytes is mostly "
			       "a hole; it is not read", f->size);
	if (n && is_in_place(r, f, &bytes)) {
		put_view(out, bytes);
		return 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t from = i * r->s.page, left = f->size - from;
		size_t len = left < r->s.page ? left : r->s.page;
		const char *wrong = load_block(r, f, i, len, out);

		if (!wrong)
			continue;
		put_fill(out, 0, len);
		if (!result)
			result = fail_at(e, place(r, f, i), "cramfs %s; 0x%x+%zu "
					 "of the file is missing", wrong, from, len);
	}
	return result;
}
