/* fuzz_yaffs.c - images of YAFFS: read, every file, what was; written again
 * smoke: 200 runs, each of which tries all shapes */
#include <stdlib.h>

#include "fs/yaffs/write.h"

enum { MOST = 1 << 20 };

static int visit(const struct node *n, const char *path, void *arg)
{
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)path;
	(void)arg;
	if (n->content.load && n->size < MOST &&
	    !n->content.load(&n->content, &out, &e) && out.len != n->size)
		abort();
	buf_free(&out);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view v = { data, size, 0 };
	struct buf out = { 0 };
	struct tree t = { 0 };
	struct err e = { 0 };
	struct kept kept;

	tree_init(&t);
	if (!yaffs_read(v, &t, &e)) {
		struct yaffs_shape s = ((const struct survey *)t.reader)->shape;

		tree_each(&t, visit, NULL);
		s.root = survey_object(t.reader, YAFFS_ROOT) != NULL;
		/* What was not changed comes back as it was. */
		if (size < MOST / 16 && !yaffs_update(v, &t, &s, 0, &out, &kept, &e) &&
		    (out.len != size || memcmp(out.p, data, size)))
			abort();
	}
	tree_free(&t);
	tree_init(&t);
	if (!yaffs_history(v, &t, &e))
		tree_each(&t, visit, NULL);
	buf_free(&out);
	tree_free(&t);
	return 0;
}
