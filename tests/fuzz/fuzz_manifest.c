/* fuzz_manifest.c - fwtool.json from strangers: tiled and plain, or refused */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "project/jsonline.h"
#include "project/manifest.h"

static void check(const struct manifest *m)
{
	uint64_t at = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct part *p = &m->part[i].part;

		assert(p->at == at && p->size && p->size <= m->size - at);
		assert(!strchr(p->file, '/') && p->file[0] != '.' && p->file[0]);
		assert(!strchr(p->dir, '/') && p->dir[0] != '.' && p->dir[0]);
		assert(strlen(m->part[i].sha256) == 64);
		if (m->part[i].format)
			assert(m->part[i].main_at - p->at < p->size);
		at += p->size;
	}
	assert(at == m->size);
	for (size_t i = 0; i < m->objects; i++)
		assert(m->object[i].at < m->size &&
		       m->object[i].size <= m->size - m->object[i].at);
	assert(!strchr(m->input, '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m;
	struct err e = { 0 };
	struct view v = { data, size, 0 };

	for (uint64_t i = 0; i < 3; i++)
		json_line(v, "parts", i);
	if (manifest_read(&m, v, &e) < 0) {
		assert(e.kind && e.text[0] && e.place == PLACE_LINE && e.at);
		return 0;
	}
	check(&m);
	manifest_free(&m);
	return 0;
}
