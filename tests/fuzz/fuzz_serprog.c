/* fuzz_serprog.c - a serprog programmer that answers anything, then hangs up */
#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "acquire/nor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct programmer programmer_serprog;

enum { PATIENCE_MS = 20 };

struct talk { int fd; const uint8_t *p; size_t n; };

/* To each thing it hears it says as many bytes as the next one counts. */
static void *answer(void *arg)
{
	struct talk *t = arg;
	uint8_t heard[4096];
	int fd = accept(t->fd, NULL, NULL);

	struct pollfd wait = { .fd = fd, .events = POLLIN };

	/* In step at first, so that there is something to get wrong; a client
	   that waits for more will not get it. */
	for (unsigned i = 0; t->n && poll(&wait, 1, PATIENCE_MS) > 0 &&
	     read(fd, heard, sizeof(heard)) > 0; i++) {
		size_t some = i < 2 ? 0 : t->p[0] < t->n ? t->p[0] : t->n - 1;

		if (i == 0 && write(fd, "\6\6\6\6\6\6\6\6", 8) != 8)
			break;
		if (i == 1 && write(fd, "\25\6", 2) != 2)
			break;
		if (i < 2)
			continue;
		if (write(fd, t->p + 1, some) != (ssize_t)some)
			break;
		t->p += 1 + some;
		t->n -= 1 + some;
	}
	close(fd);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct talk t = { socket(AF_UNIX, SOCK_STREAM, 0), data, size };
	const struct nor_opts none = { NULL, 0 };
	struct spi_opts o = { 0 };
	struct nor_chip chip;
	pthread_t thread;
	char id[128];
	struct spi *s;
	struct err e;

	snprintf(at.sun_path, sizeof(at.sun_path), "/tmp/fwtool-fuzz-%d", (int)getpid());
	unlink(at.sun_path);
	snprintf(id, sizeof(id), "unix:%s", at.sun_path);
	o.id = id;
	assert(!bind(t.fd, (struct sockaddr *)&at, sizeof(at)) && !listen(t.fd, 1));
	assert(!pthread_create(&thread, NULL, answer, &t));
	s = programmer_serprog.open(&o, &e);
	if (s) {
		assert(s->most_rx && s->most_rx <= 65536 && s->most_tx);
		nor_identify(s, &none, &chip, &e);
		s->close(s);
	}
	close(t.fd);
	pthread_join(thread, NULL);
	unlink(at.sun_path);
	return 0;
}
