/* wire.h - bytes to and from a target: a tty, a pty, a socket */
#ifndef ACQUIRE_WIRE_H
#define ACQUIRE_WIRE_H

#include <stdio.h>

#include "core/buf.h"
#include "core/err.h"

/*
 * "/dev/ttyUSB0", "/dev/pts/3", "unix:PATH", "HOST:PORT" (ser2net, QEMU). The
 * log gets every byte that came, so that unhex can read it.
 */
struct wire {
	int fd;
	unsigned baud;		/* 0: not a tty, or left as it is */
	bool is_tty;
	FILE *log;		/* may be NULL */
	char name[256];
	uint64_t sent, received;
};

int wire_open(struct wire *w, const char *place, unsigned baud, struct err *e);
void wire_close(struct wire *w);	/* restores the tty's settings */
int wire_set_baud(struct wire *w, unsigned baud, struct err *e);

int wire_send(struct wire *w, const void *p, size_t n, struct err *e);

/*
 * Append what comes to in, until nothing comes for quiet_ms, or most_ms are
 * over. Returns how many bytes came, 0 for silence, -1 when the wire is gone.
 */
long wire_receive(struct wire *w, struct buf *in, unsigned quiet_ms,
		  unsigned most_ms, struct err *e);

/*
 * Append what comes until in holds `want` bytes or nothing came for most_ms.
 * Returns 0, or -1 when the wire is gone; in->len says what came of it.
 */
int wire_expect(struct wire *w, struct buf *in, size_t want, unsigned most_ms,
		struct err *e);

/* Who holds the port: "screen (pid 4711)", or "" if nobody is known. */
void wire_holder(const char *path, char *text, size_t n);

#endif
