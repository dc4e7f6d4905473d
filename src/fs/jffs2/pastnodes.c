/* pastnodes.c - all that is proven in a jffs2 log, by inode and by name */
#include <stdlib.h>

#include "fs/jffs2/past.h"

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

/* mctime is the only age that names of different directories share. */
static int by_target(const void *pa, const void *pb)
{
	const struct oldname *a = pa, *b = pb;
	int c = compare(a->ino, b->ino);

	if (!c)
		c = compare(a->mctime, b->mctime);
	if (!c)
		c = compare(a->rec->version, b->rec->version);
	return c ? c : compare(a->rec->at, b->rec->at);
}

/* Garbage collection leaves copies, which have the same version. */
static size_t collect_nodes(struct oldlog *p)
{
	const struct jlog *l = p->log;
	size_t n = 0, kept = 0;

	p->node = xcalloc(l->n, sizeof(*p->node));
	for (size_t i = 0; i < l->n; i++)
		if (l->rec[i].type == JFFS2_INODE && l->rec[i].proven)
			p->node[n++] = &l->rec[i];
	qsort(p->node, n, sizeof(*p->node), by_inode);
	for (size_t i = 0; i < n; i++) {
		if (kept && p->node[kept - 1]->ino == p->node[i]->ino &&
		    p->node[kept - 1]->version == p->node[i]->version)
			kept--;
		p->node[kept++] = p->node[i];
	}
	return kept;
}

static void collect_files(struct oldlog *p, size_t n)
{
	p->file = xcalloc(n, sizeof(*p->file));
	for (size_t i = 0; i < n;) {
		struct oldfile *f = &p->file[p->nfiles++];
		const struct jfile *now = jmodel_file(&p->r->m, p->node[i]->ino);

		f->ino = p->node[i]->ino;
		f->nodes = p->node + i;
		f->live = now ? jfile_node(now) : NULL;
		for (; i < n && p->node[i]->ino == f->ino; i++)
			f->n++;
	}
}

static void collect_names(struct oldlog *p)
{
	const struct jlog *l = p->log;
	struct jdirent d;

	p->name = xcalloc(l->n, sizeof(*p->name));
	for (size_t i = 0; i < l->n; i++) {
		const struct jrec *r = &l->rec[i];

		if (r->type != JFFS2_DIRENT || !r->proven || !r->from ||
		    !jdirent_get(l->v, r->at, l->endian, &d) || !d.name.len)
			continue;
		p->name[p->nnames++] = (struct oldname){
			.rec = r, .name = d.name, .dir = r->ino,
			.ino = r->from, .mctime = d.mctime,
		};
	}
	qsort(p->name, p->nnames, sizeof(*p->name), by_target);
}

struct oldfile *oldlog_file(const struct oldlog *p, uint32_t ino)
{
	size_t low = 0, high = p->nfiles;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->file[mid].ino < ino)
			low = mid + 1;
		else
			high = mid;
	}
	return low < p->nfiles && p->file[low].ino == ino ? &p->file[low] : NULL;
}

void oldlog_collect(struct oldlog *p)
{
	collect_files(p, collect_nodes(p));
	collect_names(p);
	for (size_t i = 0; i < p->nnames; i++) {
		struct oldfile *f = oldlog_file(p, p->name[i].ino);

		if (f)
			f->named = &p->name[i];
	}
}
