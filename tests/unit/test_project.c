/* test_project.c - parts tile the input; manifests come back as they went */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"
#include "project/jsonline.h"
#include "project/manifest.h"
#include "project/parts.h"

enum { SIZE = 1 << 16 };

static uint8_t bytes[SIZE];

static void start(struct plan *p)
{
	struct scan_opts o = { 0 };
	struct err e;

	*p = (struct plan){ .in.fd = -1, .maps.best = -1,
			    .in.v = { bytes, SIZE, 0 } };
	assert_int_equal(scan_silently(&p->scan, p->in.v, -1, &o, &e), 0);
}

/* Not plan_free(): the bytes are not the plan's. */
static void stop(struct plan *p)
{
	free(p->part);
	maps_free(&p->maps);
	scan_free(&p->scan);
}

static struct map *add_map(struct plan *p)
{
	p->maps.map = xgrow(p->maps.map, &p->maps.cap, p->maps.n + 1,
			    sizeof(*p->maps.map));
	p->maps.map[p->maps.n] = (struct map){ 0 };
	p->maps.best = (long)p->maps.n;
	return &p->maps.map[p->maps.n++];
}

static void add(struct map *m, const char *name, uint64_t at, uint64_t size)
{
	m->part = xgrow(m->part, &m->cap, m->n + 1, sizeof(*m->part));
	m->part[m->n] = (struct map_part){ .at = at, .size = size };
	snprintf(m->part[m->n++].name, sizeof(m->part->name), "%s", name);
}

static int by_place(const void *a, const void *b)
{
	const struct map_part *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->size > y->size ? -1 : x->size < y->size;
}

static void cut(struct plan *p)
{
	struct map *m = &p->maps.map[p->maps.best];

	qsort(m->part, m->n, sizeof(*m->part), by_place);
	parts_from_map(p, m);
	parts_describe(p);
	parts_name(p);
}

static void assert_tiled(const struct plan *p)
{
	uint64_t at = 0;

	for (size_t i = 0; i < p->n; i++) {
		assert_int_equal(p->part[i].at, at);
		assert_true(p->part[i].size > 0);
		at += p->part[i].size;
		assert_true(strlen(p->part[i].file) < sizeof(p->part->file) - 1);
		for (size_t k = 0; k < i; k++) {
			assert_true(strcmp(p->part[k].file, p->part[i].file) < 0);
			assert_string_not_equal(p->part[k].dir, p->part[i].dir);
		}
	}
	assert_int_equal(at, SIZE);
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void any_map_gives_parts_without_gaps_or_overlaps(void **state)
{
	static const char *const names[] = { "a", "b", "..", "", "a b", "gap" };
	unsigned seed = 7;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		struct plan p;
		struct map *m;
		unsigned n = 1 + next_random(&seed) % 12;

		start(&p);
		m = add_map(&p);
		for (unsigned i = 0; i < n; i++)
			add(m, names[next_random(&seed) % 6],
			    next_random(&seed) % (SIZE + 99),
			    next_random(&seed) %
				    (next_random(&seed) % 4 ? 4096 : SIZE));
		cut(&p);
		assert_tiled(&p);
		stop(&p);
	}
}

static void the_innermost_partition_has_the_bytes(void **state)
{
	struct plan p;
	struct map *m;

	(void)state;
	start(&p);
	m = add_map(&p);
	add(m, "ALL", 0, SIZE);
	add(m, "rootfs", 0x1000, 0x5000);
	add(m, "data", 0x2000, 0x1000);
	cut(&p);
	assert_tiled(&p);
	assert_int_equal(p.n, 5);
	assert_string_equal(p.part[0].name, "gap");
	assert_true(p.part[0].gap);
	assert_string_equal(p.part[1].name, "rootfs");
	assert_false(p.part[1].rest);
	assert_string_equal(p.part[2].name, "data");
	assert_string_equal(p.part[3].name, "rootfs");
	assert_true(p.part[3].rest);
	assert_string_equal(p.part[3].dir, "rootfs@0x003000");
	assert_string_equal(p.part[4].name, "gap");
	stop(&p);
}

static void selections_name_parts(void **state)
{
	static const struct { const char *sel; unsigned bits; } good[] = {
		{ "one", 1 }, { "ONE", 1 }, { "#1", 2 }, { "@0x1fff", 2 },
		{ "one,two", 3 }, { "0x800..0x1001", 3 }, { "0x1000+1", 2 },
		{ "+1", 1 }, { "gap", 4 }, { "01-two.bin", 2 },
	};
	static const char *const bad[] = { "", "three", "#3", "#", "#1x", "@",
		"@0x10000", "one,", ",one", "0x20000+1", "1..0" };
	struct err e = { 0 };
	struct plan p;
	struct map *m;
	bool chosen[3];

	(void)state;
	start(&p);
	m = add_map(&p);
	add(m, "one", 0, 0x1000);
	add(m, "two", 0x1000, 0x1000);
	cut(&p);
	assert_int_equal(p.n, 3);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(plan_select(&p, good[i].sel, chosen, &e), 0);
		assert_int_equal(chosen[0] | chosen[1] << 1 | chosen[2] << 2,
				 good[i].bits);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(plan_select(&p, bad[i], chosen, &e), -1);
	assert_ptr_equal(plan_named(&p, "TWO/etc", 3), &p.part[1]);
	assert_null(plan_named(&p, "tw", 2));
	assert_ptr_equal(plan_over(&p, SIZE - 1), &p.part[2]);
	assert_null(plan_over(&p, SIZE));
	stop(&p);
}

static void names_become_harmless_files(void **state)
{
	static const struct { const char *name, *safe; } cases[] = {
		{ "ROOTFS", "ROOTFS" }, { "", "unnamed" }, { ".", "_" },
		{ "..", "_." }, { "../../x", "_._.._x" }, { "-rf", "_rf" },
		{ "a\nb\x1b[2J", "a_b__2J" }, { "x.fwmeta", "x_fwmeta" },
		{ ".fwmeta", "_fwmeta" }, { "\xc3\xa4", "__" },
	};
	char room[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		safe_name(cases[i].name, room, sizeof(room));
		assert_string_equal(room, cases[i].safe);
	}
	safe_name("0123456789012345678901234567890123456789012345678901234567890",
		  room, sizeof(room));
	assert_int_equal(strlen(room), 48);
}

static void lines_of_elements_are_found(void **state)
{
	static const char text[] = "{\n \"x\": [1],\n \"a\\\"[\": \"parts\",\n"
		" \"parts\": [\n  {\"parts\": [2,\n 3]},\n  \"],\\\"\",\n  4\n ]\n}\n";
	struct view v = view_text(text);

	(void)state;
	assert_int_equal(json_line(v, "parts", 0), 5);
	assert_int_equal(json_line(v, "parts", 1), 7);
	assert_int_equal(json_line(v, "parts", 2), 8);
	assert_int_equal(json_line(v, "parts", 9), 4);
	assert_int_equal(json_line(v, "x", 0), 2);
	assert_int_equal(json_line(v, "none", 0), 1);
}

static void a_manifest_is_read_as_it_was_written(void **state)
{
	struct plan_opts o = { 0 };
	struct sums sums = { .whole = "", .part = xcalloc(9, sizeof(*sums.part)) };
	struct manifest m;
	struct buf text = { 0 };
	struct err e = { 0 };
	struct plan p;
	json_t *doc;

	(void)state;
	start(&p);
	snprintf(p.in.im.name, sizeof(p.in.im.name), "/tmp/in/dump.bin");
	add(add_map(&p), "a\xff/b", 0x100, 0x200);
	cut(&p);
	for (size_t i = 0; i < p.n; i++)
		sha256_text(plan_part(&p, &p.part[i]), sums.part[i]);
	sha256_text(p.in.v, sums.whole);
	doc = manifest_make(&p, &o, &sums, NULL);
	json_put(&text, doc);
	assert_int_equal(manifest_read(&m, buf_view(&text), &e), 0);
	assert_string_equal(m.input, "dump.bin");
	assert_int_equal(m.size, SIZE);
	assert_string_equal(m.sha256, sums.whole);
	assert_int_equal(m.n, 3);
	assert_string_equal(m.part[1].part.name, "a\xff/b");
	assert_string_equal(m.part[1].part.file, "01-a__b.bin");
	assert_true(m.part[1].part.erased && m.part[1].written && m.part[0].part.gap);
	assert_int_equal(m.map.n, 1);
	assert_int_equal(m.map.part[0].at, 0x100);
	manifest_free(&m);
	json_decref(doc);
	buf_free(&text);
	free(sums.part);
	stop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_map_gives_parts_without_gaps_or_overlaps),
		cmocka_unit_test(the_innermost_partition_has_the_bytes),
		cmocka_unit_test(selections_name_parts),
		cmocka_unit_test(names_become_harmless_files),
		cmocka_unit_test(lines_of_elements_are_found),
		cmocka_unit_test(a_manifest_is_read_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
