/* pastfiles.c - all nodes of UBIFS that are left, by inode and by name */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/ubifs/past.h"

/* A commit begins with as many nodes of the log, which is emptied after it. */
enum { COMMIT_NODES = 4 };

/* Numbers that were the log's: a reference to a block before its first node. */
static unsigned slack_of(const struct ubifs_reader *r, const struct ubifs_node *n)
{
	return n->type == UBIFS_IDX ? COMMIT_NODES : n->at % r->s.leb_size == 0;
}

static void add_name(struct oldnodes *o, const struct ubifs_node *n)
{
	struct ubifs_name name;

	if (!ubifs_name(o->r.v, n, &name) || !name.inum || !name.name.len)
		return;
	o->name = xgrow(o->name, &o->namecap, o->names + 1, sizeof(*o->name));
	o->name[o->names++] = (struct oldname){
		n->sqnum, n->at, ubifs_inum(ubifs_key(o->r.v, n)), name.inum,
	};
}

/* The making of an inode takes a number, too, before its name has one. */
static void add_numbers(struct oldnodes *o, const struct ubifs_node *n)
{
	struct ubifs_ino ino;

	if (n->sqnum)
		past_number(&o->numbers, n->sqnum, slack_of(&o->r, n));
	if (n->type == UBIFS_INO && ubifs_ino(o->r.v, n, &ino) && ino.creat)
		past_number(&o->numbers, ino.creat, 0);
}

static void take(struct ubifs_reader *r, const struct ubifs_node *n)
{
	struct oldnodes *o = (struct oldnodes *)r;

	add_numbers(o, n);
	if (n->type == UBIFS_DENT)
		add_name(o, n);
	else if (n->type <= UBIFS_TRUN && n->type != UBIFS_XENT)
		ubifs_add(r, n);
}

/* Every erase block but those of the LEB properties, which have no nodes. */
static void sweep(struct oldnodes *o)
{
	const struct ubifs_scan how = { take, true };
	struct ubifs_reader *r = &o->r;

	for (uint32_t leb = 1; leb < r->s.leb_cnt; leb++) {
		if (!view_has(r->v, ubifs_place(r, leb, 0), 1))
			break;
		if (leb < UBIFS_LOG + r->s.log_lebs ||
		    leb >= ubifs_main(&r->s) - r->s.orph_lebs)
			ubifs_scan(r, leb, 0, &how);
	}
	past_numbers_end(&o->numbers);
}

static int by_age(const void *pa, const void *pb)
{
	const struct ubifs_entry *a = pa, *b = pb;

	if (ubifs_inum(a->key) != ubifs_inum(b->key))
		return ubifs_inum(a->key) < ubifs_inum(b->key) ? -1 : 1;
	if (a->sqnum != b->sqnum)
		return a->sqnum < b->sqnum ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

static int by_target(const void *pa, const void *pb)
{
	const struct oldname *a = pa, *b = pb;

	if (a->inum != b->inum)
		return a->inum < b->inum ? -1 : 1;
	return a->sqnum < b->sqnum ? -1 : a->sqnum > b->sqnum;
}

/* Garbage collection leaves copies, which have the same number. */
static void sort(struct oldnodes *o)
{
	struct ubifs_entry *e = o->r.e;
	size_t kept = 0;

	if (o->r.n)
		qsort(e, o->r.n, sizeof(*e), by_age);
	for (size_t i = 0; i < o->r.n; i++)
		if (!kept || by_age(&e[kept - 1], &e[i]))
			e[kept++] = e[i];
	o->r.n = kept;
	if (o->names)
		qsort(o->name, o->names, sizeof(*o->name), by_target);
}

/* What says that it was deleted is the end of it; values of attributes are no
   files. */
static void set_file(struct oldnodes *o, struct past_file *f)
{
	struct ubifs_ino ino;

	while (f->n && o->r.e[f->first + f->n - 1].gone)
		f->n--;
	for (size_t k = f->first + f->n; k-- > f->first && !f->mode; )
		if (oldnodes_inode(o, k, &ino) && !ubifs_unusable(&ino))
			f->mode = ino.flags & UBIFS_XATTR_FL ? 0 : ino.mode;
	f->live = past_live(&o->p, f->ino);
}

static void collect_files(struct oldnodes *o)
{
	struct past_log *p = &o->p;
	size_t cap = 0;

	for (size_t i = 0; i < o->r.n;) {
		uint32_t inum = ubifs_inum(o->r.e[i].key);
		struct past_file *f;

		p->file = xgrow(p->file, &cap, p->files + 1, sizeof(*p->file));
		f = &p->file[p->files++];
		*f = (struct past_file){ .ino = inum, .first = i };
		for (; i < o->r.n && ubifs_inum(o->r.e[i].key) == inum; i++)
			f->n++;
		set_file(o, f);
	}
}

/* Files and names both rise by inode; of one inode the last name counts. */
static void name_files(struct oldnodes *o)
{
	size_t k = 0;

	for (size_t i = 0; i < o->p.files; i++) {
		struct past_file *f = &o->p.file[i];
		struct ubifs_node n = { 0 };
		struct ubifs_name name;

		for (; k < o->names && o->name[k].inum < f->ino; k++)
			;
		for (; k < o->names && o->name[k].inum == f->ino; k++) {
			f->dir = (uint32_t)o->name[k].dir;
			f->age = o->name[k].sqnum;
			ubifs_head(o->r.v, o->name[k].at, &n);
			ubifs_name(o->r.v, &n, &name);
			f->name = (const char *)name.name.p;
			f->length = name.name.len;
		}
	}
}

int oldnodes_collect(struct past_log *p, struct err *e)
{
	struct oldnodes *o = p->own;
	const struct ubifs_reader *live = p->live.reader;

	(void)e;
	o->r = (struct ubifs_reader){
		.v = live->v, .s = live->s, .m = live->m, .t = p->t,
	};
	/* Data behind an inode make its file longer, as after a loss of power. */
	o->r.m.flags |= UBIFS_DIRTY;
	sweep(o);
	sort(o);
	collect_files(o);
	name_files(o);
	return 0;
}
