/* fdt.c - flattened device trees, token by token */
#include "scan/fdt.h"

#include "core/work.h"

enum { OLDEST = 16, NEWEST = 17, MOST_NAME = 256 };
enum { TOKEN = 256 };	/* what decoding one costs, in bytes of work */

bool fdt_open(struct view v, struct fdt *t, uint64_t *total)
{
	struct cursor c = cursor(v, BIG);
	uint32_t structure, strings, version, compatible, nstrings, size;

	if (!view_is(v, 0, "\xd0\x0d\xfe\xed", 4))
		return false;
	get_skip(&c, 4);
	*total = get32(&c);
	structure = get32(&c);
	strings = get32(&c);
	get_skip(&c, 4);
	version = get32(&c);
	compatible = get32(&c);
	get_skip(&c, 4);
	nstrings = get32(&c);
	size = version >= NEWEST ? get32(&c) : (uint32_t)*total - structure;
	if (!cursor_ok(&c) || version < OLDEST || compatible > NEWEST ||
	    structure < FDT_HEADER - 4 || structure & 3 || strings > *total ||
	    structure > *total || nstrings > *total - strings ||
	    size > *total - structure || size < 12)
		return false;
	t->v = view_upto(v, 0, *total);
	t->strings = view_sub(t->v, strings, nstrings);
	t->at = cursor(view_upto(t->v, structure, size), BIG);
	t->depth = 0;
	return true;
}

/* The text at off, if it ends soon enough; its length in *len. */
static const char *text_at(struct view v, uint64_t off, size_t *len)
{
	struct view s = view_upto(v, off, MOST_NAME);
	const uint8_t *end = s.len ? memchr(s.p, 0, s.len) : NULL;

	*len = end ? (size_t)(end - s.p) : 0;
	return end ? (const char *)s.p : NULL;
}

static void pad(struct fdt *t)
{
	get_skip(&t->at, -t->at.pos & 3);
}

static struct fdt_item node(struct fdt *t)
{
	struct fdt_item i = { .token = FDT_NODE };
	size_t len;

	i.name = text_at(t->at.v, t->at.pos, &len);
	get_skip(&t->at, len + 1);
	pad(t);
	if (!i.name || ++t->depth > FDT_DEPTH)
		i.token = FDT_BAD;
	return i;
}

static struct fdt_item property(struct fdt *t)
{
	struct fdt_item i = { .token = FDT_PROP };
	uint32_t len = get32(&t->at);
	size_t namelen;

	i.name = text_at(t->strings, get32(&t->at), &namelen);
	if (!t->strings.len)
		i.name = "";	/* cut off: walk on as far as it goes */
	if (len)
		i.value = get_view(&t->at, len);
	pad(t);
	if (!i.name || t->depth < 1)
		i.token = FDT_BAD;
	return i;
}

struct fdt_item fdt_next(struct fdt *t)
{
	struct fdt_item i = { .token = FDT_BAD };
	size_t start = t->at.pos;
	uint32_t token;

	while ((token = get32(&t->at)) == 4)
		;
	if (token == 1)
		i = node(t);
	else if (token == 3)
		i = property(t);
	else if (token == 2 && t->depth-- > 0)
		i.token = FDT_CLOSE;
	else if (token == 9 && !t->depth)
		i.token = FDT_DONE;
	work_add(8 * (t->at.pos - start) + TOKEN);
	return cursor_ok(&t->at) ? i : (struct fdt_item){ .token = FDT_BAD };
}
