/* wire.c - bytes to and from a target: a tty, a pty, a socket */
#include "acquire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "acquire/clock.h"

enum { PIECE = 4096, CONNECT_MS = 5000, SEND_MS = 10000 };

static const struct rate { unsigned baud; speed_t code; } rates[] = {
	{ 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 }, { 57600, B57600 },
	{ 115200, B115200 }, { 230400, B230400 }, { 460800, B460800 },
	{ 500000, B500000 }, { 576000, B576000 }, { 921600, B921600 },
	{ 1000000, B1000000 }, { 1152000, B1152000 }, { 1500000, B1500000 },
	{ 2000000, B2000000 }, { 3000000, B3000000 },
};

static int about(struct err *e, const struct wire *w, const char *what)
{
	fail_sys(e, "%s", what);
	e->kind = ERR_DEVICE;
	return err_about(e, w->name);
}

/* Eight bits, no parity, no flow control, nothing translated. */
static int set_raw(struct wire *w, speed_t speed, struct err *e)
{
	struct termios t;

	if (tcgetattr(w->fd, &t) < 0)
		return about(e, w, "cannot set up the port");
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
	t.c_cc[VMIN] = 0;
	t.c_cc[VTIME] = 0;
	if (speed != B0)
		cfsetspeed(&t, speed);
	if (tcsetattr(w->fd, TCSANOW, &t) < 0)
		return about(e, w, "cannot set up the port");
	return 0;
}

int wire_set_baud(struct wire *w, unsigned baud, struct err *e)
{
	if (!w->is_tty || !baud)
		return 0;
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		if (rates[i].baud != baud)
			continue;
		w->baud = baud;
		return set_raw(w, rates[i].code, e);
	}
	return fail(e, ERR_USAGE, "--baud %u: no such rate; give 115200, 57600, 38400 or "
		    "auto", baud);
}

static int open_tty(struct wire *w, const char *path, unsigned baud, struct err *e)
{
	char holder[128];

	w->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (w->fd < 0 && errno == EACCES) {
		fail(e, ERR_DEVICE, "no permission; join the group dialout, or use sudo "
		     "once");
		return err_about(e, path);
	}
	if (w->fd < 0 && errno != EBUSY)
		return about(e, w, "cannot open");
	if (w->fd >= 0 && !isatty(w->fd)) {
		fail(e, ERR_USAGE, "is no serial port; give /dev/ttyUSB0, HOST:PORT or "
		     "unix:PATH");
		return err_about(e, path);
	}
	/* The other side of a pty is held by whoever made it. */
	snprintf(holder, sizeof(holder), "%s", w->fd < 0 ? "another program" : "");
	if (strncmp(path, "/dev/pts/", 9))
		wire_holder(path, holder, sizeof(holder));
	if (holder[0] || w->fd < 0) {
		fail(e, ERR_DEVICE, "in use by %s; quit it and run again", holder);
		return err_about(e, path);
	}
	ioctl(w->fd, TIOCEXCL);
	w->is_tty = true;
	return baud ? wire_set_baud(w, baud, e) : set_raw(w, B0, e);
}

static int connect_soon(int fd, const struct sockaddr *to, socklen_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t n = sizeof(int);
	int why = 0;

	if (!connect(fd, to, len))
		return 0;
	if (errno != EINPROGRESS)
		return -1;
	if (poll(&p, 1, CONNECT_MS) <= 0) {
		errno = ETIMEDOUT;
		return -1;
	}
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n);
	errno = why;
	return why ? -1 : 0;
}

static int open_unix(struct wire *w, const char *path, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return about(e, w, "cannot connect");
	}
	strcpy(to.sun_path, path);
	w->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (w->fd < 0 || connect_soon(w->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return about(e, w, "cannot connect");
	return 0;
}

static int open_tcp(struct wire *w, const char *place, struct err *e)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM }, *all, *a;
	const char *colon = strrchr(place, ':');
	char host[256];
	int r;

	snprintf(host, sizeof(host), "%.*s", (int)(colon - place), place);
	r = getaddrinfo(host, colon + 1, &hint, &all);
	if (r) {
		fail(e, ERR_DEVICE, "%s; give HOST:PORT", gai_strerror(r));
		return err_about(e, place);
	}
	for (a = all; a; a = a->ai_next) {
		w->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			       0);
		if (w->fd >= 0 && !connect_soon(w->fd, a->ai_addr, a->ai_addrlen))
			break;
		if (w->fd >= 0)
			close(w->fd);
		w->fd = -1;
	}
	freeaddrinfo(all);
	return w->fd < 0 ? about(e, w, "cannot connect") : 0;
}

int wire_open(struct wire *w, const char *place, unsigned baud, struct err *e)
{
	int r;

	*w = (struct wire){ .fd = -1 };
	snprintf(w->name, sizeof(w->name), "%s", place);
	if (!strncmp(place, "unix:", 5))
		r = open_unix(w, place + 5, e);
	else if (place[0] != '/' && strrchr(place, ':'))
		r = open_tcp(w, place, e);
	else
		r = open_tty(w, place, baud, e);
	if (r < 0)
		wire_close(w);
	return r;
}

void wire_close(struct wire *w)
{
	if (w->fd >= 0) {
		if (w->is_tty)
			ioctl(w->fd, TIOCNXCL);
		close(w->fd);
	}
	w->fd = -1;
}

int wire_send(struct wire *w, const void *p, size_t n, struct err *e)
{
	while (n) {
		struct pollfd wait = { .fd = w->fd, .events = POLLOUT };
		/* A socket that was closed is an error line, not a SIGPIPE. */
		ssize_t put = w->is_tty ? write(w->fd, p, n)
					: send(w->fd, p, n, MSG_NOSIGNAL);

		if (put < 0 && errno != EINTR && errno != EAGAIN)
			return about(e, w, "the port is gone");
		if (put > 0) {
			p = (const char *)p + put;
			n -= (size_t)put;
			w->sent += (uint64_t)put;
		} else if (poll(&wait, 1, SEND_MS) == 0) {
			errno = ETIMEDOUT;
			return about(e, w, "the port takes no bytes");
		}
	}
	return 0;
}

/* One read; 0: nothing there now. */
static long read_some(struct wire *w, struct buf *in, struct err *e)
{
	ssize_t got = read(w->fd, buf_room(in, PIECE), PIECE);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		/* A pty whose other side closed gives EIO, a socket 0. */
		if (got == 0 && w->is_tty)
			return 0;
		errno = got ? errno : ECONNRESET;
		return about(e, w, "the port is gone");
	}
	if (w->log)
		fwrite(in->p + in->len, 1, (size_t)got, w->log);
	in->len += (size_t)got;
	w->received += (uint64_t)got;
	return got;
}

/* Wait for bytes until `end`; how many came, 0: none in time. */
static long wait_some(struct wire *w, struct buf *in, int64_t end, struct err *e)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	int64_t left = end - now_ms();

	if (left <= 0 || poll(&p, 1, (int)left) <= 0)
		return 0;
	return read_some(w, in, e);
}

long wire_receive(struct wire *w, struct buf *in, unsigned quiet_ms,
		  unsigned most_ms, struct err *e)
{
	int64_t end = now_ms() + most_ms, quiet = now_ms() + quiet_ms;
	long total = 0;

	while (now_ms() < end && now_ms() < quiet) {
		long got = wait_some(w, in, end < quiet ? end : quiet, e);

		if (got < 0)
			return -1;
		if (got)
			quiet = now_ms() + quiet_ms;
		total += got;
	}
	return total;
}

int wire_expect(struct wire *w, struct buf *in, size_t want, unsigned most_ms,
		struct err *e)
{
	int64_t end = now_ms() + most_ms;

	while (in->len < want && now_ms() < end) {
		long got = wait_some(w, in, end, e);

		if (got < 0)
			return -1;
		if (got)
			end = now_ms() + most_ms;
	}
	return 0;
}
