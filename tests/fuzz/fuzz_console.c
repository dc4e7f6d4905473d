/* fuzz_console.c - what a hostile console may answer: banners, prompts, sums,
 * lines of md, XMODEM blocks
 *
 *	input: mode (1 byte), then what comes after each thing that is typed:
 *	       length (1 byte, times 8), bytes
 *
 * The wire's descriptor is none; time passes only while somebody waits.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "acquire/console.h"
#include "acquire/store.h"
#include "acquire/xmodem.h"

enum { FAKE = 1000000, BASE = 0x1000, MEMORY = 8192 };

static struct { struct view rest, now; int64_t ms; unsigned silent; } line;

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int clock_gettime(clockid_t id, struct timespec *t)
{
	if (!line.ms || id != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, id, t);
	*t = (struct timespec){ line.ms / 1000, line.ms % 1000 * 1000000 };
	return 0;
}

int poll(struct pollfd *p, nfds_t n, int timeout)
{
	if (n != 1 || p->fd != FAKE)
		return (int)syscall(SYS_poll, p, n, timeout);
	p->revents = p->events;
	if (p->events == POLLOUT || line.now.len)
		return 1;
	line.ms += timeout;
	/* Nothing more will come: hang up. */
	return !line.rest.len && ++line.silent > 40;
}

ssize_t read(int fd, void *p, size_t n)
{
	if (fd != FAKE)
		return syscall(SYS_read, fd, p, n);
	n = n < line.now.len ? n : line.now.len;
	if (n)
		memcpy(p, line.now.p, n);
	line.now = view_from(line.now, n);
	line.ms++;
	return (ssize_t)n;
}

ssize_t write(int fd, const void *p, size_t n)
{
	size_t len;

	if (fd != FAKE)
		return syscall(SYS_write, fd, p, n);
	line.ms++;
	if (line.now.len || !line.rest.len)
		return (ssize_t)n;
	len = line.rest.p[0] * 8u;
	line.now = view_upto(line.rest, 1, len);
	line.rest = view_from(line.rest, 1 + line.now.len);
	return (ssize_t)n;
}

static void parse(struct view v)
{
	char text[64];
	uint32_t crc;

	loader_keys(v);
	loader_version(loader_of("x> ", v), v, text, sizeof(text));
	store_size(v);
	console_crc_answer(v, BASE, MEMORY, &crc);
}

static void talk(struct console *c, bool attach)
{
	static const struct console_opts how = { .patience_s = 5 };
	const struct console_read r = { .at = BASE, .size = MEMORY };
	struct console_count count;
	struct store_found found;
	struct proven p = { 0 };
	struct err e;
	uint64_t x;

	c->loader = attach ? NULL : loader_named("u-boot");
	memcpy(c->prompt, "=> ", 4);
	if (attach && console_attach(c, &how, &e) < 0)
		return;
	if (!attach || c->loader) {
		console_ram(c, &x, &e);
		console_room(c, BASE, &x, &e);
		store_find(c, NULL, &found, &e);
		console_read(c, &r, &p, &count, &e);
		proven_free(&p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct xmodem_opts all = { .most = 1 << 16 };
	struct wire w = { .fd = FAKE, .name = "fuzz" };
	struct console c = { .wire = &w };
	struct buf got = { 0 };
	struct err e;

	if (n < 2)
		return 0;
	line.rest = (struct view){ p + 1, n - 1, 0 };
	line.now = (struct view){ 0 };
	line.silent = 0;
	line.ms = 1000;
	if (p[0] % 4 == 0)
		parse(line.rest);
	else if (p[0] % 4 == 1)
		xmodem_receive(&w, &all, &got, &e);
	else
		talk(&c, p[0] % 4 == 2);
	line.ms = 0;
	console_free(&c);
	buf_free(&got);
	return 0;
}
