/*
 * serprogd.c - a serprog programmer on a TCP port, a chip file behind it
 *
 * serprogd PORTFILE: listens on 127.0.0.1, writes the port into PORTFILE, and
 * serves one client after the other until it is killed. See chip.h for
 * EMU_CHIP and EMU_FAULTS (nak=N: one frame in N is refused; stall=N: one
 * answer in N is cut short and the rest never comes).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chip.h"

enum { ACK = 0x06, NAK = 0x15, MOST = 1 << 20 };

static uint8_t bytes[MOST + 1];

static int get(int fd, uint8_t *p, size_t n)
{
	while (n) {
		ssize_t got = read(fd, p, n);

		if (got <= 0)
			return -1;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

static int give(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put <= 0)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

/* Queries with a fixed answer. */
static const struct answer { uint8_t command, n; const char *bytes; } answers[] = {
	{ 0x00, 1, "\x06" }, { 0x01, 3, "\x06\x01\x00" },
	{ 0x03, 17, "\x06" "emulated\0\0\0\0\0\0\0\0" },
	{ 0x04, 3, "\x06\xff\xff" }, { 0x05, 2, "\x06\x08" },
	{ 0x08, 4, "\x06\x00\x00\x01" }, { 0x10, 2, "\x15\x06" },
	{ 0x11, 4, "\x06\x00\x00\x01" },
};

static const uint8_t known[] = { 0, 1, 2, 3, 4, 5, 8, 0x10, 0x11, 0x12, 0x13, 0x14,
				 0x15 };

static int give_map(int fd)
{
	uint8_t map[33] = { ACK };

	for (size_t i = 0; i < sizeof(known); i++)
		map[1 + known[i] / 8] |= (uint8_t)(1u << known[i] % 8);
	return give(fd, map, sizeof(map));
}

static int frame(int fd, struct emu_chip *c)
{
	uint8_t head[6];
	size_t ntx, nrx;

	if (get(fd, head, 6) < 0)
		return -1;
	ntx = head[0] | head[1] << 8 | head[2] << 16;
	nrx = head[3] | head[4] << 8 | head[5] << 16;
	if (ntx > MOST || nrx > MOST || get(fd, bytes, ntx) < 0)
		return -1;
	if (emu_fault(c, "nak"))
		return give(fd, (const uint8_t *)"\x15", 1);
	emu_select(c);
	for (size_t i = 0; i < ntx; i++)
		emu_clock(c, bytes[i]);
	bytes[0] = ACK;
	for (size_t i = 0; i < nrx; i++)
		bytes[1 + i] = emu_clock(c, 0);
	for (size_t i = 0; nrx >= 64 && i + 32 <= nrx; i += 32)
		if (emu_loses(c))
			memset(bytes + 1 + i, 0xff, 32);
	emu_deselect(c);
	if (emu_fault(c, "stall"))
		return give(fd, bytes, nrx / 2);
	return give(fd, bytes, 1 + nrx);
}

static int skip_and_ack(int fd, size_t n, size_t echo)
{
	uint8_t arg[8], out[9] = { ACK };

	if (get(fd, arg, n) < 0)
		return -1;
	memcpy(out + 1, arg, echo);
	return give(fd, out, 1 + echo);
}

static int serve_one(int fd, struct emu_chip *c)
{
	uint8_t command;

	if (get(fd, &command, 1) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		if (answers[i].command == command)
			return give(fd, (const uint8_t *)answers[i].bytes, answers[i].n);
	switch (command) {
	case 0x02: return give_map(fd);
	case 0x12: case 0x15: return skip_and_ack(fd, 1, 0);
	case 0x14: return skip_and_ack(fd, 4, 4);
	case 0x13: return frame(fd, c);
	}
	return give(fd, (const uint8_t *)"\x15", 1);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	struct emu_chip *c = emu_chip_open();
	int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	char temp[4096];
	FILE *f;

	signal(SIGPIPE, SIG_IGN);
	if (argc != 2 || bind(s, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(s, 1) < 0 || getsockname(s, (struct sockaddr *)&at, &n) < 0)
		return 1;
	snprintf(temp, sizeof(temp), "%s.new", argv[1]);
	f = fopen(temp, "w");
	if (!f || fprintf(f, "%d\n", ntohs(at.sin_port)) < 0 || fclose(f) ||
	    rename(temp, argv[1]))
		return 1;
	for (;;) {
		int fd = accept(s, NULL, NULL);

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		while (fd >= 0 && !serve_one(fd, c))
			;
		close(fd);
	}
}
