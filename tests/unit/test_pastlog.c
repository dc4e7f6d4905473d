/* test_pastlog.c - the states of files, from what the records of a log did */
#include "test.h"

#include "core/log.h"
#include "fs/pastlog.h"

/* A log of one file: each record writes text at a place, or says a size. */
struct record { const char *text; uint64_t from, size, blank; bool leads; };

static const struct record *records;

static int read_none(struct view v, struct tree *t, struct err *e)
{
	(void)v;
	(void)e;
	tree_finish(t);
	return 0;
}

static int collect(struct past_log *p, struct err *e)
{
	(void)e;
	p->file = xcalloc(1, sizeof(*p->file));
	p->file[p->files++] = (struct past_file){
		.ino = 9, .n = *(const size_t *)p->own, .mode = S_IFREG | 0644,
		.dir = 1, .name = "f", .length = 1,
	};
	return 0;
}

static bool step(const struct past_log *p, size_t k, struct past_step *s)
{
	const struct record *r = &records[k];

	(void)p;
	*s = (struct past_step){
		.size = r->size, .grows = r->text != NULL, .from = r->from,
		.n = r->text ? strlen(r->text) : 0, .blank = r->blank,
		.leads = r->leads,
	};
	return true;
}

static bool load(const struct past_log *p, size_t k, struct buf *out)
{
	(void)p;
	put(out, records[k].text, strlen(records[k].text));
	return true;
}

static bool attributes(const struct past_log *p, const struct past_state *s,
		       struct node *n)
{
	(void)p;
	n->mode = s->f->mode;
	n->past->version = s->end;
	return true;
}

static void fill(struct past_log *p, const struct past_state *s, struct node *n)
{
	(void)p;
	n->size = s->first;
}

static const struct past_format fake = {
	.limit = "fake.limit", .read = read_none, .collect = collect, .step = step,
	.load = load, .attributes = attributes, .fill = fill,
};

/* "first-end" of each state, in order. */
static void states_are(const struct record *r, size_t n, const char *want)
{
	struct past_log p = { .format = &fake, .own = &n, .root = 1 };
	struct tree t = { 0 };
	struct buf got = { 0 };
	struct err e = { 0 };

	records = r;
	log_hook = NULL;
	tree_init(&t);
	p.t = &t;
	assert_int_equal(past_history(&p, (struct view){ 0 }, &e), 0);
	for (const struct node *k = t.root->child; k; k = k->next)
		put_text(&got, "%s%llu-%llu", got.len ? " " : "",
			 (unsigned long long)k->size,
			 (unsigned long long)k->past->version);
	assert_string_equal(got.len ? buf_string(&got) : "", want);
	buf_free(&got);
	tree_free(&t);
}

#define STATES(want, ...) do { \
	const struct record r[] = { __VA_ARGS__ }; \
	states_are(r, sizeof(r) / sizeof(*r), want); \
} while (0)

static void a_file_that_only_grew_has_its_last_state(void **state)
{
	(void)state;
	STATES("0-3", { .size = 0 }, { "abcd", 0, 0, 0, 0 }, { "efgh", 4, 0, 0, 0 });
}

static void overwriting_ends_a_state_and_the_rest_of_it_does_not(void **state)
{
	(void)state;
	STATES("0-2 0-4", { "abcd", 0, 0, 0, 0 }, { "efgh", 4, 0, 0, 0 },
	       { "ABCD", 0, 0, 0, 0 }, { "EFGH", 4, 0, 0, 0 });
}

static void the_same_again_is_no_state(void **state)
{
	(void)state;
	STATES("0-3", { "abcd", 0, 0, 0, 0 }, { "abcd", 0, 0, 0, 0 },
	       { "abcdef", 0, 0, 0, 0 });
}

static void a_cut_ends_a_state_and_what_emptied_it_begins_the_next(void **state)
{
	(void)state;
	STATES("0-1 1-3", { "abcd", 0, 0, 0, 0 }, { .size = 0 },
	       { "xy", 0, 0, 0, 0 });
}

static void a_shorter_piece_takes_what_was_behind_it(void **state)
{
	(void)state;
	STATES("0-1 0-3", { "abcd", 0, 0, 4, 0 }, { "ab", 0, 0, 6, 0 },
	       { .size = 2 });
}

static void a_size_told_ahead_belongs_to_the_data_that_follow(void **state)
{
	(void)state;
	STATES("0-2 0-4", { .size = 2, .leads = true }, { "ab", 0, 0, 0, 0 },
	       { .size = 4, .leads = true }, { "ABcd", 0, 0, 0, 0 });
	STATES("0-3 0-4", { .size = 2, .leads = true }, { "ab", 0, 0, 0, 0 },
	       { .size = 4 }, { "ABcd", 0, 0, 0, 0 });
}

static void a_piece_that_is_cut_belongs_to_the_size_that_cuts(void **state)
{
	(void)state;
	STATES("0-1 0-3 0-5", { "abcdefgh", 0, 0, 0, 0 }, { "ABCD", 0, 0, 0, 0 },
	       { "xy", 8, 0, 0, 0 }, { "efg", 4, 0, 1, true }, { .size = 7 });
}

static void numbers_without_a_gap_are_whole(void **state)
{
	struct past_numbers s = { 0 };

	(void)state;
	past_number(&s, 7, 0);
	past_number(&s, 5, 0);
	past_number(&s, 6, 0);
	past_number(&s, 5, 0);
	past_number(&s, 9, 0);
	past_number(&s, 14, 4);
	past_number(&s, 17, 1);
	past_numbers_end(&s);
	assert_true(past_is_whole(&s, 5, 7));
	assert_false(past_is_whole(&s, 5, 9));
	assert_true(past_is_whole(&s, 9, 14));
	assert_false(past_is_whole(&s, 14, 17));
	past_numbers_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_only_grew_has_its_last_state),
		cmocka_unit_test(overwriting_ends_a_state_and_the_rest_of_it_does_not),
		cmocka_unit_test(the_same_again_is_no_state),
		cmocka_unit_test(a_cut_ends_a_state_and_what_emptied_it_begins_the_next),
		cmocka_unit_test(a_shorter_piece_takes_what_was_behind_it),
		cmocka_unit_test(a_size_told_ahead_belongs_to_the_data_that_follow),
		cmocka_unit_test(a_piece_that_is_cut_belongs_to_the_size_that_cuts),
		cmocka_unit_test(numbers_without_a_gap_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
