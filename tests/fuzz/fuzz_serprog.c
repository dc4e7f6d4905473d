/* fuzz_serprog.c - a serprog programmer that answers anything, then hangs up */
#include <assert.h>
#include <stdlib.h>

#include "acquire/nor.h"
#include "core/buf.h"
#include "line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct programmer programmer_serprog;

int socket(int domain, int type, int protocol)
{
	return line.ms ? FAKE : (int)syscall(SYS_socket, domain, type, protocol);
}

int connect(int fd, const struct sockaddr *to, socklen_t len)
{
	return fd == FAKE ? 0 : (int)syscall(SYS_connect, fd, to, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* In step at first, so that there is something to get wrong. */
	static const uint8_t step[] = { 8, 6, 6, 6, 6, 6, 6, 6, 6, 2, 0x15, 6 };
	const struct nor_opts none = { NULL, 0 };
	struct spi_opts o = { .id = "unix:x" };
	struct nor_chip chip;
	struct buf answers = { 0 };
	struct spi *s;
	struct err e;

	put(&answers, step, sizeof(step));
	put(&answers, data, size);
	line_begin(buf_view(&answers), 1);
	s = programmer_serprog.open(&o, &e);
	if (s) {
		assert(s->most_rx && s->most_rx <= 65536 && s->most_tx);
		nor_identify(s, &none, &chip, &e);
		s->close(s);
	}
	line_end();
	buf_free(&answers);
	return 0;
}
