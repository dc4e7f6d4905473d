/* odd.c - pages that their data and spare bytes do not give back */
#include "fixup/nand/odd.h"

#include "core/hash.h"

void odd_put(struct buf *b, uint32_t page, struct view data, const uint32_t *bit,
	     uint32_t n)
{
	put32(b, page);
	put64(b, hash_bytes(data));
	put32(b, n);
	for (uint32_t i = 0; i < n; i++)
		put32(b, bit[i]);
}

bool odd_get(struct cursor *c, struct odd *o)
{
	o->page = get32(c);
	o->hash = get64(c);
	o->n = get32(c);
	o->bits = get_view(c, (uint64_t)o->n * 4);
	return cursor_ok(c);
}
