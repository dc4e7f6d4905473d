/* file.c - the header of a file in romfs */
#include "fs/romfs/file.h"

#include "core/maps.h"

enum { MOST_NAME = 256 };

uint32_t romfs_sum(struct view v)
{
	uint32_t s = 0;

	for (size_t i = 0; i + 4 <= v.len; i += 4)
		s += peek32(v, i, BIG);
	return s;
}

size_t romfs_head(struct view v, uint64_t at)
{
	struct view name = view_upto(v, at + ROMFS_HEADER, MOST_NAME);
	const uint8_t *end = name.len ? memchr(name.p, 0, name.len) : NULL;
	size_t len = end ? (size_t)(end - name.p) + 1 : 0;

	len = ROMFS_HEADER + ((len + 15) & ~(size_t)15);
	return end && view_has(v, at, len) ? len : 0;
}

bool romfs_file(struct view v, uint32_t at, struct romfs_file *f)
{
	struct cursor c = cursor(view_sub(v, at, ROMFS_HEADER), BIG);
	uint32_t word = get32(&c);
	size_t len = romfs_head(v, at);

	maps_touched(c.v);
	*f = (struct romfs_file){
		.next = word & ~15u, .exec = word & 8, .type = word & 7,
		.head = view_sub(v, at, len), .data = (uint64_t)at + len,
	};
	f->spec = get32(&c);
	f->size = get32(&c);
	f->name = view_from(f->head, ROMFS_HEADER);
	f->name.len = len ? strlen((const char *)f->name.p) : 0;
	return len > 0;
}
