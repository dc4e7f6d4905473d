/* test_jffs2_write.c - images of mkfs.jffs2 come back from tree and options */
#include "probe.h"

#include "core/par.h"
#include "fs/jffs2/fs.h"

#define FILES SOME_FILES "ln d/numbers d/sub/same && mkfifo d/fifo && " \
	"seq 1 20000 | gzip -n > d/packed && for i in `seq 100`; do " \
	"head -c $((i * 37)) d/packed > d/p$i; seq 1 $i > d/s$i; done && " \
	"find d -exec touch -hd @1000000000 {} + && "

static struct buf image, again;

/* Read, learn, write; the options that were learnt. */
static struct jffs2_options rewrite(void)
{
	struct jffs2_options o = jffs2_defaults;
	struct tree t;
	struct err e = { 0 };

	tree_init(&t);
	buf_clear(&again);
	assert_int_equal(jffs2_fs.read(buf_view(&image), &t, &e), 0);
	assert_int_equal(jffs2_fs.learn(buf_view(&image), &t, &o, &e), 0);
	assert_int_equal(jffs2_fs.write(&t, &o, &again, &e), 0);
	tree_free(&t);
	return o;
}

static void comes_back(const char *options)
{
	char *c = xasprintf(FILES "mkfs.jffs2 -r d %s -o out", options);

	made_by(&image, c);
	rewrite();
	if (!view_equal(buf_view(&image), buf_view(&again)))
		print_error("%s: other bytes\n", options);
	assert_true(view_equal(buf_view(&image), buf_view(&again)));
	free(c);
}

static void images_of_mkfs_come_back_byte_for_byte(void **state)
{
	static const char *const options[] = {
		"-l", "-b -e 16", "-e 32KiB -p", "-e 256KiB -p", "-n", "-n -p",
		"-n -p1000001", "-c 20", "-p0x100000", "-p700001", "-s 1024", "-s 8192",
		"-s 1000", "-x zlib", "-x rtime", "-x zlib -x rtime", "-X lzo",
		"-X lzo -x zlib", "-m none", "-m size", "-X lzo -m size", "-y 90:rtime",
		"-q -f",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		comes_back(options[i]);
}

static void devices_of_a_table_come_back_in_its_order(void **state)
{
	(void)state;
	made_by(&image, FILES "printf '/zz d 755 1 2 - - - - -\\n/zz/tty c 600 3 4 4 0 "
		"0 1 3\\n/zz/hda b 640 0 6 300 1 - - -\\n' | sed s/300/3/ > t && "
		"mkfs.jffs2 -f -r d -D t -o out");
	assert_int_equal(rewrite().order, ORDER_INODE);
	assert_true(view_equal(buf_view(&image), buf_view(&again)));
}

static void erased_room_behind_an_image_comes_back(void **state)
{
	(void)state;
	made_by(&image, FILES "mkfs.jffs2 -r d -o out");
	put_fill(&image, 0xff, 0x54321);
	assert_int_equal(rewrite().fill_to, image.len);
	assert_true(view_equal(buf_view(&image), buf_view(&again)));
}

static void one_thread_writes_what_many_write(void **state)
{
	(void)state;
	made_by(&image, FILES "mkfs.jffs2 -r d -e 8 -o out");
	par_use(1);
	rewrite();
	assert_true(view_equal(buf_view(&image), buf_view(&again)));
	par_use(7);
	rewrite();
	assert_true(view_equal(buf_view(&image), buf_view(&again)));
	par_use(0);
}

static int free_all(void **state)
{
	(void)state;
	buf_free(&image);
	buf_free(&again);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_of_mkfs_come_back_byte_for_byte),
		cmocka_unit_test(devices_of_a_table_come_back_in_its_order),
		cmocka_unit_test(erased_room_behind_an_image_comes_back),
		cmocka_unit_test(one_thread_writes_what_many_write),
	};

	setenv("PATH", "/usr/sbin:/sbin:/usr/bin:/bin", 1);
	return cmocka_run_group_tests(tests, NULL, free_all);
}
