/* tftpwire.h - one TFTP transfer under way, seen from the server */
#ifndef ACQUIRE_TFTPWIRE_H
#define ACQUIRE_TFTPWIRE_H

#include <netinet/in.h>

#include "acquire/tftp.h"
#include "acquire/tftpreq.h"

enum { TFTP_TRIES = 5, TFTP_WAIT_MS = 1000, TFTP_PACKET = TFTP_MOST_BLOCK + 4 };

/* From a port of its own (the server's TID). */
struct session {
	struct tftp *t;
	struct sockaddr_in peer;
	int fd;
	struct tftp_request r;
	bool heard;			/* something, after the request */
	uint64_t done, total;		/* for the tick */
	uint8_t packet[TFTP_PACKET];
	uint8_t reply[TFTP_PACKET];	/* the last thing said, to say again */
	size_t nreply;
};

/* What came of waiting, beside the length of a packet. */
enum { HEARD_NOTHING = 0, HEARD_ANEW = -1, HEARD_STOP = -2 };

int tftp_socket(const char *address, unsigned port, struct err *e);

/* Wait for a request of kind op, and give it a port; session_end() it. */
int session_await(struct session *s, struct tftp *t, unsigned op, struct err *e);
/* The same peer asked once more: forget what was, take that request. */
int session_anew(struct session *s, struct err *e);
void session_end(struct session *s);

/*
 * A packet of our peer in s->packet, within most_ms; its length, at least 4.
 * HEARD_ANEW: it began again, from another port. HEARD_STOP: the tick says so.
 */
long session_hear(struct session *s, int most_ms);
int session_say(struct session *s, const void *p, size_t n, struct err *e);
int session_say_again(struct session *s, struct err *e);

/* The ERROR that came, as an error; the tick's stop, and silence, likewise. */
int session_refused(struct session *s, size_t n, struct err *e);
int session_stopped(struct err *e);

static inline unsigned packet_op(const struct session *s)
{
	return (unsigned)s->packet[0] << 8 | s->packet[1];
}

static inline uint16_t packet_block(const struct session *s)
{
	return (uint16_t)(s->packet[2] << 8 | s->packet[3]);
}

#endif
