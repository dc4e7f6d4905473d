/* tftpwire.c - one TFTP transfer under way, seen from the server */
#include "acquire/tftpwire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acquire/clock.h"

enum { NOT_FOUND = 1, REFUSED = 2, WRONG_TID = 5 };
enum { TICK_MS = 100 };

static int about(struct err *e, const char *what)
{
	fail_sys(e, "%s", what);
	e->kind = ERR_DEVICE;
	return err_about(e, "tftp");
}

int tftp_socket(const char *address, unsigned port, struct err *e)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port) };
	int fd;

	if (address && inet_pton(AF_INET, address, &at.sin_addr) != 1)
		return fail(e, ERR_USAGE, "%s: is no address of this machine; give it as "
			    "192.168.1.2", address);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return about(e, "cannot make a socket");
	if (!bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return fd;
	if (errno == EACCES)
		fail(e, ERR_DEVICE, "port %u needs a right: sudo, or setcap "
		     "cap_net_bind_service; or --tftp-port 6969 and setenv tftpdstp 6969",
		     port);
	else if (errno == EADDRNOTAVAIL)
		fail(e, ERR_USAGE, "%s: is no address of this machine; see ip address",
		     address);
	else if (errno == EADDRINUSE)
		fail(e, ERR_DEVICE, "port %u is in use by another TFTP server; stop that "
		     "one, or give --tftp-port", port);
	else
		about(e, "cannot bind");
	close(fd);
	return -1;
}

static void refuse(int fd, const struct sockaddr_in *to, uint8_t code,
		   const char *why)
{
	uint8_t packet[128] = { 0, ERROR, 0, code };
	size_t n = 4 + (size_t)snprintf((char *)packet + 4, 120, "%s", why) + 1;

	(void)!sendto(fd, packet, n, 0, (const struct sockaddr *)to, sizeof(*to));
}

static long take(int fd, struct session *s, struct sockaddr_in *from)
{
	socklen_t n = sizeof(*from);

	return recvfrom(fd, s->packet, sizeof(s->packet), MSG_DONTWAIT,
			(struct sockaddr *)from, &n);
}

/* Whether this is the one thing that is done here, for that machine. */
static bool is_wanted(const struct tftp *t, unsigned op, const struct tftp_request *r,
		      const struct sockaddr_in *from, const char **why)
{
	char text[sizeof(t->peer)];

	inet_ntop(AF_INET, &from->sin_addr, text, sizeof(text));
	*why = r->op != op ? (op == WRQ ? "takes one upload, serves nothing"
			      : "serves one file, takes nothing")
	     : t->peer[0] && strcmp(t->peer, text) ? "busy with another machine"
	     : t->o.name && strcmp(t->o.name, r->name) ? "not that file"
	     : !r->octet ? "give mode octet (binary)" : NULL;
	return !*why;
}

/* A packet at the port for requests; false: nothing for us, refused or not. */
static bool take_request(struct session *s, unsigned op, struct sockaddr_in *from,
			 struct tftp_request *r)
{
	long got = take(s->t->fd, s, from);
	const char *why;

	if (got < TFTP_HEAD ||
	    !tftp_parse((struct view){ s->packet, (size_t)got, 0 }, r))
		return false;
	if (is_wanted(s->t, op, r, from, &why))
		return true;
	refuse(s->t->fd, from, r->op == RRQ ? NOT_FOUND : REFUSED, why);
	return false;
}

static int ticks(struct session *s)
{
	return s->t->o.tick ? s->t->o.tick(s->done, s->total, s->t->o.arg) : 0;
}

/* Give the peer that just asked a port of its own. */
static int begin(struct session *s, struct err *e)
{
	s->fd = tftp_socket(s->t->o.address, 0, e);
	if (s->fd < 0)
		return -1;
	s->heard = false;
	s->done = 0;
	s->total = s->r.op == WRQ ? s->r.tsize : 0;
	inet_ntop(AF_INET, &s->peer.sin_addr, s->t->peer, sizeof(s->t->peer));
	snprintf(s->t->name, sizeof(s->t->name), "%s", s->r.name);
	return 0;
}

int session_await(struct session *s, struct tftp *t, unsigned op, struct err *e)
{
	int64_t end = now_ms() + (int64_t)t->o.patience_s * 1000;

	s->t = t;
	s->fd = -1;
	t->peer[0] = 0;
	for (;;) {
		struct pollfd p = { .fd = t->fd, .events = POLLIN };
		int64_t left = t->o.patience_s ? end - now_ms() : TICK_MS;

		if (left <= 0) {
			fail(e, ERR_DEVICE, "no request came in %u s; check serverip and "
			     "the cable, and start the transfer again",
			     t->o.patience_s);
			return err_about(e, "tftp");
		}
		if (poll(&p, 1, left < TICK_MS ? (int)left : TICK_MS) > 0) {
			if (take_request(s, op, &s->peer, &s->r))
				return begin(s, e);
		} else if (ticks(s)) {
			return session_stopped(e);
		}
	}
}

int session_anew(struct session *s, struct err *e)
{
	enum { MOST = 16 };

	session_end(s);
	if (++s->t->restarts > MOST)
		return fail(e, ERR_DEVICE, "%s begins anew again and again; check the "
			    "cable", s->t->peer);
	return begin(s, e);
}

void session_end(struct session *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/*
 * At the port for requests while a transfer runs: our peer says its request
 * again, as our answer was lost, or it gave up and begins anew.
 */
static long hear_request(struct session *s)
{
	struct sockaddr_in from;
	struct tftp_request r;
	struct err ignored;

	if (!take_request(s, s->r.op, &from, &r))
		return HEARD_NOTHING;
	if (from.sin_port != s->peer.sin_port) {
		s->peer = from;
		s->r = r;
		return HEARD_ANEW;
	}
	if (!s->heard)
		session_say_again(s, &ignored);
	return HEARD_NOTHING;
}

static long hear_packet(struct session *s)
{
	struct sockaddr_in from;
	long got = take(s->fd, s, &from);

	if (got < TFTP_HEAD)
		return HEARD_NOTHING;
	if (from.sin_addr.s_addr != s->peer.sin_addr.s_addr ||
	    from.sin_port != s->peer.sin_port) {
		refuse(s->fd, &from, WRONG_TID, "not your transfer");
		return HEARD_NOTHING;
	}
	s->heard = true;
	return got;
}

long session_hear(struct session *s, int most_ms)
{
	int64_t end = now_ms() + most_ms;

	for (;;) {
		struct pollfd p[] = { { .fd = s->fd, .events = POLLIN },
				      { .fd = s->t->fd, .events = POLLIN } };
		int64_t left = end - now_ms();
		long got = HEARD_NOTHING;

		if (left <= 0)
			return HEARD_NOTHING;
		if (poll(p, 2, left < TICK_MS ? (int)left : TICK_MS) <= 0) {
			if (ticks(s))
				return HEARD_STOP;
			continue;
		}
		if (p[0].revents)
			got = hear_packet(s);
		if (!got && p[1].revents)
			got = hear_request(s);
		if (got)
			return got;
	}
}

int session_say(struct session *s, const void *p, size_t n, struct err *e)
{
	if (p != s->reply)
		memcpy(s->reply, p, n);
	s->nreply = n;
	/* A port that is closed for the moment is told by silence, not here. */
	if (sendto(s->fd, s->reply, n, 0, (struct sockaddr *)&s->peer,
		   sizeof(s->peer)) < 0 && errno != ECONNREFUSED && errno != ENOBUFS)
		return about(e, "cannot send");
	return 0;
}

int session_say_again(struct session *s, struct err *e)
{
	return session_say(s, s->reply, s->nreply, e);
}

int session_refused(struct session *s, size_t n, struct err *e)
{
	char text[100];

	tftp_error_text((struct view){ s->packet, n, 0 }, text, sizeof(text));
	return fail(e, ERR_DEVICE, "%s says \"%s\"; start the transfer again",
		    s->t->peer, text);
}

int session_stopped(struct err *e)
{
	fail(e, ERR_DEVICE, "stopped; start again");
	return err_about(e, "tftp");
}
