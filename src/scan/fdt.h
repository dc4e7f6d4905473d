/*
 * fdt.h - flattened device trees, token by token
 *
 *	blob   = d00dfeed total struct_at strings_at reserved_at version
 *		 compatible boot_cpu strings_size struct_size
 *
 * All big-endian. The structure is a row of tokens, each padded to 4: 1 with a
 * name begins a node, 2 ends one, 3 with length and offset of its name is a
 * property, 4 is nothing, 9 is the end.
 */
#ifndef SCAN_FDT_H
#define SCAN_FDT_H

#include "core/format.h"

enum { FDT_HEADER = 40, FDT_DEPTH = 32 };

struct fdt {
	struct view v;			/* all `total` bytes of it */
	struct view strings;
	struct cursor at;		/* in the structure */
	int depth;			/* 0: outside; 1: in the root */
};

enum fdt_token { FDT_BAD, FDT_NODE, FDT_CLOSE, FDT_PROP, FDT_DONE };

struct fdt_item {
	enum fdt_token token;
	const char *name;		/* of a node or property, NUL inside */
	struct view value;		/* of a property */
};

/* False where the header makes no sense. *total is what it says. */
bool fdt_open(struct view v, struct fdt *t, uint64_t *total);
struct fdt_item fdt_next(struct fdt *t);

#endif
