/* pastnodes.c - all that is proven in a jffs2 log, by inode and by name */
#include <stdlib.h>

#include "fs/jffs2/past.h"

/* A name that led to an inode. */
struct oldname {
	const struct jrec *rec;
	struct view name;
	uint32_t dir, ino, mctime;
};

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
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

static bool is_proven(const struct jrec *r)
{
	return r->proven;
}

/* Garbage collection leaves copies, which have the same version. */
static size_t collect_nodes(struct oldlog *o)
{
	size_t n, kept = 0;

	o->node = jlog_inodes(o->log, is_proven, &n);
	for (size_t i = 0; i < n; i++) {
		if (kept && o->node[kept - 1]->ino == o->node[i]->ino &&
		    o->node[kept - 1]->version == o->node[i]->version)
			kept--;
		o->node[kept++] = o->node[i];
	}
	return kept;
}

/* Whether the last node is not what counts: it was marked obsolete. */
static bool is_stale(const struct jfile *now, const struct jrec *last)
{
	return now && now->latest && now->latest->version != last->version;
}

static void collect_files(struct oldlog *o, const struct jmodel *m, size_t n)
{
	o->p.file = xcalloc(n, sizeof(*o->p.file));
	for (size_t i = 0; i < n;) {
		struct past_file *f = &o->p.file[o->p.files++];
		const struct jfile *now = jmodel_file(m, o->node[i]->ino);
		struct jinode last;

		f->ino = o->node[i]->ino;
		f->first = i;
		f->live = now ? jfile_node(now) : NULL;
		for (; i < n && o->node[i]->ino == f->ino; i++)
			f->n++;
		if (oldlog_inode(o, o->node[i - 1], &last))
			f->mode = last.mode;
		f->stale = is_stale(now, o->node[i - 1]);
	}
}

static struct oldname *collect_names(const struct jlog *l, size_t *n)
{
	struct oldname *name = xcalloc(l->n, sizeof(*name));
	struct jdirent d;

	*n = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct jrec *r = &l->rec[i];

		if (r->type != JFFS2_DIRENT || !r->proven || !r->from ||
		    !jdirent_get(l->v, r->at, l->endian, &d) || !d.name.len)
			continue;
		name[(*n)++] = (struct oldname){
			.rec = r, .name = d.name, .dir = r->ino,
			.ino = r->from, .mctime = d.mctime,
		};
	}
	qsort(name, *n, sizeof(*name), by_target);
	return name;
}

/* Files and names both rise by inode; of one inode the last name counts. */
static void name_files(struct oldlog *o)
{
	size_t n, k = 0;
	struct oldname *name = collect_names(o->log, &n);

	for (size_t i = 0; i < o->p.files; i++) {
		struct past_file *f = &o->p.file[i];

		for (; k < n && name[k].ino <= f->ino; k++) {
			if (name[k].ino != f->ino)
				continue;
			f->dir = name[k].dir;
			f->age = name[k].rec->version;
			f->name = (const char *)name[k].name.p;
			f->length = name[k].name.len;
		}
	}
	free(name);
}

int oldlog_collect(struct past_log *p, struct err *e)
{
	struct oldlog *o = p->own;
	const struct jreader *r = p->live.reader;

	(void)e;
	o->log = &r->m.log;
	collect_files(o, &r->m, collect_nodes(o));
	name_files(o);
	return 0;
}
