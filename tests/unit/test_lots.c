/* test_lots.c - files in lots: what shares a place is never divided */
#include "test.h"

#include "fs/lots.h"

enum { FILES = 300 };

static void fill(struct lots *l, struct node *n, uint64_t size, uint64_t files_of_place)
{
	for (size_t i = 0; i < FILES; i++) {
		size_t k = i * 7 % FILES;	/* in no order */

		n[k] = (struct node){ .size = size };
		n[k].place = files_of_place ? 1 + k / files_of_place : 0;
		lots_add(l, &n[k], k);
	}
	lots_cut(l);
}

static void every_file_is_in_one_lot_with_all_that_share_its_place(void **state)
{
	static struct node n[FILES];
	struct lots l = { 0 };
	size_t files = 0;

	(void)state;
	fill(&l, n, 50000, 10);
	assert_true(l.n > 4);
	for (size_t i = 0; i < l.n; i++) {
		assert_int_equal(l.lot[i].from, files);
		assert_int_equal(l.lot[i].n % 10, 0);
		files += l.lot[i].n;
	}
	assert_int_equal(files, FILES);
	assert_int_equal(l.bytes, FILES * 50000);
	for (size_t i = 0; i < FILES; i++)
		assert_ptr_equal(l.file[i].n, &n[l.file[i].i]);
	lots_free(&l);
}

static void files_without_a_place_stay_in_order(void **state)
{
	static struct node n[FILES];
	struct lots l = { 0 };

	(void)state;
	fill(&l, n, 50000, 0);
	assert_true(l.n > FILES / 10);
	for (size_t i = 0; i < FILES; i++)
		assert_int_equal(l.file[i].i, i);
	lots_free(&l);
}

static void no_files_make_no_lots(void **state)
{
	struct lots l = { 0 };

	(void)state;
	lots_cut(&l);
	assert_int_equal(l.n, 0);
	lots_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_is_in_one_lot_with_all_that_share_its_place),
		cmocka_unit_test(files_without_a_place_stay_in_order),
		cmocka_unit_test(no_files_make_no_lots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
