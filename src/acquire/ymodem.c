/* ymodem.c - a file sent over a wire to whoever asked for it with a C */
#include "acquire/ymodem.h"

#include <stdio.h>
#include <string.h>

#include "acquire/clock.h"
#include "core/hash.h"

enum { SOH = 1, STX = 2, EOT = 4, ACK = 6, NAK = 0x15, CAN = 0x18, PAD = 0x1a };
enum { SMALL = 128, LARGE = 1024, HEAD = 3, TAIL = 2 };
enum { BEGIN_MS = 15000, REPLY_MS = 4000, END_MS = 1500, TRIES = 12 };

struct sending {
	struct wire *w;
	uint8_t block[HEAD + LARGE + TAIL];
	struct buf in;
	size_t used;			/* of it */
};

/* The receiver's letter: only Cs stand on its last line. */
static bool is_asked(const struct buf *in)
{
	size_t i = in->len;

	while (i && in->p[i - 1] == 'C')
		i--;
	return i < in->len && (!i || in->p[i - 1] == '\n' || in->p[i - 1] == '\r');
}

static int await_c(struct sending *s, struct err *e)
{
	int64_t end = now_ms() + BEGIN_MS;

	while (now_ms() < end) {
		if (wire_receive(s->w, &s->in, 20, 500, e) < 0)
			return -1;
		if (is_asked(&s->in))
			return 0;
	}
	fail(e, ERR_DEVICE, "nobody asks for the file by YMODEM; is there a loady?");
	return err_about(e, s->w->name);
}

/* One of `wanted` within most_ms: ACK, NAK, CAN, C; 0: none of them; -1. */
static int reply(struct sending *s, const char *wanted, unsigned most_ms, struct err *e)
{
	int64_t end = now_ms() + most_ms;

	for (;;) {
		int64_t left = end - now_ms();

		while (s->used < s->in.len) {
			uint8_t c = s->in.p[s->used++];

			if (c && strchr(wanted, c))
				return c;
		}
		buf_clear(&s->in);
		s->used = 0;
		if (left <= 0)
			return 0;
		if (wire_expect(s->w, &s->in, 1, (unsigned)left, e) < 0)
			return -1;
	}
}

/* What was said before is no answer to what comes now. */
static int forget(struct sending *s, struct err *e)
{
	long r = wire_receive(s->w, &s->in, 1, 1, e);

	buf_clear(&s->in);
	s->used = 0;
	return r < 0 ? -1 : 0;
}

static int lost(struct sending *s, const char *what, struct err *e)
{
	fail(e, ERR_DEVICE, "%s; lower the baud rate or use a shorter cable", what);
	return err_about(e, s->w->name);
}

/* One block, until it is acknowledged. */
static int send_block(struct sending *s, uint8_t number, struct view v, uint8_t fill,
		      struct err *e)
{
	size_t room = v.len <= SMALL ? SMALL : LARGE;
	uint8_t *p = s->block;
	uint16_t crc;

	p[0] = room == SMALL ? SOH : STX;
	p[1] = number;
	p[2] = (uint8_t)~number;
	memset(p + HEAD, fill, room);
	if (v.len)
		memcpy(p + HEAD, v.p, v.len);
	crc = crc16_ccitt((struct view){ p + HEAD, room, 0 });
	p[HEAD + room] = (uint8_t)(crc >> 8);
	p[HEAD + room + 1] = (uint8_t)crc;
	for (int i = 0; i < TRIES; i++) {
		int r;

		if (forget(s, e) < 0 || wire_send(s->w, p, HEAD + room + TAIL, e) < 0)
			return -1;
		r = reply(s, "\x06\x15\x18", REPLY_MS, e);
		if (r < 0 || r == ACK)
			return r < 0 ? -1 : 0;
		if (r == CAN)
			return lost(s, "the device cancels the transfer", e);
	}
	return lost(s, "a block is not acknowledged", e);
}

/* End of file, and the empty header that says there is no other. */
static int send_end(struct sending *s, struct err *e)
{
	static const uint8_t eot = EOT;
	int r = 0;

	for (int i = 0; i < TRIES && r != ACK; i++) {
		if (forget(s, e) < 0 || wire_send(s->w, &eot, 1, e) < 0)
			return -1;
		r = reply(s, "\x06\x15", REPLY_MS, e);
		if (r < 0)
			return -1;
	}
	if (r != ACK)
		return lost(s, "the end of the file is not acknowledged", e);
	/* Some do not ask for it; then it would be typed at their prompt. */
	r = reply(s, "C", END_MS, e);
	return r < 0 ? -1 : r == 'C' ? send_block(s, 0, (struct view){ 0 }, 0, e) : 0;
}

static int send_all(struct sending *s, const struct ymodem_file *f, struct err *e)
{
	struct buf head = { 0 };
	uint8_t number = 0;
	int r;

	put(&head, f->name, strlen(f->name) + 1);
	put_text(&head, "%zu", f->bytes.len);
	put8(&head, 0);
	r = send_block(s, number++, buf_view(&head), 0, e);
	buf_free(&head);
	if (r < 0 || reply(s, "C", REPLY_MS, e) < 0)
		return -1;
	for (uint64_t done = 0; done < f->bytes.len; done += LARGE) {
		if (send_block(s, number++, view_upto(f->bytes, done, LARGE), PAD, e) < 0)
			return -1;
		if (f->tick && f->tick(done, f->bytes.len, f->arg))
			return fail(e, ERR_DEVICE, "stopped; start again");
	}
	return send_end(s, e);
}

int ymodem_send(struct wire *w, const struct ymodem_file *f, struct err *e)
{
	static const uint8_t cancel[] = { CAN, CAN, CAN, CAN, CAN, CAN, CAN, CAN };
	struct sending s = { .w = w };
	FILE *log = w->log;
	struct err ignored;
	int r = await_c(&s, e);

	/* Nothing that a person could read comes from here on. */
	w->log = NULL;
	if (!r)
		r = send_all(&s, f, e);
	if (r < 0)
		wire_send(w, cancel, sizeof(cancel), &ignored);
	else if (s.used < s.in.len)
		put(f->rest, s.in.p + s.used, s.in.len - s.used);
	w->log = log;
	buf_free(&s.in);
	return r;
}
