/* test_jffs2_log.c - what is seen of a file, and how large blocks are */
#include "test.h"

#include <stdlib.h>

#include "fs/jffs2/model.h"

enum { SPAN = 300, MOST = 40 };

struct picture {
	struct jrec rec[MOST];
	const struct jrec *node[MOST];
	struct jfile f;
};

static void draw(struct picture *p)
{
	size_t n = 1 + (size_t)rand() % MOST;

	*p = (struct picture){ .f.n = n, .f.nodes = p->node };
	for (size_t i = 0; i < n; i++) {
		p->rec[i] = (struct jrec){
			.version = (uint32_t)i + 1, .at = (uint32_t)i * 100,
			.from = (uint32_t)rand() % SPAN,
			.size = (uint32_t)rand() % 60,
			.state = rand() % 4 ? J_GOOD : J_BAD_DATA,
		};
		p->node[i] = &p->rec[i];
	}
}

/* The plain way: paint one after the other. */
static size_t paint(const struct picture *p, bool with_bad,
		    const struct jrec *seen[SPAN + 60])
{
	size_t end = 0;

	memset(seen, 0, (SPAN + 60) * sizeof(*seen));
	for (size_t i = 0; i < p->f.n; i++) {
		const struct jrec *r = p->node[i];

		if (!with_bad && !jrec_good(r))
			continue;
		for (uint32_t k = 0; k < r->size; k++)
			seen[r->from + k] = r;
		if (r->size && r->from + r->size > end)
			end = r->from + r->size;
	}
	return end;
}

static void compare(const struct picture *p, bool with_bad, size_t cut)
{
	const struct jrec *seen[SPAN + 60];
	size_t end = paint(p, with_bad, seen), at = 0;
	struct jfrags fr = { 0 };

	if (cut && cut < end)
		end = cut;
	jfrags_make(&fr, &p->f, cut, with_bad);
	for (size_t i = 0; i < fr.n; i++) {
		assert_int_equal(fr.v[i].from, at);
		assert_true(fr.v[i].size > 0);
		for (uint32_t k = 0; k < fr.v[i].size; k++)
			assert_ptr_equal(seen[at++], fr.v[i].node);
	}
	assert_int_equal(at, end);
	jfrags_free(&fr);
}

static void fragments_are_what_painting_in_order_would_leave(void **state)
{
	struct picture p;

	(void)state;
	srand(7);
	for (int i = 0; i < 5000; i++) {
		draw(&p);
		compare(&p, false, 0);
		compare(&p, true, 0);
		compare(&p, false, 1 + (size_t)rand() % SPAN);
	}
}

static uint32_t erase_of(const uint64_t *mark, size_t n)
{
	struct jgeom g = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct jwalk w = {
			.at = mark[i], .pos = mark[i] + 12,
			.head.type = JFFS2_CLEANMARKER,
		};

		jgeom_node(&g, &w);
	}
	return jgeom_erase(&g);
}

static void cleanmarkers_tell_the_block_size(void **state)
{
	static const uint64_t all[] = { 0, 0x10000, 0x20000 };
	static const uint64_t some[] = { 0, 0x30000, 0x50000 };
	static const uint64_t odd[] = { 0, 0x2100, 0x4200, 0x6300 };

	(void)state;
	assert_int_equal(erase_of(all, 3), 0x10000);
	assert_int_equal(erase_of(some, 3), 0x10000);
	assert_int_equal(erase_of(odd, 4), 0x2100);
	assert_int_equal(erase_of(all, 1), 0x1000);
}

static void a_node_crosses_no_border(void **state)
{
	struct jwalk w = { .at = 0x1f00, .pos = 0x2100, .head.type = JFFS2_INODE };
	struct jgeom g = { 0 };

	(void)state;
	jgeom_node(&g, &w);
	assert_int_equal(jgeom_erase(&g), 0x4000);
}

static void bytes_without_nodes_are_an_error(void **state)
{
	static const uint8_t none[5000] = { 0x85, 0x19, 0x01, 0xe0 };
	struct jmodel m = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(jmodel_make(&m, (struct view){ none, 5000, 0 }, &e), -1);
	assert_int_equal(e.kind, ERR_FORMAT);
	jmodel_free(&m);
	assert_int_equal(jmodel_make(&m, (struct view){ 0 }, &e), -1);
	jmodel_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_are_what_painting_in_order_would_leave),
		cmocka_unit_test(cleanmarkers_tell_the_block_size),
		cmocka_unit_test(a_node_crosses_no_border),
		cmocka_unit_test(bytes_without_nodes_are_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
