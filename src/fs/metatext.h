/* metatext.h - the words of a .fwmeta, for who reads and who writes it */
#ifndef FS_METATEXT_H
#define FS_METATEXT_H

#include "core/buf.h"

#define META_FIRST "fwtool.fwmeta/1"

struct meta_type { const char *word; uint32_t mode; };
extern const struct meta_type meta_types[];	/* ends with word NULL */

/* Any bytes as one word: what is not printable ASCII is \xNN. */
void put_token(struct buf *out, const void *p, size_t n);

#endif
