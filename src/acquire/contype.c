/* contype.c - lines that must arrive as they were typed, and the device's sums */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/console.h"

enum { ECHO_MS = 500, PROMPT_MS = 3000, CRC_MS = 60000, TRIES = 8 };

int console_stop(struct console *c, struct err *e)
{
	int r = -1;

	for (int i = 0; r < 0 && i < TRIES; i++) {
		struct buf ignored = { 0 };

		buf_clear(&c->in);
		if (wire_send(c->wire, "\x03", 1, e) < 0)
			return -1;
		r = console_answer(c, PROMPT_MS, &ignored, e);
		buf_free(&ignored);
	}
	return r;
}

/* Type it and look at the echo: 0, it is there; 1, it is not; -1. */
static int type_line(struct console *c, const char *command, struct err *e)
{
	size_t n = strlen(command);

	buf_clear(&c->in);
	if (wire_send(c->wire, command, n, e) < 0 ||
	    wire_expect(c->wire, &c->in, n, ECHO_MS, e) < 0)
		return -1;
	return c->in.len == n && !memcmp(c->in.p, command, n) ? 0 : 1;
}

int console_type(struct console *c, const char *command, unsigned quiet_ms,
		 struct buf *answer, struct err *e)
{
	for (int i = 0; i < TRIES; i++) {
		int r = type_line(c, command, e);

		if (!r && wire_send(c->wire, "\r", 1, e) < 0)
			return -1;
		if (!r)
			return answer ? console_answer(c, quiet_ms, answer, e) : 0;
		if (r > 0)
			r = console_stop(c, e);
		if (r)
			return r;
	}
	fail(e, ERR_DEVICE, "the device does not echo \"%.60s\" as it was typed; lower the "
	     "baud rate or use a shorter cable", command);
	return err_about(e, c->wire->name);
}

/* The range must be ours, and the line whole. */
bool console_crc_answer(struct view v, uint64_t at, uint64_t size, uint32_t *crc)
{
	char text[512], *p, *end;
	size_t n = v.len < sizeof(text) - 1 ? v.len : sizeof(text) - 1;

	if (!n)
		return false;
	memcpy(text, v.p + v.len - n, n);
	text[n] = 0;
	p = strcasestr(text, "crc32 for ");
	if (!p || strtoull(p + 10, &end, 16) != at || !(p = strstr(end, "... ")) ||
	    strtoull(p + 4, &end, 16) != at + size - 1 || !(p = strstr(end, "==> ")))
		return false;
	*crc = (uint32_t)strtoul(p + 4, &end, 16);
	return end == p + 12 && (!*end || *end == '\r' || *end == '\n');
}

/* It says so of this very command: a garbled one is no proof of anything. */
static bool is_unknown(struct view answer)
{
	return answer.len && memmem(answer.p, answer.len, "nknown command 'crc32'", 22);
}

int console_crc32(struct console *c, uint64_t at, uint64_t size, uint32_t *crc,
		  struct err *e)
{
	struct request q = { at, size, 0, 1 };
	struct buf answer = { 0 };
	int r = 2, unknown = 0;

	if (!c->loader || !c->loader->crc32)
		return 2;
	for (int i = 0; r == 2 && i < TRIES && unknown < 2; i++) {
		buf_clear(&answer);
		r = console_request(c, c->loader->crc32, &q, CRC_MS, &answer, e);
		if (!r && !console_crc_answer(buf_view(&answer), at, size, crc))
			r = 2;
		unknown += is_unknown(buf_view(&answer));
	}
	buf_free(&answer);
	return r;
}
