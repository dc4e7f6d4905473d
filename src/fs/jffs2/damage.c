/* damage.c - which broken jffs2 nodes took something that would be seen */
#include "fs/jffs2/read.h"
#include "fs/jffs2/unpack.h"

enum { MOST_COPIES = 64 };

static const struct {
	const char *code, *text;
} reasons[] = {
	[J_BAD_NODE] = { "jffs2.node-crc", "jffs2 node with a wrong node crc" },
	[J_BAD_DATA] = { "jffs2.data-crc", "jffs2 node with a wrong data crc" },
};

/*
 * Whether a good node shows something older in the place of k. Both lists rise,
 * so at only goes forward.
 */
static bool is_covered(const struct jfrags *good, size_t *at, const struct jfrag *k)
{
	uint64_t end = (uint64_t)k->from + k->size;

	while (*at < good->n &&
	       (uint64_t)good->v[*at].from + good->v[*at].size <= k->from)
		++*at;
	for (size_t i = *at; i < good->n && good->v[i].from < end; i++) {
		*at = i;
		if (good->v[i].node)
			return true;
	}
	return false;
}

static void lost(struct jreader *r, const struct jfile *f, const struct jfrag *k,
		 bool covered)
{
	uint64_t at = r->m.log.v.at + k->node->at;
	struct damage *d;

	d = tree_damage(r->t, at, jfile_node(f), reasons[k->node->state].code,
			"%s%s", reasons[k->node->state].text, covered ?
			" (an older one is seen in its place)" : "");
	d->from = k->from;
	d->size = k->size;
}

/*
 * A write that a power cut ended leaves a node that was never finished; what
 * it would have replaced is still right.
 */
static bool unfinished(const struct jreader *r, const struct jrec *n)
{
	struct view tail = view_sub(r->m.log.v, n->at + JFFS2_INODE_SUMMED, 8);

	return n->state == J_BAD_NODE && view_run(tail, 0xff) == 8;
}

/* Garbage collection leaves copies, which have the same version. */
static bool has_copy(const struct jfile *f, const struct jrec *n)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (f->nodes[mid]->version < n->version)
			low = mid + 1;
		else
			high = mid;
	}
	high = f->n - low > MOST_COPIES ? low + MOST_COPIES : f->n;
	for (; low < high && f->nodes[low]->version == n->version; low++)
		if (jrec_good(f->nodes[low]))
			return true;
	return false;
}

static bool is_lost(const struct jreader *r, const struct jfile *f,
		    const struct jrec *n)
{
	return n && !jrec_good(n) && !unfinished(r, n) && !has_copy(f, n);
}

static uint32_t isize_of(const struct jreader *r, const struct jrec *n)
{
	struct jinode i;

	return jinode_get(r->m.log.v, n->at, r->m.log.endian, &i) ? i.isize : 0;
}

/* How long the file was, by the newest node that can be believed in that. */
static uint32_t right_size(const struct jreader *r, const struct jfile *f)
{
	uint32_t size = f->latest ? isize_of(r, f->latest) : 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct jrec *n = f->nodes[i];

		if (n->state == J_BAD_DATA &&
		    (!f->latest || n->version > f->latest->version))
			size = isize_of(r, n);
	}
	return size;
}

static void check_bad(struct jreader *r, const struct jfile *f)
{
	uint32_t size = right_size(r, f);
	struct jfrags fr = { 0 }, good = { 0 };
	size_t at = 0;

	if (!size)
		return;
	jfrags_make(&fr, f, size, true);
	jfrags_make(&good, f, size, false);
	for (size_t i = 0; i < fr.n; i++)
		if (is_lost(r, f, fr.v[i].node))
			lost(r, f, &fr.v[i], is_covered(&good, &at, &fr.v[i]));
	jfrags_free(&good);
	jfrags_free(&fr);
}

/*
 * Writers cover a file without gaps, holes too have nodes: a gap means that a
 * node is gone without a trace, or is dirt now.
 */
static void check_gaps(struct jreader *r, const struct jfile *f)
{
	uint64_t at = r->m.log.v.at + f->latest->at;
	struct jfrags fr = { 0 };

	jfrags_make(&fr, f, jfile_node(f)->size, true);
	for (size_t i = 0; i < fr.n; i++) {
		struct damage *d;

		if (fr.v[i].node)
			continue;
		d = tree_damage(r->t, at, jfile_node(f), "jffs2.gap",
				"no jffs2 node holds this part");
		d->from = fr.v[i].from;
		d->size = fr.v[i].size;
	}
	jfrags_free(&fr);
}

static void check_end(struct jreader *r, const struct jfile *f)
{
	struct node *node = jfile_node(f);
	uint32_t isize = isize_of(r, f->latest);
	struct damage *d;

	if (f->bad || isize <= node->size)
		return;
	d = tree_damage(r->t, r->m.log.v.at + f->latest->at, node, "jffs2.short",
			"no jffs2 node holds the end");
	d->from = node->size;
	d->size = isize - node->size;
}

static void check_methods(struct jreader *r, const struct jfile *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct jrec *n = f->nodes[i];

		if (!jrec_good(n) || !n->size || jffs2_compr_name(n->compr))
			continue;
		tree_damage(r->t, r->m.log.v.at + n->at, jfile_node(f), "jffs2.method",
			    "jffs2 node packed by the unknown method 0x%02x", n->compr);
		return;
	}
}

/* A dirent that was lost matters if nothing else leads to what it named. */
static void check_name(struct jreader *r, const struct jrec *n)
{
	struct jfile *f = n->from ? jmodel_file(&r->m, n->from) : NULL;
	struct jfile *dir = jmodel_file(&r->m, n->ino);

	if (!f || !f->n || jfile_node(f))
		return;
	tree_damage(r->t, r->m.log.v.at + n->at, dir ? jfile_node(dir) : NULL,
		    "jffs2.name-crc", "jffs2 name with a wrong crc; inode %u has no "
		    "name any more and is not written", n->from);
}

void jffs2_damage(struct jreader *r)
{
	for (size_t i = 0; i < r->m.nfiles; i++) {
		const struct jfile *f = &r->m.file[i];

		if (!jfile_node(f))
			continue;
		if (f->bad)
			check_bad(r, f);
		check_methods(r, f);
		if (!f->latest || !S_ISREG(jfile_node(f)->mode))
			continue;
		if (jfile_node(f)->size)
			check_gaps(r, f);
		check_end(r, f);
	}
	for (size_t i = 0; r->m.log.bad && i < r->m.log.n; i++) {
		const struct jrec *n = &r->m.log.rec[i];

		if (n->type == JFFS2_DIRENT && (n->state == J_BAD_NODE ||
						n->state == J_BAD_DATA))
			check_name(r, n);
	}
}
