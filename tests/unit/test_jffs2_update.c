/* test_jffs2_update.c - an old jffs2 log takes a new tree */
#include "probe.h"

#include "fs/jffs2/fs.h"
#include "fs/meta.h"

#define FILES SOME_FILES "ln d/numbers d/sub/same && mkfifo d/fifo && " \
	"ln -s old d/to && seq 1 30000 > d/text && seq 1 20000 | gzip -n > d/packed && " \
	"for i in `seq 60`; do seq 1 $i > d/s$i; done && " \
	"find d -exec touch -hd @1000000000 {} + && "
#define EDITS "rm -r d/sub/empty d/s1 d/fifo d/to && chmod 4700 d/s2 && " \
	"touch -d @1 d/s3 && echo new > d/sub/new && mkdir d/fifo && ln d/s4 d/s4b && " \
	"mv d/s5 d/s05 && : > d/s6 && echo more >> d/text && sed -i s/^5000$/x/ d/text && " \
	"touch -d @2 d/text && ln -s new d/to && head -c 5000 d/packed > p && " \
	"mv p d/packed && rm d/numbers && mkdir d/numbers && echo x > d/numbers/x && "

static struct buf old, new, out;
static struct err e;
static struct kept kept;

static int run(struct view was, struct view want, uint64_t room)
{
	struct jffs2_options o = jffs2_defaults;
	struct tree a, b;
	int r;

	tree_init(&a);
	tree_init(&b);
	buf_clear(&out);
	assert_int_equal(jffs2_fs.read(was, &a, &e), 0);
	assert_int_equal(jffs2_fs.learn(was, &a, &o, &e), 0);
	assert_int_equal(jffs2_fs.read(want, &b, &e), 0);
	r = jffs2_fs.update(was, &b, &o, room, &out, &kept, &e);
	tree_free(&a);
	tree_free(&b);
	return r;
}

/* Both images hold the same tree; inode numbers may differ. */
static void assert_same_tree(struct view x, struct view y)
{
	struct tree a, b;
	struct buf why = { 0 };

	tree_init(&a);
	tree_init(&b);
	assert_int_equal(jffs2_fs.read(x, &a, &e), 0);
	assert_int_equal(jffs2_fs.read(y, &b, &e), 0);
	if (tree_same(&a, &b, &why, &e) != 1)
		print_error("%s\n", buf_string(&why));
	assert_int_equal(why.len, 0);
	assert_int_equal(a.damages, 0);
	buf_free(&why);
	tree_free(&a);
	tree_free(&b);
}

static void make(const char *old_options, const char *new_options)
{
	char *c = xasprintf(FILES "mkfs.jffs2 -r d %s -o out", old_options);

	made_by(&old, c);
	free(c);
	c = xasprintf(FILES EDITS "mkfs.jffs2 -r d %s -o out", new_options);
	made_by(&new, c);
	free(c);
}

static void nothing_changed_gives_the_same_bytes(void **state)
{
	(void)state;
	make("-b -e 16 -p", "");
	assert_int_equal(run(buf_view(&old), buf_view(&old), 0), 0);
	assert_true(view_equal(buf_view(&old), buf_view(&out)));
	assert_int_equal(kept.kept, kept.total);
	assert_true(kept.total > 100);
}

static void changes_are_appended_and_the_rest_keeps_its_place(void **state)
{
	static const char *const options[] = {
		"-l", "-b", "-p", "-n", "-b -e 8", "-n -p", "-l -p0x200000", "-s 1024",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		size_t tail;

		make(options[i], "");
		assert_int_equal(run(buf_view(&old), buf_view(&new), 0), 0);
		assert_same_tree(buf_view(&out), buf_view(&new));
		tail = view_tail_run(buf_view(&old), 0xff);
		assert_true(out.len >= old.len);
		if (i != 6)	/* there the erased blocks have cleanmarkers */
			assert_memory_equal(out.p, old.p, old.len - tail);
		assert_true(kept.kept < kept.total && kept.kept > kept.total / 2);
	}
}

static void it_goes_there_and_back_many_times(void **state)
{
	struct buf was = { 0 };

	(void)state;
	make("-l -e 8", "-b");
	put_view(&was, buf_view(&old));
	for (int i = 0; i < 6; i++) {
		struct view want = i % 2 ? buf_view(&old) : buf_view(&new);

		assert_int_equal(run(buf_view(&was), want, 0), 0);
		assert_same_tree(buf_view(&out), want);
		buf_clear(&was);
		put_view(&was, buf_view(&out));
	}
	buf_free(&was);
}

static void without_room_what_is_not_needed_goes(void **state)
{
	struct buf was = { 0 };
	uint64_t room;

	(void)state;
	make("-l -e 8 -p", "");
	room = old.len + 0x4000;
	put_view(&was, buf_view(&old));
	for (int i = 0; i < 6; i++) {
		struct view want = i % 2 ? buf_view(&old) : buf_view(&new);

		assert_int_equal(run(buf_view(&was), want, room), 0);
		assert_true(out.len <= room);
		assert_same_tree(buf_view(&out), want);
		buf_clear(&was);
		put_view(&was, buf_view(&out));
	}
	buf_free(&was);
}

/* As a flash that was written to for long: here and there half a block. */
static void room_between_nodes_is_filled_to_the_brim(void **state)
{
	(void)state;
	made_by(&new, FILES "mkfs.jffs2 -r d -o out");
	made_by(&old, FILES "mkfs.jffs2 -r d -e 8 -p -o out");
	for (size_t at = 0x2000; at + 0x2000 < old.len; at += 0x6000) {
		struct view tail = view_sub(buf_view(&old), at + 0x1000, 0x1000);
		const uint8_t *node = memmem(tail.p, tail.len, "\x85\x19", 2);

		if (node)
			memset(old.p + (node - old.p), 0xff,
			       (size_t)(old.p + at + 0x2000 - node));
	}
	assert_int_equal(run(buf_view(&old), buf_view(&new), 0), 0);
	assert_same_tree(buf_view(&out), buf_view(&new));
}

static void a_renamed_file_keeps_its_nodes(void **state)
{
	(void)state;
	made_by(&old, FILES "mkfs.jffs2 -r d -o out");
	made_by(&new, FILES "mv d/packed d/sub/moved && touch -d @1000000000 d d/sub && "
		"mkfs.jffs2 -r d -o out");
	assert_int_equal(run(buf_view(&old), buf_view(&new), 0), 0);
	assert_same_tree(buf_view(&out), buf_view(&new));
	assert_int_equal(kept.kept, kept.total - 1);
	assert_true(out.len - old.len < 150);
}

static void what_does_not_fit_is_told_in_blocks(void **state)
{
	(void)state;
	make("-l -e 8 -p", "-e 8");
	assert_int_equal(run(buf_view(&new), buf_view(&old), 0x8000), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, " blocks, room for 4 ("));
	assert_non_null(strstr(e.text, " bytes too many); see fwtool ls --by-size"));
}

static int free_all(void **state)
{
	(void)state;
	buf_free(&old);
	buf_free(&new);
	buf_free(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changed_gives_the_same_bytes),
		cmocka_unit_test(changes_are_appended_and_the_rest_keeps_its_place),
		cmocka_unit_test(it_goes_there_and_back_many_times),
		cmocka_unit_test(without_room_what_is_not_needed_goes),
		cmocka_unit_test(room_between_nodes_is_filled_to_the_brim),
		cmocka_unit_test(a_renamed_file_keeps_its_nodes),
		cmocka_unit_test(what_does_not_fit_is_told_in_blocks),
	};

	setenv("PATH", "/usr/sbin:/sbin:/usr/bin:/bin", 1);
	return cmocka_run_group_tests(tests, NULL, free_all);
}
