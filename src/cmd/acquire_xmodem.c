/* acquire_xmodem.c - memory or flash that a boot loader sends by XMODEM */
#include <string.h>

#include "acquire/xmodem.h"
#include "cmd/talk.h"
#include "core/hash.h"

enum { TRIES = 5, SETTLE_MS = 10000 };

/* Have it sent once, and wait for the prompt. 1: it did not come whole. */
static int send_once(struct talk *t, uint64_t at, size_t len, struct buf *got,
		     struct err *e)
{
	struct xmodem_opts how = { .most = len + 1024, .plain = &t->plain };
	struct request q = { at, len, 0, 1 };
	struct buf command = { 0 }, rest = { 0 };
	struct err late;
	int r;

	buf_clear(got);
	put_request(&command, t->c.loader->send, &q);
	r = console_type(&t->c, buf_string(&command), 0, NULL, e);
	if (!r)
		r = xmodem_receive(&t->wire, &how, got, e) < 0 ? 1 : 0;
	/* The line's end makes the prompt one at the beginning of a line. */
	if (wire_send(&t->wire, "\r", 1, &late) == 0)
		console_answer(&t->c, SETTLE_MS, &rest, &late);
	buf_free(&command);
	buf_free(&rest);
	return r ? r : got->len < len;
}

/* Whether the device's own sum says that it is this; without one it is. */
static int agrees(struct talk *t, uint64_t at, struct view v, struct err *e)
{
	uint32_t crc;
	int r = console_crc32(&t->c, at, v.len, &crc, e);

	return r == 2 || (!r && crc == crc32_of(0, v)) ? 0 : r < 0 ? -1 : 1;
}

static int read_sent(struct source *s, uint64_t at, uint8_t *dst, size_t len,
		     struct err *e)
{
	struct talk *t = s->from;
	struct buf got = { 0 };
	uint64_t place = at;
	int r = 1;

	if (t->o->uboot) {
		t->flash = (struct range){ at, len };
		place = t->ram;
		if (talk_stage(t, e) < 0)
			return -1;
	}
	for (int i = 0; i < TRIES && r > 0; i++) {
		r = send_once(t, place, len, &got, e);
		if (!r)
			r = agrees(t, place, view_upto(buf_view(&got), 0, len), e);
	}
	if (!r)
		memcpy(dst, got.p, len);
	buf_free(&got);
	if (r > 0) {
		fail(e, ERR_DEVICE, "the device does not send what it was asked for; try "
		     "--via md");
		err_about(e, t->wire.name);
	}
	return r ? -1 : 0;
}

int acquire_xmodem(struct talk *t, struct err *e)
{
	struct source s = { .read = read_sent, .size = UINT64_MAX / 2, .from = t };
	struct acquire_opts once = *t->o;

	if (!t->c.loader || !t->c.loader->send)
		return fail(e, ERR_UNSUPPORTED, "--via xmodem: %s sends nothing that we know "
			    "of; give --via md", t->c.loader ? t->c.loader->title
			    : "this loader");
	if (!t->o->uboot && !t->o->range)
		return fail(e, ERR_USAGE, "--monitor needs the memory to read; give --range "
			    "0xb0000000+4M");
	if (t->o->uboot && (talk_find_ram(t, e) < 0 || talk_flash_size(t, &s.size, e) < 0))
		return -1;
	/* The device's own sum is proof; a second reading is for those without. */
	if (t->c.loader->crc32)
		once.reads = 1;
	return acquire_source(t->r, &once, &s, t->o->uboot ? "flash" : "memory", e);
}
