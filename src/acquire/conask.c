/* conask.c - one command at a boot loader's prompt, and its answer */
#include <string.h>

#include "acquire/clock.h"
#include "acquire/console.h"

enum { MOST_ANSWER = 16 << 20, NUDGES = 3, TORN_MS = 400, UNENTERED_MS = 1000 };

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\r' || c == '\t';
}

/* Where what came ends, blanks left out. */
static size_t end_of(struct view v)
{
	while (v.len && is_blank(v.p[v.len - 1]))
		v.len--;
	return v.len;
}

/* It asks something and waits: say what the table says. 1: it was asked. */
static int reply(struct console *c, const struct request *q, struct err *e)
{
	struct view v = buf_view(&c->in);
	size_t end = end_of(v);
	struct buf text = { 0 };
	int r = 0;

	for (const struct question *a = c->loader ? c->loader->asks : NULL; a && a->says;
	     a++) {
		size_t n = strlen(a->says);

		if (end < c->answered + n || memcmp(v.p + end - n, a->says, n))
			continue;
		put_request(&text, a->answer, q);
		c->answered = end;
		r = wire_send(c->wire, text.p, text.len, e) < 0 ? -1 : 1;
		break;
	}
	buf_free(&text);
	return r;
}

/* The echo's line is left out, if it is one, and the prompt's. */
static void take_answer(struct console *c, const char *command, struct buf *answer)
{
	struct view v = buf_view(&c->in);
	const uint8_t *nl = v.len ? memchr(v.p, '\n', v.len) : NULL;
	size_t from = 0, end = v.len, word = strcspn(command, " ");

	if (nl && memmem(v.p, (size_t)(nl - v.p), command, word))
		from = (size_t)(nl - v.p) + 1;
	while (end && v.p[end - 1] != '\n')
		end--;
	if (from < end)
		put(answer, v.p + from, end - from);
}

static bool began_anew(const struct console *c)
{
	struct view v = buf_view(&c->in);

	return v.len && ((c->loader && loader_began(c->loader, v)) ||
			 loader_began(loaders, v) || memmem(v.p, v.len,
			 "\nHit any key to stop", 20) ||
			 memmem(v.p, v.len, "\nresetting ...", 14));
}

static int type(struct console *c, const char *command, struct err *e)
{
	bool menu = c->loader && c->loader->menu;

	buf_clear(&c->in);
	c->answered = 0;
	if (wire_send(c->wire, command, strlen(command), e) < 0)
		return -1;
	return menu ? 0 : wire_send(c->wire, "\r", 1, e);
}

/* Silence where a prompt should be. 1: asked for it; 2: nothing more to try. */
static int nudge(struct console *c, unsigned *nudges, struct err *e)
{
	const char *key = c->loader ? c->loader->nudge : "\r";

	if (++*nudges > NUDGES)
		return 2;
	return wire_send(c->wire, key, strlen(key), e) < 0 ? -1 : 1;
}

bool console_is_back(const struct console *c)
{
	return console_at_prompt(c) &&
	       (c->silent || memchr(c->in.p, '\n', c->in.len));
}

/* The last line looks like the prompt with a character lost or changed. */
static bool is_torn(const struct console *c)
{
	struct view v = buf_view(&c->in);
	size_t len = strlen(c->prompt), half = len / 2, from = v.len;

	while (from && v.p[from - 1] != '\n')
		from--;
	v = view_from(v, from);
	if (v.len >= len && !memcmp(v.p + v.len - len, c->prompt, len))
		return true;
	return half >= 3 && v.len >= len - half &&
	       (!memcmp(v.p + v.len - (len - half), c->prompt + half, len - half) ||
		!memcmp(v.p, c->prompt, half));
}

/* How long silence may last before the prompt is asked for again. */
static int64_t patience(const struct console *c, int64_t step)
{
	bool menu = c->loader && c->loader->menu;

	if (is_torn(c) && step > TORN_MS)
		return TORN_MS;
	/* The end of the line that was typed has not even arrived. */
	if (!c->silent && !menu && step > UNENTERED_MS &&
	    !(c->in.len && memchr(c->in.p, '\n', c->in.len)))
		return UNENTERED_MS;
	return step;
}

/* 0: prompt; 1: it started anew; 2: silence for good; -1. */
static int await(struct console *c, const struct request *q, unsigned quiet_ms,
		 struct err *e)
{
	int64_t step = quiet_ms / (NUDGES + 1), last = now_ms();
	unsigned nudges = 0;

	for (;;) {
		long came = wire_receive(c->wire, &c->in, CONSOLE_SETTLE_MS,
					 CONSOLE_SETTLE_MS, e);
		int r;

		if (came < 0)
			return -1;
		if (c->in.len > MOST_ANSWER)
			return fail(e, ERR_DEVICE, "an answer without end; is this the "
				    "right port?");
		if (came) {
			last = now_ms();
			continue;
		}
		/* Silence of some milliseconds behind a prompt: the end. */
		if (console_is_back(c))
			return began_anew(c);
		if (began_anew(c))
			return 1;
		r = reply(c, q, e);
		if (!r && now_ms() - last >= patience(c, step))
			r = nudge(c, &nudges, e);
		if (r < 0 || r == 2)
			return r;
		if (r)
			last = now_ms();
	}
}

static int answer_of(struct console *c, const char *command, const struct request *q,
		     unsigned quiet_ms, struct buf *answer, struct err *e)
{
	int r = await(c, q, quiet_ms, e);

	if (!r)
		take_answer(c, command, answer);
	if (r == 2)
		r = fail(e, ERR_DEVICE, "no prompt came back in %u ms; is the device still "
			 "there? Run again with --resume", quiet_ms);
	return r < 0 ? err_about(e, c->wire->name) : r;
}

int console_answer(struct console *c, unsigned quiet_ms, struct buf *answer,
		   struct err *e)
{
	static const struct request none;

	return answer_of(c, "", &none, quiet_ms, answer, e);
}

static int ask(struct console *c, const char *command, const struct request *q,
	       unsigned quiet_ms, struct buf *answer, struct err *e)
{
	int r;

	if (type(c, command, e) < 0)
		return -1;
	r = answer_of(c, command, q, quiet_ms, answer, e);
	return r < 0 ? within(e, "\"%s\"", command) : r;
}

int console_ask(struct console *c, const char *command, unsigned quiet_ms,
		struct buf *answer, struct err *e)
{
	static const struct request none;

	return ask(c, command, &none, quiet_ms, answer, e);
}

int console_request(struct console *c, const char *text, const struct request *q,
		    unsigned quiet_ms, struct buf *answer, struct err *e)
{
	struct buf command = { 0 };
	int r;

	put_request(&command, text, q);
	r = ask(c, buf_string(&command), q, quiet_ms, answer, e);
	buf_free(&command);
	return r;
}
