/* test_out.c - results appear whole and under their own name, or not at all */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/image.h"
#include "core/out.h"

static char home[] = "/tmp/fwtool-test-XXXXXX";

static int enter(void **state)
{
	(void)state;
	return mkdtemp(home) && !chdir(home) ? 0 : -1;
}

static int leave(void **state)
{
	struct err e;

	(void)state;
	return chdir("/") || remove_tree(AT_FDCWD, home, &e);
}

/* How many names the directory has, but for . and .. */
static int names(const char *path)
{
	DIR *d = opendir(path);
	int n = -2;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void assert_holds(const char *path, const char *text)
{
	struct image im;
	struct err e;

	assert_int_equal(image_open(&im, path, &e), 0);
	assert_true(view_equal(im.v, view_text(text)));
	image_close(&im);
}

static void a_file_has_no_name_before_the_commit(void **state)
{
	struct out o;
	struct err e;

	(void)state;
	assert_int_equal(out_open(&o, "one", false, &e), 0);
	assert_int_equal(out_write(&o, view_text("first"), &e), 0);
	assert_int_equal(access("one", F_OK), -1);
	assert_int_equal(out_commit(&o, &e), 0);
	assert_holds("one", "first");
}

static void an_existing_file_is_refused_and_kept(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(out_save("one", view_text("second"), false, &e), -1);
	assert_string_equal(e.subject, "one");
	assert_non_null(strstr(e.text, "exists; add -f"));
	assert_holds("one", "first");
	assert_int_equal(out_save("one", view_text("second"), true, &e), 0);
	assert_holds("one", "second");
}

/* Somebody makes the file between our open and our commit. */
static void a_faster_writer_is_not_overwritten(void **state)
{
	struct out o;
	struct err e;

	(void)state;
	assert_int_equal(out_open(&o, "two", false, &e), 0);
	assert_int_equal(out_save("two", view_text("theirs"), false, &e), 0);
	assert_int_equal(out_commit(&o, &e), -1);
	assert_holds("two", "theirs");
}

static void an_aborted_file_leaves_nothing(void **state)
{
	int before = names(".");
	struct out o;
	struct err e;

	(void)state;
	assert_int_equal(out_open(&o, "three", true, &e), 0);
	assert_int_equal(out_write(&o, view_text("x"), &e), 0);
	out_abort(&o);
	out_abort(&o);
	assert_int_equal(names("."), before);
}

static void a_full_device_is_an_error(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(out_save("/dev/full", view_text("x"), false, &e), -1);
	assert_non_null(strstr(e.text, "No space left"));
}

static void fill(struct outdir *o, const char *name)
{
	int fd = openat(o->fd, name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void a_directory_has_no_name_before_the_commit(void **state)
{
	struct outdir o;
	struct err e;

	(void)state;
	assert_int_equal(outdir_open(&o, "dir/", false, "mark", &e), 0);
	fill(&o, "mark");
	assert_int_equal(access("dir", F_OK), -1);
	assert_int_equal(outdir_commit(&o, &e), 0);
	assert_int_equal(access("dir/mark", F_OK), 0);
}

static void a_directory_of_ours_is_replaced_with_force_only(void **state)
{
	struct outdir o;
	struct err e;

	(void)state;
	assert_int_equal(outdir_open(&o, "dir", false, "mark", &e), -1);
	assert_int_equal(outdir_open(&o, "dir", true, "mark", &e), 0);
	fill(&o, "new");
	assert_int_equal(outdir_commit(&o, &e), 0);
	assert_int_equal(access("dir/new", F_OK), 0);
	assert_int_equal(access("dir/mark", F_OK), -1);
}

static void a_strange_directory_is_never_replaced(void **state)
{
	struct outdir o;
	struct err e;

	(void)state;
	assert_int_equal(outdir_open(&o, "dir", true, "mark", &e), -1);
	assert_non_null(strstr(e.text, "was not made by fwtool"));
	assert_int_equal(access("dir/new", F_OK), 0);
}

static void removing_does_not_follow_links(void **state)
{
	struct outdir o;
	struct err e;

	(void)state;
	assert_int_equal(outdir_open(&o, "dir2", false, "mark", &e), 0);
	assert_int_equal(symlinkat("../dir", o.fd, "link"), 0);
	assert_int_equal(mkdirat(o.fd, "sub", 0700), 0);
	outdir_abort(&o);
	assert_int_equal(access("dir/new", F_OK), 0);
	assert_int_equal(access("dir2", F_OK), -1);
}

/* A pipe gives the same bytes as a file, though it cannot be mapped. */
static void a_pipe_is_spooled(void **state)
{
	int ends[2], saved = dup(STDIN_FILENO);
	struct image im;
	struct err e;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "through", 7), 7);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(image_open(&im, "-", &e), 0);
	assert_true(view_equal(im.v, view_text("through")));
	image_close(&im);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void a_directory_is_no_image(void **state)
{
	struct image im;
	struct err e;

	(void)state;
	assert_int_equal(image_open(&im, ".", &e), -1);
	assert_string_equal(e.subject, ".");
	assert_int_equal(image_open(&im, "absent", &e), -1);
	assert_non_null(strstr(e.text, "No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_no_name_before_the_commit),
		cmocka_unit_test(an_existing_file_is_refused_and_kept),
		cmocka_unit_test(a_faster_writer_is_not_overwritten),
		cmocka_unit_test(an_aborted_file_leaves_nothing),
		cmocka_unit_test(a_full_device_is_an_error),
		cmocka_unit_test(a_directory_has_no_name_before_the_commit),
		cmocka_unit_test(a_directory_of_ours_is_replaced_with_force_only),
		cmocka_unit_test(a_strange_directory_is_never_replaced),
		cmocka_unit_test(removing_does_not_follow_links),
		cmocka_unit_test(a_pipe_is_spooled),
		cmocka_unit_test(a_directory_is_no_image),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
