/* test_wire.c - ports are named with who holds them; XMODEM blocks over a pair */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acquire/store.h"
#include "acquire/wire.h"
#include "acquire/xmodem.h"

static void a_port_in_use_is_named_with_its_process(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), ready[2];
	char text[128], pid[32];
	pid_t child;

	(void)state;
	assert_int_equal(0, grantpt(master) | unlockpt(master) | pipe(ready));
	child = fork();
	if (!child) {
		int held = open(ptsname(master), O_RDWR | O_NOCTTY);

		if (write(ready[1], "x", 1) == 1 && held >= 0)
			pause();
		_exit(0);
	}
	assert_int_equal(1, read(ready[0], text, 1));
	wire_holder(ptsname(master), text, sizeof(text));
	snprintf(pid, sizeof(pid), "(pid %ld)", (long)child);
	assert_non_null(strstr(text, pid));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	wire_holder(ptsname(master), text, sizeof(text));
	assert_string_equal(text, "");
	close(master);
}

static void what_probes_say_of_the_size_is_understood(void **state)
{
	static const struct { const char *says; uint64_t size; } all[] = {
		{ "SF: Detected mx25l12805d with page size 256 Bytes, erase size 64 KiB, "
		  "total 16 MiB\r\n", 16 << 20 },
		{ "SF: Detected nor0 with total size 16 MiB\r\n", 16 << 20 },
		{ "32768 KiB hi_fmc at 0:0 is now current device\r\n", 32 << 20 },
		{ "Device 0: nand0, sector size 128 KiB\r\n", 0 },
		{ "Device 0: NAND 128MiB 3,3V 8-bit, sector size 128 KiB\r\n", 128 << 20 },
		{ "Capacity: 7.3 GiB\r\n", 0 }, { "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_int_equal(all[i].size, store_size(view_text(all[i].says)));
}

static void a_block_that_comes_twice_is_taken_once(void **state)
{
	struct wire w = { .fd = -1, .name = "pair" };
	static const struct xmodem_opts how = { .wait_ms = 200 };
	uint8_t block[133] = { 1, 1, 0xfe };
	struct buf out = { 0 };
	struct err e;
	int pair[2], r;
	pid_t child;

	(void)state;
	assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	child = fork();
	if (!child) {
		char c;

		/* All zeroes: their CRC is 0 too. An end counts the second time. */
		for (int i = 0; i < 2 && read(pair[1], &c, 1) == 1; i++)
			if (write(pair[1], block, sizeof(block)) < 0)
				_exit(1);
		for (int i = 0; i < 2 && read(pair[1], &c, 1) == 1; i++)
			if (write(pair[1], "\4", 1) < 0)
				_exit(1);
		_exit(read(pair[1], &c, 1) == 1 && c == 6 ? 0 : 1);
	}
	w.fd = pair[0];
	r = xmodem_receive(&w, &how, &out, &e);
	assert_int_equal(0, r);
	assert_int_equal(128, out.len);
	waitpid(child, &r, 0);
	assert_int_equal(0, r);
	buf_free(&out);
	close(pair[0]);
	close(pair[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_in_use_is_named_with_its_process),
		cmocka_unit_test(what_probes_say_of_the_size_is_understood),
		cmocka_unit_test(a_block_that_comes_twice_is_taken_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
