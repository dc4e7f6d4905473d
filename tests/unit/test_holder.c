/* test_holder.c - a port that another process has open is named with it */
#include "test.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acquire/wire.h"

static void the_holder_of_a_port_is_named(void **state)
{
	char text[96], path[64], want[32];
	int master, slave, ready[2];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(openpty(&master, &slave, path, NULL, NULL), 0);
	wire_holder(path, text, sizeof(text));
	assert_string_equal(text, "");		/* we ourselves do not count */
	child = fork();
	if (!child) {
		close(ready[1]);
		_exit(read(ready[0], path, 1) < 0);
	}
	wire_holder(path, text, sizeof(text));
	snprintf(want, sizeof(want), "test_holder (pid %d)", child);
	close(ready[1]);
	waitpid(child, NULL, 0);
	assert_string_equal(text, want);
	wire_holder("/dev/no-such-port", text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_holder_of_a_port_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
