/* tftp.c - one file over TFTP: received, or handed out */
#include "acquire/tftpreq.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acquire/clock.h"

enum { NOT_FOUND = 1, REFUSED = 2 };
enum { TRIES = 5, WAIT_MS = 1000, DALLY_MS = 300 };
enum { PACKET = TFTP_MOST_BLOCK + 4 };

/* One transfer, from a port of its own (the server's TID). */
struct session {
	struct tftp *t;
	struct sockaddr_in peer;
	int fd;
	unsigned block;
	uint8_t packet[PACKET];
	uint8_t reply[PACKET];		/* the last thing said, to say again */
	size_t nreply;
};

static int about(struct err *e, const char *what)
{
	fail_sys(e, "%s", what);
	e->kind = ERR_DEVICE;
	return err_about(e, "tftp");
}

static int bound_socket(const char *address, unsigned port, struct err *e)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port) };
	int fd;

	if (address && inet_pton(AF_INET, address, &at.sin_addr) != 1) {
		fail(e, ERR_USAGE, "--tftp=%s: is no address of this machine; give it as "
		     "192.168.1.2", address);
		return -1;
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return about(e, "cannot make a socket");
	if (!bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return fd;
	if (errno == EACCES)
		fail(e, ERR_DEVICE, "port %u needs a right: sudo, or setcap "
		     "cap_net_bind_service; or --tftp-port 6969 and setenv tftpdstp 6969",
		     port);
	else
		about(e, "cannot bind");
	close(fd);
	return -1;
}

int tftp_open(struct tftp *t, const struct tftp_opts *o, struct err *e)
{
	struct sockaddr_in at;
	socklen_t n = sizeof(at);

	*t = (struct tftp){ .o = *o, .fd = -1 };
	if (!t->o.most)
		t->o.most = UINT64_C(1) << 30;
	t->fd = bound_socket(o->address, o->port ? o->port : 69, e);
	if (t->fd < 0)
		return -1;
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

static void put_option(struct buf *b, const char *key, uint64_t value)
{
	put(b, key, strlen(key) + 1);
	put_text(b, "%llu", (unsigned long long)value);
	put8(b, 0);
}

static int say(struct session *s, const void *p, size_t n, struct err *e)
{
	if (p != s->reply)
		memcpy(s->reply, p, n);
	s->nreply = n;
	if (sendto(s->fd, s->reply, n, 0, (struct sockaddr *)&s->peer,
		   sizeof(s->peer)) < 0)
		return about(e, "cannot send");
	return 0;
}

static int say_again(struct session *s, struct err *e)
{
	return say(s, s->reply, s->nreply, e);
}

static int say_ack(struct session *s, uint16_t block, struct err *e)
{
	const uint8_t ack[] = { 0, ACK, (uint8_t)(block >> 8), (uint8_t)block };

	return say(s, ack, sizeof(ack), e);
}

static void refuse(int fd, const struct sockaddr_in *to, uint8_t code,
		   const char *why)
{
	uint8_t packet[128] = { 0, ERROR, 0, code };
	size_t n = 4 + (size_t)snprintf((char *)packet + 4, 120, "%s", why) + 1;

	(void)!sendto(fd, packet, n, 0, (const struct sockaddr *)to, sizeof(*to));
}

/* Whether the options were asked for: they are then confirmed, always. */
static bool confirm(struct session *s, const struct tftp_request *r, uint64_t size,
		    struct err *e, int *result)
{
	struct buf b = { .endian = BIG };

	if (!r->has_block && !r->has_timeout && !r->has_tsize)
		return false;
	put16(&b, OACK);
	if (r->has_block)
		put_option(&b, "blksize", r->block);
	if (r->has_timeout)
		put_option(&b, "timeout", r->timeout);
	if (r->has_tsize)
		put_option(&b, "tsize", r->op == WRQ ? r->tsize : size);
	*result = say(s, b.p, b.len, e);
	buf_free(&b);
	return true;
}

/* A packet of our peer, within most_ms; its length, or 0 for silence. */
static size_t hear(struct session *s, int most_ms)
{
	int64_t end = now_ms() + most_ms;

	for (;;) {
		struct pollfd p = { .fd = s->fd, .events = POLLIN };
		struct sockaddr_in from;
		socklen_t n = sizeof(from);
		int64_t left = end - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return 0;
		got = recvfrom(s->fd, s->packet, sizeof(s->packet), 0,
			       (struct sockaddr *)&from, &n);
		if (got < 4 || from.sin_addr.s_addr != s->peer.sin_addr.s_addr ||
		    from.sin_port != s->peer.sin_port)
			continue;
		return (size_t)got;
	}
}

/* Wait for a request of kind op (and that name, if it is given). */
static int await(struct tftp *t, unsigned op, const char *name,
		 struct session *s, struct tftp_request *r, struct err *e)
{
	int64_t end = now_ms() + (int64_t)t->o.patience_s * 1000;

	for (;;) {
		struct pollfd p = { .fd = t->fd, .events = POLLIN };
		int left = t->o.patience_s ? (int)(end - now_ms()) : -1;
		socklen_t n = sizeof(s->peer);
		ssize_t got;

		if ((t->o.patience_s && left <= 0) || poll(&p, 1, left) == 0) {
			fail(e, ERR_DEVICE, "no request came in %u s; check serverip and "
			     "the cable, and start the transfer again",
			     t->o.patience_s);
			return err_about(e, "tftp");
		}
		got = recvfrom(t->fd, s->packet, sizeof(s->packet), 0,
			       (struct sockaddr *)&s->peer, &n);
		if (got < 4 ||
		    !tftp_parse((struct view){ s->packet, (size_t)got, 0 }, r))
			continue;
		if (r->op == op && (!name || !strcmp(name, r->name)))
			return 0;
		refuse(t->fd, &s->peer, r->op == RRQ ? NOT_FOUND : REFUSED,
		       "not served here");
	}
}

static int begin(struct tftp *t, struct session *s, const struct tftp_request *r,
		 struct err *e)
{
	s->t = t;
	s->block = r->block;
	s->fd = bound_socket(t->o.address, 0, e);
	if (s->fd < 0)
		return -1;
	inet_ntop(AF_INET, &s->peer.sin_addr, t->peer, sizeof(t->peer));
	snprintf(t->name, sizeof(t->name), "%s", r->name);
	return 0;
}

/* Take DATA until one is shorter than a block. Numbers wrap from 65535 to 0. */
static int take_data(struct session *s, uint64_t total, struct buf *out,
		     struct err *e)
{
	uint16_t next = 1;
	size_t start = out->len;

	for (unsigned silence = 0; silence < TRIES; ) {
		size_t n = hear(s, WAIT_MS);
		uint16_t op = n ? (uint16_t)(s->packet[0] << 8 | s->packet[1]) : 0;
		uint16_t block = n ? (uint16_t)(s->packet[2] << 8 | s->packet[3]) : 0;

		if (!n) {
			silence++;
			if (say_again(s, e) < 0)
				return -1;
			continue;
		}
		if (op == ERROR)
			return fail(e, ERR_DEVICE, "%s says \"%.*s\"; start the transfer "
				    "again", s->t->peer, (int)(n - 4), s->packet + 4);
		if (op == DATA && block == (uint16_t)(next - 1) && say_again(s, e) < 0)
			return -1;
		if (op != DATA || block != next || n - 4 > s->block)
			continue;
		silence = 0;
		if (out->len - start + (n - 4) > s->t->o.most)
			return fail(e, ERR_LIMIT, "more than %llu bytes came; nothing was "
				    "kept", (unsigned long long)s->t->o.most);
		put(out, s->packet + 4, n - 4);
		if (say_ack(s, next++, e) < 0)
			return -1;
		if (s->t->o.tick && s->t->o.tick(out->len - start, total, s->t->o.arg))
			return fail(e, ERR_DEVICE, "stopped; start again");
		if (n - 4 < s->block)
			return 0;
	}
	return fail(e, ERR_DEVICE, "%s fell silent after %zu bytes; start the transfer "
		    "again", s->t->peer, out->len - start);
}

/* The last ACK may be lost: answer its repetition for a moment. */
static void dally(struct session *s)
{
	struct err ignored;

	while (hear(s, DALLY_MS))
		if (s->packet[1] == DATA)
			say_again(s, &ignored);
}

int tftp_receive(struct tftp *t, struct buf *out, struct err *e)
{
	struct session *s = calloc(1, sizeof(*s));
	struct tftp_request r;
	int result = -1;

	if (!s)
		return about(e, "no memory");
	s->fd = -1;
	if (await(t, WRQ, NULL, s, &r, e) < 0 || begin(t, s, &r, e) < 0)
		goto out;
	/* Without options ACK 0; with them OACK: a HiSilicon loader takes an
	   ACK 0 for a wrapped counter and sends nothing. */
	if (!confirm(s, &r, 0, e, &result))
		result = say_ack(s, 0, e);
	if (result < 0 || take_data(s, r.tsize, out, e) < 0) {
		result = err_about(e, "tftp");
		goto out;
	}
	dally(s);
	result = 0;
out:
	if (s->fd >= 0)
		close(s->fd);
	free(s);
	return result;
}

/* Say it until ACK `block` comes. */
static int until_ack(struct session *s, uint16_t block, struct err *e)
{
	for (unsigned i = 0; i < TRIES; i++) {
		size_t n;

		while ((n = hear(s, WAIT_MS))) {
			if (s->packet[1] == ERROR)
				return fail(e, ERR_DEVICE, "%s says \"%.*s\"; start the "
					    "transfer again", s->t->peer, (int)(n - 4),
					    s->packet + 4);
			if (s->packet[1] == ACK &&
			    (s->packet[2] << 8 | s->packet[3]) == block)
				return 0;
		}
		if (say_again(s, e) < 0)
			return -1;
	}
	return fail(e, ERR_DEVICE, "%s fell silent; start the transfer again",
		    s->t->peer);
}

static int give_data(struct session *s, struct view bytes, struct err *e)
{
	uint64_t done = 0;
	uint16_t block = 1;

	for (;; block++) {
		struct view v = view_upto(bytes, done, s->block);

		s->reply[0] = 0;
		s->reply[1] = DATA;
		s->reply[2] = (uint8_t)(block >> 8);
		s->reply[3] = (uint8_t)block;
		if (v.len)
			memcpy(s->reply + 4, v.p, v.len);
		if (say(s, s->reply, 4 + v.len, e) < 0 || until_ack(s, block, e) < 0)
			return -1;
		done += v.len;
		if (s->t->o.tick && s->t->o.tick(done, bytes.len, s->t->o.arg))
			return fail(e, ERR_DEVICE, "stopped; start again");
		if (v.len < s->block)
			return 0;
	}
}

int tftp_send(struct tftp *t, const char *name, struct view bytes, struct err *e)
{
	struct session *s = calloc(1, sizeof(*s));
	struct tftp_request r;
	int result = -1;

	if (!s)
		return about(e, "no memory");
	s->fd = -1;
	if (await(t, RRQ, name, s, &r, e) < 0 || begin(t, s, &r, e) < 0)
		goto out;
	result = 0;
	if (confirm(s, &r, bytes.len, e, &result) && !result)
		result = until_ack(s, 0, e);
	if (!result)
		result = give_data(s, bytes, e);
	if (result < 0)
		err_about(e, "tftp");
out:
	if (s->fd >= 0)
		close(s->fd);
	free(s);
	return result;
}
