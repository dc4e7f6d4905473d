/*
 * acl.c - access control lists, as stored and as getxattr() gives them
 *
 *	stored	= u32 1  { u16 tag, rights  [u32 id: of users and groups] }*
 *	given	= u32 2  { u16 tag, rights  u32 id }*
 */
#include "fs/ext/ext.h"

enum { USER = 2, GROUP = 8, NOBODY = -1, STORED = 1, GIVEN = 2 };

bool ext_acl(struct view v, struct buf *out)
{
	struct cursor c = cursor(v, LITTLE);

	if (get32(&c) != STORED)
		return false;
	put32(out, GIVEN);
	while (c.pos < v.len && cursor_ok(&c)) {
		uint16_t tag = get16(&c), rights = get16(&c);

		put16(out, tag);
		put16(out, rights);
		put32(out, tag == USER || tag == GROUP ? get32(&c) : (uint32_t)NOBODY);
	}
	return cursor_ok(&c);
}
