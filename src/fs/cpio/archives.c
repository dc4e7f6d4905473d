/* archives.c - a tree as the archives in a row that it came from */
#include "fs/cpio/write.h"

static unsigned last_archive(const struct node *n)
{
	unsigned most = cpio_as(n->as).archive;

	for (n = n->child; n; n = n->next) {
		unsigned k = last_archive(n);

		most = k > most ? k : most;
	}
	return most;
}

int cpio_archives(const struct tree *t, unsigned *n, struct err *e)
{
	unsigned last = last_archive(t->root);

	if (last >= CPIO_MOST_ARCHIVES)
		return fail(e, ERR_LIMIT, "more than %d archives in a row are not "
			    "built; build one with --cpio --rebuild from a tree "
			    "without its list", CPIO_MOST_ARCHIVES);
	*n = last + 1;
	return 0;
}

int cpio_write(const struct tree *t, const void *opts, struct buf *out,
	       struct err *e)
{
	struct cpio_making m = { .t = t, .o = opts };

	if (cpio_archives(t, &m.of, e) < 0)
		return -1;
	for (; m.which < m.of; m.which++)
		if (cpio_make(&m, out, e) < 0)
			return -1;
	return 0;
}
