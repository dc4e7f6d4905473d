/* fuzz_fwmeta.c - a list from anybody; what was read is written and read again */
#include <stdlib.h>

#include "fs/meta.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct view v = { p, n, 0 };
	struct meta m, again;
	struct tree disk;
	struct changes c = { 0 };
	struct buf out = { 0 };
	struct err e = { 0 };

	if (meta_read(&m, v, &e) < 0)
		return 0;
	meta_put(&m, &m.t, &out);
	if (meta_read(&again, buf_view(&out), &e) < 0)
		abort();
	if (tree_same(&m.t, &again.t, NULL, &e) != 1)
		abort();
	tree_init(&disk);
	meta_apply(&again, &disk, &c, &e);
	changes_free(&c);
	tree_free(&disk);
	meta_free(&again);
	meta_free(&m);
	buf_free(&out);
	return 0;
}
