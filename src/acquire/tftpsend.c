/* tftpsend.c - one file handed out over TFTP, to one machine */
#include "acquire/tftpwire.h"

#include <stdlib.h>

#include "core/mem.h"

/*
 * Until ACK `block` comes; 1: the peer began anew. Only silence makes us say
 * it again: answering an old ACK too would double everything that follows.
 */
static int until_ack(struct session *s, uint16_t block, struct err *e)
{
	for (unsigned i = 0; i < TFTP_TRIES; ) {
		long n = session_hear(s, TFTP_WAIT_MS);

		if (n == HEARD_ANEW)
			return 1;
		if (n == HEARD_STOP)
			return session_stopped(e);
		if (n && packet_op(s) == ERROR)
			return session_refused(s, (size_t)n, e);
		if (n && packet_op(s) == ACK && packet_block(s) == block)
			return 0;
		if (n)
			continue;
		i++;
		if (session_say_again(s, e) < 0)
			return -1;
	}
	return fail(e, ERR_DEVICE, "%s fell silent; start the transfer again",
		    s->t->peer);
}

static int give_data(struct session *s, struct view bytes, struct err *e)
{
	uint16_t block = 1;

	for (;; block++) {
		struct view v = view_upto(bytes, s->done, s->r.block);
		uint8_t *p = s->reply;
		int r;

		p[0] = 0;
		p[1] = DATA;
		p[2] = (uint8_t)(block >> 8);
		p[3] = (uint8_t)block;
		if (v.len)
			memcpy(p + TFTP_HEAD, v.p, v.len);
		if (session_say(s, p, TFTP_HEAD + v.len, e) < 0)
			return -1;
		r = until_ack(s, block, e);
		if (r)
			return r;
		s->done += v.len;
		if (v.len < s->r.block)
			return 0;
		if (s->t->o.tick && s->t->o.tick(s->done, s->total, s->t->o.arg))
			return session_stopped(e);
	}
}

static int give(struct session *s, struct view bytes, struct err *e)
{
	struct buf b = { 0 };
	int r = 0;

	s->total = bytes.len;
	if (tftp_oack(&s->r, bytes.len, &b)) {
		r = session_say(s, b.p, b.len, e);
		if (!r)
			r = until_ack(s, 0, e);
	}
	buf_free(&b);
	return r ? r : give_data(s, bytes, e);
}

int tftp_send(struct tftp *t, struct view bytes, struct err *e)
{
	struct session *s = xcalloc(1, sizeof(*s));
	int r = session_await(s, t, RRQ, e);

	while (r >= 0) {
		r = give(s, bytes, e);
		if (r <= 0)
			break;
		r = session_anew(s, e);
	}
	session_end(s);
	free(s);
	return r < 0 ? err_about(e, "tftp") : 0;
}
