/* test_jail.c - work in the jail writes below its directory and nowhere else */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/jail.h"
#include "core/out.h"
#include "core/par.h"

static char top[64];
static struct err e;

static bool is_locked(int at, const char *path)
{
	int fd = openat(at, path, O_WRONLY | O_CREAT, 0666);

	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EACCES;
}

struct seen { int fd; bool below, above, moved, linked, worker; };

static void on_a_worker(size_t i, void *arg)
{
	struct seen *s = arg;

	if (!i)
		s->worker = is_locked(s->fd, "../worker");
}

static int look_around(void *arg, struct err *err)
{
	struct seen *s = arg;
	struct par p = { on_a_worker, NULL, s, 0 };

	s->below = !is_locked(s->fd, "inside") && !mkdirat(s->fd, "d", 0777) &&
		   !linkat(s->fd, "inside", s->fd, "d/link", 0);
	s->above = is_locked(s->fd, "../outside");
	s->moved = renameat(s->fd, "inside", s->fd, "../outside") < 0;
	s->linked = unlinkat(s->fd, "../old", 0) < 0;
	par_run(&p, 8, err);
	return 7;
}

static void only_what_is_below_can_be_written(void **state)
{
	struct seen s = { 0 };
	char path[128];

	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		    LANDLOCK_CREATE_RULESET_VERSION) < 2)
		skip();
	strcpy(top, "/tmp/test_jail.XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(path, sizeof(path), "%s/old", top);
	close(open(path, O_WRONLY | O_CREAT, 0666));
	snprintf(path, sizeof(path), "%s/jail", top);
	assert_int_equal(mkdir(path, 0777), 0);
	s.fd = open(path, O_RDONLY | O_DIRECTORY);
	assert_int_equal(jail_run(s.fd, look_around, &s, &e), 7);
	assert_true(s.below);
	assert_true(s.above);
	assert_true(s.moved);
	assert_true(s.linked);
	assert_true(s.worker);
	assert_false(is_locked(s.fd, "../afterwards"));
	close(s.fd);
	assert_int_equal(remove_tree(AT_FDCWD, top, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_below_can_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
