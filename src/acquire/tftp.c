/* tftp.c - one file received over TFTP */
#include "acquire/tftpwire.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/mem.h"

enum { LINGER_MS = 300 };

int tftp_open(struct tftp *t, const struct tftp_opts *o, struct err *e)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);

	*t = (struct tftp){ .o = *o, .fd = -1 };
	if (!t->o.most)
		t->o.most = UINT64_C(1) << 30;
	t->fd = tftp_socket(o->address, o->port ? o->port : 69, e);
	if (t->fd < 0)
		return err_about(e, "tftp");
	if (!getsockname(t->fd, (struct sockaddr *)&at, &n))
		t->port = ntohs(at.sin_port);
	return 0;
}

void tftp_close(struct tftp *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

static int too_much(struct session *s, struct err *e)
{
	static const uint8_t full[] = "\0\5\0\2too large";

	session_say(s, full, sizeof(full), e);
	return fail(e, ERR_LIMIT, "%s sends more than %llu bytes; nothing was kept",
		    s->t->peer, (unsigned long long)s->t->o.most);
}

/*
 * Without options ACK 0; with them OACK: a HiSilicon loader takes an ACK 0
 * for a wrapped counter and sends nothing.
 */
static int answer(struct session *s, struct err *e)
{
	static const uint8_t ack[] = { 0, ACK, 0, 0 };
	struct buf b = { 0 };
	int r;

	if (s->r.has_tsize && s->r.tsize > s->t->o.most)
		return too_much(s, e);
	r = tftp_oack(&s->r, 0, &b) ? session_say(s, b.p, b.len, e)
				    : session_say(s, ack, sizeof(ack), e);
	buf_free(&b);
	return r;
}

/*
 * Whether a DATA packet is the next one. Numbers wrap from 65535 to 0, with
 * some senders to 1: they never say a 0.
 */
static bool is_next(const struct session *s, uint16_t *next)
{
	if (*next == 0 && s->done && packet_block(s) == 1)
		*next = 1;
	return packet_block(s) == *next;
}

/* One packet; 1: it was the last, 0: go on. */
static int take_packet(struct session *s, size_t n, uint16_t *next, struct buf *out,
		       struct err *e)
{
	uint8_t ack[] = { 0, ACK, s->packet[2], s->packet[3] };

	if (packet_op(s) == ERROR)
		return session_refused(s, n, e);
	if (packet_op(s) != DATA || n - TFTP_HEAD > s->r.block)
		return 0;
	/* Our ACK was lost: once more. Older ones are echoes, not answered. */
	if (s->done && packet_block(s) == (uint16_t)(*next - 1))
		return session_say_again(s, e);
	if (!is_next(s, next))
		return 0;
	if (s->done + (n - TFTP_HEAD) > s->t->o.most)
		return too_much(s, e);
	put(out, s->packet + TFTP_HEAD, n - TFTP_HEAD);
	s->done += n - TFTP_HEAD;
	++*next;
	if (session_say(s, ack, sizeof(ack), e) < 0)
		return -1;
	if (n - TFTP_HEAD < s->r.block)
		return 1;
	if (s->t->o.tick && s->t->o.tick(s->done, s->total, s->t->o.arg))
		return session_stopped(e);
	return 0;
}

/* Until a DATA is shorter than a block; HEARD_ANEW: the peer began again. */
static int take_data(struct session *s, struct buf *out, struct err *e)
{
	uint16_t next = 1;
	uint64_t before = 0;

	for (unsigned silence = 0; silence < TFTP_TRIES; ) {
		long n = session_hear(s, TFTP_WAIT_MS);
		int r;

		if (n == HEARD_ANEW)
			return 1;
		if (n == HEARD_STOP)
			return session_stopped(e);
		if (!n) {
			silence++;
			if (session_say_again(s, e) < 0)
				return -1;
			continue;
		}
		r = take_packet(s, (size_t)n, &next, out, e);
		if (r)
			return r < 0 ? -1 : 0;
		if (s->done != before)
			silence = 0;
		before = s->done;
	}
	return fail(e, ERR_DEVICE, "%s fell silent after %llu bytes; start the transfer "
		    "again", s->t->peer, (unsigned long long)s->done);
}

/* The last ACK may be lost: answer its repetition for a moment. */
static void linger(struct session *s)
{
	unsigned most = s->t->o.linger_ms ? s->t->o.linger_ms : LINGER_MS;
	struct err ignored;

	while (session_hear(s, (int)most) > 0)
		if (packet_op(s) == DATA)
			session_say_again(s, &ignored);
}

int tftp_receive(struct tftp *t, struct buf *out, struct err *e)
{
	struct session *s = xcalloc(1, sizeof(*s));
	size_t start = out->len;
	int r = session_await(s, t, WRQ, e);

	while (r >= 0) {
		r = answer(s, e);
		if (!r)
			r = take_data(s, out, e);
		if (r <= 0)
			break;
		out->len = start;
		r = session_anew(s, e);
	}
	if (!r)
		linger(s);
	session_end(s);
	free(s);
	return r < 0 ? err_about(e, "tftp") : 0;
}
