/* damage.c - which broken jffs2 nodes took something that would be seen */
#include "fs/jffs2/read.h"
#include "fs/jffs2/unpack.h"

static const struct {
	const char *code, *text;
} reasons[] = {
	[J_BAD_NODE] = { "jffs2.node-crc", "jffs2 node with a wrong node crc" },
	[J_BAD_DATA] = { "jffs2.data-crc", "jffs2 node with a wrong data crc" },
};

/* Whether a good node below shows something older in its place. */
static bool is_covered(const struct jfile *f, const struct jfrag *k)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct jrec *r = f->nodes[i];

		if (jrec_good(r) && r->from < k->from + (uint64_t)k->size &&
		    k->from < r->from + (uint64_t)r->size)
			return true;
	}
	return false;
}

static void lost(struct jreader *r, const struct jfile *f, const struct jfrag *k)
{
	uint64_t at = r->m.log.v.at + k->node->at;
	bool covered = is_covered(f, k);
	struct damage *d;

	d = tree_damage(r->t, at, jfile_node(f), reasons[k->node->state].code,
			"%s; 0x%x+%u of the file is %s",
			reasons[k->node->state].text, k->from, k->size,
			covered ? "older than it should be" : "missing");
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

static bool is_lost(const struct jreader *r, const struct jfrag *k)
{
	return k->node && !jrec_good(k->node) && !unfinished(r, k->node);
}

static void check_bad(struct jreader *r, const struct jfile *f)
{
	struct jfrags fr = { 0 };

	jfrags_make(&fr, f, UINT32_MAX, true);
	for (size_t i = 0; i < fr.n; i++)
		if (is_lost(r, &fr.v[i]))
			lost(r, f, &fr.v[i]);
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
				"no jffs2 node holds 0x%x+%u of the file, which is "
				"missing", fr.v[i].from, fr.v[i].size);
		d->from = fr.v[i].from;
		d->size = fr.v[i].size;
	}
	jfrags_free(&fr);
}

static void check_end(struct jreader *r, const struct jfile *f)
{
	struct node *node = jfile_node(f);
	struct damage *d;
	struct jinode n;

	if (f->bad || !jinode_get(r->m.log.v, f->latest->at, r->m.log.endian, &n) ||
	    n.isize <= node->size)
		return;
	d = tree_damage(r->t, r->m.log.v.at + f->latest->at, node, "jffs2.short",
			"no jffs2 node holds the end of the file, 0x%llx+%llu, which is "
			"missing", (unsigned long long)node->size,
			(unsigned long long)(n.isize - node->size));
	d->from = node->size;
	d->size = n.isize - node->size;
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
