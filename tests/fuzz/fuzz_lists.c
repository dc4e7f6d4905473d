/* fuzz_lists.c - lists that people hand on: device tables, layouts, ubinize's volumes */
#include <assert.h>
#include <stdlib.h>

#include "fs/devtable.h"
#include "fs/ubi/build.h"
#include "scan/map.h"

enum { MOST_SECTIONS = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void table(struct view text)
{
	struct tree t;
	struct err e;

	tree_init(&t);
	tree_add(&t, t.root, "dev", 3, S_IFDIR | 0755, &e);
	t.most_nodes = 5000;
	devtable_apply(&t, text, 0, &e);
	tree_finish(&t);
	tree_free(&t);
}

static void layout(struct view text)
{
	struct maps m = { 0 };
	struct err e;

	if (maps_from_text(&m, text, 0x800000, "fuzz", &e) == 0)
		assert(m.n);
	maps_free(&m);
}

static void volumes(struct view text)
{
	struct ubi_section *v = calloc(MOST_SECTIONS, sizeof(*v));
	struct err e;
	int n = ubi_config(text, v, MOST_SECTIONS, &e);

	assert(n <= MOST_SECTIONS);
	for (int i = 0; i < n; i++)
		assert(memchr(v[i].name, 0, sizeof(v->name)) &&
		       memchr(v[i].image, 0, sizeof(v->image)));
	free(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct view text = { copy, size, 0 };

	if (size)
		memcpy(copy, data, size);
	table(text);
	layout(text);
	volumes(text);
	free(copy);
	return 0;
}
