/* compress.c - choose among the compressors, as mkfs.jffs2 does */
#include "fs/jffs2/compress.h"

#include <stdlib.h>

#include "core/mem.h"
#include "fs/jffs2/encode.h"
#include "fs/jffs2/jffs2.h"

enum {
	FAVOUR_LZO = 80,	/* percent */
	LARGE_PAGE = 512,	/* above, rtime is for what repeats a lot */
	REPEATED = 4,		/* times smaller by zlib */
};

struct packer {
	struct pack_how how;
	struct encoders states;
	uint8_t *trial;			/* the best so far is in `out` */
	size_t trial_size;
};

static const struct encoder *encoder_named(const char *name, size_t n)
{
	for (const struct encoder *c = jffs2_encoders; c->name; c++)
		if (strlen(c->name) == n && !memcmp(c->name, name, n))
			return c;
	return NULL;
}

int pack_parse(struct pack_how *how, const char *list, struct err *e)
{
	unsigned n = 0;

	memset(how->order, 0, sizeof(how->order));
	if (!strcmp(list, "none"))
		return 0;
	for (;;) {
		size_t len = strcspn(list, ",");
		const struct encoder *c = encoder_named(list, len);

		if (!c)
			return fail(e, ERR_USAGE, "%.*s: not a compressor that jffs2 "
				    "is written with; give a list of zlib, rtime, lzo, "
				    "or none", (int)len, list);
		if (memchr(how->order, c->compr, n))
			return fail(e, ERR_USAGE, "%s comes twice; give each "
				    "compressor once, the preferred one first",
				    c->name);
		how->order[n++] = c->compr;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}

struct packer *packer_new(const struct pack_how *how)
{
	struct packer *p = xcalloc(1, sizeof(*p));

	p->how = *how;
	return p;
}

void packer_free(struct packer *p)
{
	if (!p)
		return;
	encoders_free(&p->states);
	free(p->trial);
	free(p);
}

static const struct encoder *encoder_of(const struct packer *p, uint8_t compr)
{
	const struct encoder *c = jffs2_encoders;

	while (c->compr != compr)
		c++;
	return p->how.smaller && compr == jffs2_best_zlib.compr ? &jffs2_best_zlib : c;
}

static struct packed run(struct packer *p, uint8_t compr, struct view page,
			 size_t space, uint8_t *out)
{
	size_t used = 0, size;

	size = encoder_of(p, compr)->encode(&p->states, page, out, space, &used);
	return (struct packed){ (uint32_t)used, (uint32_t)size, compr };
}

static struct packed store(struct view page, size_t space, uint8_t *out)
{
	memcpy(out, page.p, space);
	return (struct packed){ (uint32_t)space, (uint32_t)space, 0 };
}

static struct packed first(struct packer *p, struct view page, size_t space,
			   uint8_t *out)
{
	for (const uint8_t *c = p->how.order; *c; c++) {
		struct packed got = run(p, *c, page, space, out);

		if (got.size)
			return got;
	}
	return store(page, space, out);
}

/* What is left of a page costs a node of its own. */
static long gain(struct packed a, size_t len)
{
	return (long)a.used - (long)a.size - (a.used < len ? JFFS2_INODE_SIZE : 0);
}

/* Sizes only are compared, also where one took less of the page. */
static bool is_better(const struct packer *p, struct packed a, struct packed best,
		      size_t len)
{
	uint8_t lzo = jffs2_encoders[0].compr;

	if (p->how.smaller)
		return gain(a, len) > gain(best, len);
	if (p->how.mode != PACK_FAVOURLZO)
		return a.size < best.size;
	if ((a.compr == lzo || best.compr != lzo) && a.size < best.size)
		return true;
	if (a.compr == lzo && best.size > a.size * FAVOUR_LZO / 100)
		return true;
	return best.size * FAVOUR_LZO / 100 > a.size;
}

/* Where zlib came first and gained little, rtime gains nothing. */
static bool is_hopeless(const struct packer *p, const uint8_t *c,
			struct packed best, size_t len)
{
	const uint8_t *order = p->how.order;

	return *c == JFFS2_COMPR_RTIME && len > LARGE_PAGE &&
	       memchr(order, JFFS2_COMPR_ZLIB, (size_t)(c - order)) &&
	       (!best.size || best.size > len / REPEATED);
}

/* What a compressor may take: to be best it must be smaller than that. */
static size_t room_for(const struct packer *p, struct packed best, size_t len,
		       size_t space)
{
	bool whole = p->how.smaller && space == len && best.used == len;

	return whole ? best.size - 1 : space;
}

static struct packed least(struct packer *p, struct view page, size_t space,
			   uint8_t *out)
{
	struct packed best = { 0 };

	if (p->trial_size < space) {
		p->trial = xrealloc(p->trial, space);
		p->trial_size = space;
	}
	for (const uint8_t *c = p->how.order; *c; c++) {
		struct packed got;

		if (p->how.smaller && space == page.len &&
		    is_hopeless(p, c, best, page.len))
			continue;
		got = run(p, *c, page, room_for(p, best, page.len, space),
			  p->trial);
		if (!got.size || got.size >= page.len)
			continue;
		if (best.size && !is_better(p, got, best, page.len))
			continue;
		best = got;
		memcpy(out, p->trial, got.size);
	}
	return best.size ? best : store(page, space, out);
}

struct packed pack_page(struct packer *p, struct view page, size_t space,
			uint8_t *out)
{
	if (p->how.smaller && view_run(page, 0) == page.len)
		return (struct packed){ (uint32_t)page.len, 0, JFFS2_COMPR_ZERO };
	if (p->how.mode == PACK_NONE)
		return store(page, space, out);
	if (p->how.mode == PACK_PRIORITY && !p->how.smaller)
		return first(p, page, space, out);
	return least(p, page, space, out);
}
