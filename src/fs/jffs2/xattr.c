/* xattr.c - extended attributes of jffs2: values, and who refers to them */
#include <stdlib.h>

#include "fs/jffs2/read.h"

/* Linux lists no more than 64 KiB of names. */
enum { MOST_XATTRS = 1024 };

static const struct jrec **collect(const struct jlog *l, uint16_t type, size_t *n)
{
	const struct jrec **v = xcalloc(l->n, sizeof(*v));

	*n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->rec[i].type == type && jrec_good(&l->rec[i]))
			v[(*n)++] = &l->rec[i];
	return v;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Values by xid, the newest last. */
static int by_xid(const void *pa, const void *pb)
{
	const struct jrec *a = *(const struct jrec *const *)pa;
	const struct jrec *b = *(const struct jrec *const *)pb;
	int c = compare(a->ino, b->ino);

	return c ? c : compare(a->version, b->version);
}

/* References by inode and value, the newest last. */
static int by_ref(const void *pa, const void *pb)
{
	const struct jrec *a = *(const struct jrec *const *)pa;
	const struct jrec *b = *(const struct jrec *const *)pb;
	int c = compare(a->ino, b->ino);

	if (!c)
		c = compare(a->from, b->from);
	return c ? c : compare(a->version, b->version);
}

/* Those that count, by inode and age: of two with one name the newer wins. */
static int by_age(const void *pa, const void *pb)
{
	const struct jrec *a = *(const struct jrec *const *)pa;
	const struct jrec *b = *(const struct jrec *const *)pb;
	int c = compare(a->ino, b->ino);

	return c ? c : compare(a->version, b->version);
}

static const struct jrec *find(const struct jrec **v, size_t n, uint32_t xid)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v[mid]->ino <= xid)
			low = mid + 1;
		else
			high = mid;
	}
	return low && v[low - 1]->ino == xid ? v[low - 1] : NULL;
}

static void set(struct jreader *r, struct node *node, const struct jrec *value)
{
	char name[32 + 256];
	const char *prefix;
	struct jxattr x;
	size_t n;

	if (!jxattr_get(r->m.log.v, value->at, r->m.log.endian, &x) || x.prefix >= 6)
		return;
	prefix = jffs2_xattr_prefix[x.prefix];
	if (!prefix)
		return;
	n = strlen(prefix);
	memcpy(name, prefix, n);
	/* The two ACLs are whole names. */
	if (prefix[n - 1] == '.') {
		if (x.name_len)
			memcpy(name + n, x.name.p, x.name_len);
		n += x.name_len;
	}
	name[n] = 0;
	tree_xattr(r->t, node, name, x.value);
}

void jffs2_xattrs(struct jreader *r)
{
	size_t n, nrefs, kept = 0;
	const struct jrec **refs = collect(&r->m.log, JFFS2_XREF, &nrefs);
	const struct jrec **values = collect(&r->m.log, JFFS2_XATTR, &n);

	qsort(values, n, sizeof(*values), by_xid);
	qsort(refs, nrefs, sizeof(*refs), by_ref);
	for (size_t i = 0; i < nrefs; i++) {
		bool newest = i + 1 == nrefs || refs[i]->ino != refs[i + 1]->ino ||
			      refs[i]->from != refs[i + 1]->from;

		/* Bit 0 of seqno says that the attribute was removed. */
		if (newest && !(refs[i]->version & 1))
			refs[kept++] = refs[i];
	}
	qsort(refs, kept, sizeof(*refs), by_age);
	for (size_t i = 0; i < kept; i++) {
		bool many = i >= MOST_XATTRS &&
			    refs[i - MOST_XATTRS]->ino == refs[i]->ino;
		const struct jfile *f = jmodel_file(&r->m, refs[i]->ino);
		const struct jrec *value = find(values, n, refs[i]->from);

		if (f && jfile_node(f) && value && !many)
			set(r, jfile_node(f), value);
	}
	free(refs);
	free(values);
}
