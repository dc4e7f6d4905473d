/* xmodem.c - a file that comes over a wire by XMODEM */
#include "acquire/xmodem.h"

#include "core/hash.h"
#include "core/view.h"

enum { SOH = 1, STX = 2, EOT = 4, ACK = 6, NAK = 0x15, CAN = 0x18, START_MS = 1000,
       BLOCK_MS = 3000, PURGE_MS = 100, STARTS = 5 };

enum came { CAME_BLOCK, CAME_END, CAME_CANCEL, CAME_NOTHING, CAME_RUBBISH };

struct transfer {
	struct wire *w;
	const struct xmodem_opts *o;
	struct buf in;			/* bytes of the block that comes */
	bool crc;
	uint8_t next;			/* number of the block to come */
	uint64_t blocks;
	unsigned ends;			/* EOTs after each other */
	unsigned cancels;
};

static uint8_t sum8(const uint8_t *p, size_t n)
{
	uint8_t sum = 0;

	while (n--)
		sum = (uint8_t)(sum + *p++);
	return sum;
}

static unsigned wait_of(const struct transfer *t)
{
	return t->o->wait_ms ? t->o->wait_ms : 500;
}

static bool is_whole(const struct transfer *t, size_t size)
{
	const uint8_t *p = t->in.p;

	if ((p[1] ^ p[2]) != 0xff)
		return false;
	if (t->crc)
		return crc16_ccitt((struct view){ p + 3, size, 0 }) == (p[3 + size] << 8 | p[4 + size]);
	return sum8(p + 3, size) == p[3 + size];
}

/* What comes next; t->in holds a block from its SOH on. */
static int next_block(struct transfer *t, unsigned first_ms, enum came *came,
		      struct err *e)
{
	size_t size, want;

	*came = CAME_NOTHING;
	if (!t->in.len && wire_expect(t->w, &t->in, 1, first_ms, e) < 0)
		return -1;
	if (!t->in.len)
		return 0;
	*came = t->in.p[0] == EOT ? CAME_END : t->in.p[0] == CAN ? CAME_CANCEL
		: CAME_RUBBISH;
	if (t->in.p[0] != SOH && t->in.p[0] != STX)
		return 0;
	size = t->in.p[0] == SOH ? 128 : 1024;
	want = 3 + size + (t->crc ? 2 : 1);
	if (wire_expect(t->w, &t->in, want, wait_of(t), e) < 0)
		return -1;
	if (t->in.len >= want && is_whole(t, size))
		*came = CAME_BLOCK;
	return 0;
}

/* A new one is taken, the one before again is passed over; else it is lost. */
static bool take(struct transfer *t, struct buf *out)
{
	uint8_t number = t->in.p[1];

	if (number == t->next) {
		put(out, t->in.p + 3, t->in.p[0] == SOH ? 128 : 1024);
		t->next++;
		t->blocks++;
		return true;
	}
	return t->blocks && number == (uint8_t)(t->next - 1);
}

static int say(struct transfer *t, uint8_t c, struct err *e)
{
	return wire_send(t->w, &c, 1, e);
}

static int purge(struct transfer *t, struct err *e)
{
	buf_clear(&t->in);
	if (wire_receive(t->w, &t->in, PURGE_MS, 3000, e) < 0)
		return -1;
	buf_clear(&t->in);
	return 0;
}

/*
 * Let the loader finish its own words, then say 'C', later NAK, until a block
 * begins; after a NAK its sum is a plain one.
 */
static int start(struct transfer *t, struct err *e)
{
	bool plain = t->o->plain && *t->o->plain;

	for (int i = plain ? STARTS : 0; i < 2 * STARTS; i++) {
		t->crc = i < STARTS;
		if (purge(t, e) < 0 || say(t, t->crc ? 'C' : NAK, e) < 0 ||
		    wire_expect(t->w, &t->in, 1, START_MS, e) < 0)
			return -1;
		if (t->in.len && (t->in.p[0] == SOH || t->in.p[0] == STX)) {
			if (t->o->plain)
				*t->o->plain = !t->crc;
			return 0;
		}
	}
	fail(e, ERR_DEVICE, "no XMODEM block comes; is there a sender?");
	return err_about(e, t->w->name);
}

static int cancel(struct transfer *t, const char *why, struct err *e)
{
	static const uint8_t out[] = { CAN, CAN, CAN };
	struct err ignored;

	wire_send(t->w, out, sizeof(out), &ignored);
	fail(e, ERR_DEVICE, "%s", why);
	return err_about(e, t->w->name);
}

/* One thing that came. 1: go on; 0: the end; -1. */
static int step(struct transfer *t, enum came came, struct buf *out, unsigned *bad,
		struct err *e)
{
	bool good = came == CAME_BLOCK;

	t->ends = came == CAME_END ? t->ends + 1 : 0;
	t->cancels = came == CAME_CANCEL ? t->cancels + 1 : 0;
	if (t->cancels > 1)
		return cancel(t, "the device cancelled the transfer; ask again", e);
	if (good && !take(t, out))
		return cancel(t, "a block of the transfer is missing; ask again", e);
	if (t->ends > 1)
		return say(t, ACK, e);
	if (good) {
		*bad = 0;
		buf_clear(&t->in);
		return say(t, ACK, e) < 0 ? -1 : 1;
	}
	if (came == CAME_CANCEL) {
		buf_clear(&t->in);
		return 1;
	}
	/* With plain sums a sender of CRCs never comes through, and reverse. */
	if (++*bad % 4 == 0 && !t->blocks)
		t->crc = !t->crc;
	if (purge(t, e) < 0 || say(t, t->blocks || !t->crc ? NAK : 'C', e) < 0)
		return -1;
	return 1;
}

int xmodem_receive(struct wire *w, const struct xmodem_opts *o, struct buf *out,
		   struct err *e)
{
	struct transfer t = { .w = w, .o = o, .next = 1 };
	unsigned bad = 0, tries = o->tries ? o->tries : 10;
	uint64_t most = o->most ? o->most : UINT64_C(1) << 30;
	size_t before = out->len;
	enum came came;
	int r = start(&t, e) < 0 ? -1 : 1;

	while (r == 1) {
		r = next_block(&t, BLOCK_MS, &came, e) < 0 ? -1
		    : step(&t, came, out, &bad, e);
		if (r == 1 && bad >= tries)
			r = cancel(&t, "the transfer is garbled again and again; lower the "
				   "baud rate or use a shorter cable", e);
		if (r == 1 && out->len - before > most)
			r = cancel(&t, "more comes than was asked for; is this the right "
				   "command?", e);
		if (r == 1 && o->tick && o->tick(out->len - before, o->arg))
			r = cancel(&t, "stopped; run again", e);
	}
	buf_free(&t.in);
	return r;
}
