/* load.c - the content of a file in jffs2, unpacked when it is asked for */
#include <stdlib.h>

#include "fs/jffs2/read.h"
#include "fs/jffs2/unpack.h"

/*
 * Nodes hold a page, a hole may be of any size: what comes out is bounded, or
 * a few bytes would ask for all memory there is.
 */
enum { MOST_NODE = 64 << 20, MOST_FILE = 1 << 30, MOST_RATIO = 64 };

static uint64_t most_bytes(const struct jlog *l)
{
	uint64_t n = MOST_NODE + MOST_RATIO * (uint64_t)l->v.len;

	return n < MOST_FILE ? n : MOST_FILE;
}

uint64_t jfile_size(const struct jfile *f, uint32_t isize)
{
	uint64_t end = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct jrec *r = f->nodes[i];
		uint64_t stop = (uint64_t)r->from + r->size;

		if (jrec_good(r) && r->size && stop > end)
			end = stop;
	}
	return end < isize ? end : isize;
}

static int cannot(struct err *e, uint64_t at, const struct jinode *n)
{
	const char *name = jffs2_compr_name(n->compr);

	if (!name)
		return fail_at(e, at, "jffs2 node packed by the unknown method 0x%02x; "
			       "0x%x+%u of the file is missing", n->compr, n->offset,
			       n->dsize);
	return fail_at(e, at, "jffs2 node whose %s data cannot be unpacked; 0x%x+%u "
		       "of the file is missing", name, n->offset, n->dsize);
}

/* A part of a node: unpack the whole, take what is seen of it. */
static int unpack_part(const struct jinode *n, size_t from, uint8_t *dst, size_t size)
{
	uint8_t *whole;
	int r;

	if (n->dsize > MOST_NODE)
		return -1;
	whole = xmalloc(n->dsize);
	r = jffs2_unpack(n->compr, n->data, whole, n->dsize);
	if (!r)
		memcpy(dst, whole + from, size);
	free(whole);
	return r;
}

static bool is_hole(const struct jfrag *k)
{
	return !k->node || k->node->compr == JFFS2_COMPR_ZERO;
}

static int load_frag(const struct jlog *l, const struct jfrag *k, uint8_t *dst,
		     struct err *e)
{
	struct view v = l->v;
	struct jinode n;

	if (!jinode_get(v, k->node->at, l->endian, &n))
		return fail_at(e, v.at + k->node->at, "jffs2 node cut off");
	if (k->size == n.dsize) {
		if (jffs2_unpack(n.compr, n.data, dst, n.dsize) == 0)
			return 0;
	} else if (unpack_part(&n, k->from - n.offset, dst, k->size) == 0) {
		return 0;
	}
	memset(dst, 0, k->size);
	return cannot(e, v.at + k->node->at, &n);
}

int jlog_load(const struct jlog *l, const struct jfile *f, uint64_t size,
	      bool with_bad, struct buf *out, struct err *e)
{
	struct jfrags fr = { 0 };
	struct err other;
	int result = 0;

	if (size > most_bytes(l))
		return fail_at(e, l->v.at + f->latest->at,
			       "a file of %llu bytes is mostly a hole; it is not read",
			       (unsigned long long)size);
	if (!size)
		return 0;
	jfrags_make(&fr, f, size, with_bad);
	for (size_t i = 0; i < fr.n; i++) {
		if (is_hole(&fr.v[i])) {
			put_fill(out, 0, fr.v[i].size);
			continue;
		}
		if (load_frag(l, &fr.v[i], buf_room(out, fr.v[i].size),
			      result ? &other : e) < 0)
			result = -1;
		out->len += fr.v[i].size;
	}
	jfrags_free(&fr);
	return result;
}

int jffs2_load(const struct content *c, struct buf *out, struct err *e)
{
	const struct jreader *r = c->from;
	const struct jfile *f = &r->m.file[c->key];

	return jlog_load(&r->m.log, f, jfile_node(f)->size, false, out, e);
}
