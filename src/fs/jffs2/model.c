/* model.c - what a jffs2 log means: which nodes count, and for what */
#include "fs/jffs2/model.h"

#include <stdlib.h>

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_inode(const void *pa, const void *pb)
{
	const struct jrec *a = *(const struct jrec *const *)pa;
	const struct jrec *b = *(const struct jrec *const *)pb;
	int c = compare(a->ino, b->ino);

	if (!c)
		c = compare(a->version, b->version);
	return c ? c : compare(a->at, b->at);
}

static int by_name(const void *pa, const void *pb)
{
	const struct jname *a = pa, *b = pb;
	int c = compare(a->dir, b->dir);

	if (!c)
		c = memcmp(a->name, b->name, a->n < b->n ? a->n : b->n);
	if (!c)
		c = compare(a->n, b->n);
	if (!c)
		c = compare(a->rec->version, b->rec->version);
	return c ? c : compare(a->rec->at, b->rec->at);
}

/* Writers mostly lay things down in order; then nothing needs sorting. */
static void sort(void *p, size_t n, size_t size,
		 int (*order)(const void *, const void *))
{
	char *c = p;

	for (size_t i = 1; i < n; i++)
		if (order(c + (i - 1) * size, c + i * size) > 0) {
			qsort(p, n, size, order);
			return;
		}
}

/* A bad node's fields are worth a look if its inode might be meant. */
static bool worth(const struct jrec *r)
{
	return r->state != J_OBSOLETE && r->state != J_BAD_SHAPE;
}

static void make_room(struct jmodel *m)
{
	size_t names = 0;

	for (size_t i = 0; i < m->log.n; i++)
		names += m->log.rec[i].type == JFFS2_DIRENT;
	m->name = xcalloc(names, sizeof(*m->name));
}

const struct jrec **jlog_inodes(const struct jlog *l,
				bool (*want)(const struct jrec *r), size_t *n)
{
	const struct jrec **node;
	size_t nodes = 0;

	for (size_t i = 0; i < l->n; i++)
		nodes += l->rec[i].type == JFFS2_INODE;
	node = xcalloc(nodes, sizeof(*node));
	*n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->rec[i].type == JFFS2_INODE && want(&l->rec[i]))
			node[(*n)++] = &l->rec[i];
	sort(node, *n, sizeof(*node), by_inode);
	return node;
}

static void add_name(struct jmodel *m, const struct jrec *r)
{
	struct jname *k = &m->name[m->nnames];
	const uint8_t *nul;
	struct jdirent d;

	if (!jdirent_get(m->log.v, r->at, m->log.endian, &d))
		return;
	nul = d.nsize ? memchr(d.name.p, 0, d.nsize) : NULL;
	*k = (struct jname){
		.rec = r, .dir = r->ino, .ino = r->from, .dtype = d.dtype,
		.name = (uint8_t *)arena_copy(&m->arena, d.name.p, d.nsize),
		.n = nul ? (uint8_t)(nul - d.name.p) : d.nsize,
	};
	m->nnames++;
}

static bool same_name(const struct jname *a, const struct jname *b)
{
	return a->dir == b->dir && a->n == b->n && !memcmp(a->name, b->name, a->n);
}

/* Of each name the highest version counts; of equal ones that which lies last. */
static void collect_names(struct jmodel *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->log.n; i++)
		if (m->log.rec[i].type == JFFS2_DIRENT && jrec_good(&m->log.rec[i]))
			add_name(m, &m->log.rec[i]);
	sort(m->name, m->nnames, sizeof(*m->name), by_name);
	for (size_t i = 0; i < m->nnames; i++) {
		if (kept && same_name(&m->name[kept - 1], &m->name[i]))
			kept--;
		m->name[kept++] = m->name[i];
	}
	m->nnames = kept;
}

/* The inode's own rule: the newest good node, whatever it holds. */
static void settle(struct jfile *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct jrec *r = f->nodes[i];

		if (!jrec_good(r)) {
			f->bad++;
			continue;
		}
		f->latest = r;
		f->most_version = r->version;
	}
	for (size_t i = 0; i < f->nnames; i++)
		if (f->names[i].rec->version > f->most_version)
			f->most_version = f->names[i].rec->version;
}

/* One entry for each inode that has nodes or names; both lists are sorted. */
static void join(struct jmodel *m, size_t nodes)
{
	size_t i = 0, k = 0;

	m->file = xcalloc(nodes + m->nnames, sizeof(*m->file));
	while (i < nodes || k < m->nnames) {
		struct jfile *f = &m->file[m->nfiles++];

		f->ino = i < nodes ? m->node[i]->ino : JNONE;
		if (k < m->nnames && (i == nodes || m->name[k].dir < f->ino))
			f->ino = m->name[k].dir;
		f->nodes = m->node + i;
		f->names = m->name + k;
		for (; i < nodes && m->node[i]->ino == f->ino; i++)
			f->n++;
		for (; k < m->nnames && m->name[k].dir == f->ino; k++)
			f->nnames++;
		settle(f);
	}
}

static size_t slot_of(const struct jmodel *m, uint32_t ino)
{
	size_t i = ino * UINT32_C(0x9e3779b1) & (m->slots - 1);

	while (m->slot[i] != JNONE && m->file[m->slot[i]].ino != ino)
		i = (i + 1) & (m->slots - 1);
	return i;
}

static void index_files(struct jmodel *m)
{
	for (m->slots = 16; m->slots < 2 * m->nfiles; m->slots *= 2)
		;
	m->slot = xmalloc(m->slots * sizeof(*m->slot));
	memset(m->slot, 0xff, m->slots * sizeof(*m->slot));
	for (size_t i = 0; i < m->nfiles; i++)
		m->slot[slot_of(m, m->file[i].ino)] = (uint32_t)i;
}

struct jfile *jmodel_file(const struct jmodel *m, uint32_t ino)
{
	uint32_t i = m->slot[slot_of(m, ino)];

	return i == JNONE ? NULL : &m->file[i];
}

int jmodel_make(struct jmodel *m, struct view v, struct err *e)
{
	size_t nodes;

	*m = (struct jmodel){ 0 };
	if (jlog_scan(&m->log, v, e) < 0)
		return -1;
	make_room(m);
	collect_names(m);
	m->node = jlog_inodes(&m->log, worth, &nodes);
	join(m, nodes);
	index_files(m);
	return 0;
}

void jmodel_free(struct jmodel *m)
{
	jlog_free(&m->log);
	arena_free(&m->arena);
	free(m->file);
	free(m->name);
	free(m->node);
	free(m->slot);
	*m = (struct jmodel){ 0 };
}
