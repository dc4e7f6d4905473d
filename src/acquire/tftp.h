/* tftp.h - one file over TFTP: received, or handed out; nothing else is served */
#ifndef ACQUIRE_TFTP_H
#define ACQUIRE_TFTP_H

#include "core/buf.h"
#include "core/err.h"

/* RFC 1350, 2347 to 2349. Refusals are codes 1 and 2: at others U-Boot starts
   again for ever. */
struct tftp_opts {
	const char *address;	/* to bind to, "192.168.1.2"; NULL: any */
	unsigned port;		/* 69 by default (0); tests take their own */
	unsigned patience_s;	/* how long to wait for a request; 0: for ever */
	uint64_t most;		/* bytes; 0: 1 GiB */
	const char *name;	/* the only file there is; NULL: any upload */
	unsigned linger_ms;	/* for a last ACK that is lost; 0: 300 */
	/*
	 * After each block, and in silence ten times a second; nonzero stops,
	 * or ends the lingering. NULL: none.
	 */
	int (*tick)(uint64_t done, uint64_t total, void *arg);
	void *arg;
};

struct tftp {
	struct tftp_opts o;
	int fd;			/* where requests come */
	unsigned port;		/* as bound */
	char peer[64];		/* who sent, "192.168.1.10"; nobody else then */
	char name[128];		/* what they called it */
	unsigned restarts;	/* the peer began anew, with a new port */
};

int tftp_open(struct tftp *t, const struct tftp_opts *o, struct err *e);
void tftp_close(struct tftp *t);

/*
 * Wait for one upload (WRQ) and append it to out. Other requests are refused.
 * -1 when nothing came in time or the sender fell silent; out then holds what
 * came.
 */
int tftp_receive(struct tftp *t, struct buf *out, struct err *e);

/* Wait for one download (RRQ) of o.name and answer it with bytes. */
int tftp_send(struct tftp *t, struct view bytes, struct err *e);

#endif
