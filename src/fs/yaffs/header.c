/* header.c - the header of an object */
#include "fs/yaffs/yaffs.h"

#include "core/maps.h"

static void get_text(struct cursor *c, char *room, size_t n)
{
	struct view v = get_view(c, n);

	memset(room, 0, n);
	if (v.len && view_run(v, 0xff) < v.len)
		memcpy(room, v.p, strnlen((const char *)v.p, n - 1));
}

bool yaffs_get_header(const struct yaffs_shape *s, struct view chunk,
		      struct yaffs_header *h)
{
	struct cursor c = cursor(view_sub(chunk, 0, YAFFS_HEADER), (enum endian)s->header);
	uint32_t low, high;

	*h = (struct yaffs_header){ 0 };
	maps_touched(c.v);
	h->type = get32(&c);
	h->parent = get32(&c);
	get_skip(&c, 2);
	get_text(&c, h->name, sizeof(h->name));
	get_skip(&c, 2);
	h->mode = get32(&c);
	h->uid = get32(&c);
	h->gid = get32(&c);
	h->atime = get32(&c);
	h->mtime = get32(&c);
	h->ctime = get32(&c);
	low = get32(&c);
	h->equivalent = get32(&c);
	get_text(&c, h->alias, sizeof(h->alias));
	h->rdev = get32(&c);
	get_skip(&c, 32);
	high = get32(&c);
	get_skip(&c, 4);
	h->shadows = get32(&c);
	get_skip(&c, 4);
	if (h->shadows > INT32_MAX)
		h->shadows = 0;
	h->size = low == UINT32_MAX ? 0 : low;
	/* Where there is no high half, it is as erased flash is. */
	if (high != UINT32_MAX && high < 1 << 16)
		h->size |= (uint64_t)high << 32;
	return cursor_ok(&c) && h->type >= YAFFS_FILE && h->type <= YAFFS_SPECIAL;
}

static void put_string(struct buf *out, const char *s, size_t n)
{
	size_t len = strlen(s);

	put(out, s, len < n ? len : n);
	put_fill(out, 0, n - (len < n ? len : n));
}

void yaffs_put_header(const struct yaffs_shape *s, const struct yaffs_header *h,
		      struct buf *out)
{
	const uint32_t words[] = { h->mode, h->uid, h->gid, h->atime, h->mtime, h->ctime };
	bool is_link = h->type == YAFFS_HARDLINK, is_file = h->type == YAFFS_FILE;

	out->endian = (enum endian)s->header;
	put32(out, h->type);
	put32(out, h->parent);
	put16(out, 0xffff);
	put_string(out, h->name, sizeof(h->name) - 1);
	put_fill(out, 0xff, 3);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put32(out, is_link ? UINT32_MAX : words[i]);
	put32(out, is_file ? (uint32_t)h->size : UINT32_MAX);
	put32(out, is_link ? h->equivalent : UINT32_MAX);
	if (h->type == YAFFS_SYMLINK)
		put_string(out, h->alias, sizeof(h->alias) - 1);
	put_fill(out, 0xff, h->type == YAFFS_SYMLINK ? 1 : sizeof(h->alias));
	put32(out, is_link ? UINT32_MAX : h->rdev);
	put_fill(out, 0xff, 32);
	put32(out, is_file && h->size >> 32 ? (uint32_t)(h->size >> 32) : UINT32_MAX);
	put_fill(out, 0xff, 12);
}
