/* console.c - getting a boot loader's prompt, and asking at it */
#include "acquire/console.h"

#include <stdlib.h>
#include <string.h>

#include "acquire/clock.h"
#include "core/text.h"

enum { PATIENCE_S = 30, KEY_MS = 10, LISTEN_MS = 150, SETTLE_MS = 20, MOST_LINE = 256,
       STOPPING = 40, TAIL = 2048 };

/* What it says when it is about to boot, and the keys that stop it. */
static const struct stop { const char *says, *keys; } stops[] = {
	{ "Press Ctrl+C", "\x03" }, { "Ctrl-C", "\x03" },
	{ "Autobooting in", "tpl" }, { "to abort autoboot with \"slp\"", "slp" },
	{ "Press [ESC]", "\x1b" }, { "ESC to", "\x1b" }, { "press ESC", "\x1b" },
	{ "4: Entr boot command line", "4" }, { "press Enter", "\r" },
	{ "press <INTERRUPT>", "\x03" }, { "Hit any key", " " },
	{ "Press any key", " " }, { NULL, NULL }
};

static struct view tail_of(const struct buf *b)
{
	struct view v = buf_view(b);

	return v.len > TAIL ? view_from(v, v.len - TAIL) : v;
}

static bool contains(struct view v, const char *word)
{
	return v.len && memmem(v.p, v.len, word, strlen(word)) != NULL;
}

static const char *keys_for(const struct buf *in)
{
	for (const struct stop *s = stops; s->says; s++)
		if (contains(tail_of(in), s->says))
			return s->keys;
	return NULL;
}

/* The characters after the last line end: a prompt waits there. */
static void last_line(struct view v, char *text, size_t n)
{
	size_t from = v.len, len = 0;

	while (from && v.p[from - 1] != '\n' && v.p[from - 1] != '\r')
		from--;
	for (size_t i = from; i < v.len && len + 1 < n; i++) {
		/* Escape sequences colour some prompts. */
		if (v.p[i] == 0x1b && i + 1 < v.len && v.p[i + 1] == '[') {
			for (i += 2; i < v.len && (v.p[i] < '@' || v.p[i] > '~'); i++)
				;
			continue;
		}
		if (v.p[i] >= ' ' && v.p[i] < 0x7f)
			text[len++] = (char)v.p[i];
	}
	text[len] = 0;
}

static void recognise(struct console *c)
{
	for (const struct loader *l = loaders; l->name; l++) {
		for (size_t i = 0; l->banner[i]; i++) {
			const uint8_t *hit = c->in.len ? memmem(c->in.p, c->in.len,
				l->banner[i], strlen(l->banner[i])) : NULL;
			size_t n = 0, left;

			if (!hit)
				continue;
			c->loader = l;
			left = (size_t)(c->in.p + c->in.len - hit);
			while (n < left && n + 1 < sizeof(c->version) &&
			       hit[n] >= ' ' && hit[n] != '(')
				n++;
			while (n && hit[n - 1] == ' ')
				n--;
			memcpy(c->version, hit, n);
			c->version[n] = 0;
			return;
		}
	}
}

/* Whether the input ends with the prompt at the beginning of a line. */
static bool at_prompt(const struct console *c)
{
	char line[MOST_LINE];

	if (!c->prompt[0])
		return false;
	last_line(tail_of(&c->in), line, sizeof(line));
	return !strcmp(line, c->prompt);
}

/* Two empty lines that are answered alike by the same few characters. */
static int learn(struct console *c, struct err *e)
{
	char one[MOST_LINE], two[MOST_LINE];

	for (int i = 0; i < 2; i++) {
		size_t before = c->in.len;

		if (wire_send(c->wire, "\r", 1, e) < 0 ||
		    wire_receive(c->wire, &c->in, LISTEN_MS, 2000, e) < 0)
			return -1;
		/* A countdown that stands still is no prompt: it has to answer. */
		if (!contains(view_from(buf_view(&c->in), before), "\n"))
			return 0;
		last_line(tail_of(&c->in), i ? two : one, sizeof(one));
	}
	if (!one[0] || strcmp(one, two) || strlen(one) >= sizeof(c->prompt))
		return 0;
	if (strlen(one) < 2 && !strchr("#>$:", one[0]))
		return 0;
	memcpy(c->prompt, one, strlen(one) + 1);
	return 1;
}

/*
 * The keys that it asks for, as a whole word, slowly enough for loaders that
 * look every 10 ms; one of the usual ones in rotation where it did not say.
 */
static int press(struct console *c, const char *keys, unsigned n, struct err *e)
{
	static const char rotation[] = "\x03\r \x1b";
	const char *all = keys ? keys : rotation + n % (sizeof(rotation) - 1);
	size_t len = keys ? strlen(keys) : 1;

	for (size_t i = 0; i < len; i++)
		if (wire_send(c->wire, all + i, 1, e) < 0 ||
		    wire_receive(c->wire, &c->in, KEY_MS, KEY_MS, e) < 0)
			return -1;
	return 0;
}

static int no_prompt(struct console *c, unsigned patience, struct err *e)
{
	size_t odd = 0;

	for (size_t i = 0; i < c->in.len; i++)
		odd += (c->in.p[i] < ' ' && !strchr("\r\n\t\b\x1b", c->in.p[i])) ||
		       c->in.p[i] > 0x7e;
	fail(e, ERR_DEVICE, "no prompt in %u s at %u baud (%zu bytes came, %zu %% "
	     "unprintable); try --baud auto, and power-cycle the device now", patience,
	     c->wire->baud, c->in.len, c->in.len ? odd * 100 / c->in.len : 0);
	return err_about(e, c->wire->name);
}

/* The first lines may be rubbish of the keys pressed: an empty one settles. */
static int settle(struct console *c, struct err *e)
{
	if (wire_send(c->wire, "\r", 1, e) < 0 ||
	    wire_receive(c->wire, &c->in, LISTEN_MS, 2000, e) < 0)
		return -1;
	buf_clear(&c->in);
	return 0;
}

int console_attach(struct console *c, const struct console_opts *o, struct err *e)
{
	unsigned patience = o->patience_s ? o->patience_s : PATIENCE_S;
	int64_t end = now_ms() + (int64_t)patience * 1000;
	const char *keys = o->keys;

	if (o->loader)
		c->loader = loader_named(o->loader);
	if (o->loader && !c->loader)
		return fail(e, ERR_USAGE, "--loader %s: is not known; give u-boot, cfe, "
			    "realtek, redboot, zyxel, tcboot or netos", o->loader);
	snprintf(c->prompt, sizeof(c->prompt), "%s", o->prompt ? o->prompt : "");
	buf_clear(&c->in);
	for (unsigned n = 0; now_ms() < end; n++) {
		long came = wire_receive(c->wire, &c->in, n ? KEY_MS : LISTEN_MS, 400, e);

		if (came < 0)
			return -1;
		if (!keys)
			keys = keys_for(&c->in);
		if (keys && n < STOPPING) {
			if (press(c, keys, n, e) < 0)
				return -1;
			continue;
		}
		/* Silence: somebody waits for us, or nobody is there. */
		if (!came) {
			int learnt = o->prompt ? at_prompt(c) : learn(c, e);

			if (learnt < 0)
				return -1;
			if (learnt) {
				if (!c->loader)
					recognise(c);
				return settle(c, e);
			}
		}
		if (press(c, keys, n, e) < 0)
			return -1;
	}
	return no_prompt(c, patience, e);
}

void console_free(struct console *c)
{
	buf_free(&c->in);
}

static bool has_banner(const struct console *c)
{
	struct view v = buf_view(&c->in);

	return contains(v, "\nU-Boot 1.") || contains(v, "\nU-Boot 20") ||
	       contains(v, "Hit any key to stop") || contains(v, "resetting ...");
}

/* The answer is what lies between the echo's line and the prompt's. */
static void take_answer(struct console *c, struct buf *answer)
{
	struct view v = buf_view(&c->in);
	const uint8_t *nl = v.len ? memchr(v.p, '\n', v.len) : NULL;
	size_t end = v.len;

	while (end && v.p[end - 1] != '\n')
		end--;
	if (nl && (size_t)(nl - v.p) + 1 < end)
		put(answer, nl + 1, end - (size_t)(nl - v.p) - 1);
}

bool console_is_back(const struct console *c)
{
	return at_prompt(c) && c->in.len && memchr(c->in.p, '\n', c->in.len);
}

int console_answer(struct console *c, unsigned quiet_ms, struct buf *answer,
		   struct err *e)
{
	int64_t end = now_ms() + quiet_ms;

	while (now_ms() < end) {
		long came = wire_receive(c->wire, &c->in, SETTLE_MS, SETTLE_MS, e);

		if (came < 0)
			return -1;
		if (came) {
			end = now_ms() + quiet_ms;
			continue;
		}
		/* Silence of some milliseconds behind a prompt: the end. */
		if (console_is_back(c)) {
			take_answer(c, answer);
			return has_banner(c) ? 1 : 0;
		}
		if (has_banner(c))
			return 1;
	}
	fail(e, ERR_DEVICE, "no prompt came back in %u ms; is the device still there? "
	     "Run again with --resume", quiet_ms);
	return err_about(e, c->wire->name);
}

int console_ask(struct console *c, const char *command, unsigned quiet_ms,
		struct buf *answer, struct err *e)
{
	int r;

	buf_clear(&c->in);
	if (wire_send(c->wire, command, strlen(command), e) < 0 ||
	    wire_send(c->wire, "\r", 1, e) < 0)
		return -1;
	r = console_answer(c, quiet_ms, answer, e);
	return r < 0 ? within(e, "\"%s\"", command) : r;
}

/* The number behind a word in an answer, hexadecimal. */
static bool number_after(struct view v, const char *word, uint64_t *x)
{
	const uint8_t *hit = v.len ? memmem(v.p, v.len, word, strlen(word)) : NULL;
	char text[24] = "", *stop;
	size_t from, n = 0;

	if (!hit)
		return false;
	from = (size_t)(hit - v.p) + strlen(word);
	while (from < v.len && strchr(" =\t", v.p[from]))
		from++;
	while (from + n < v.len && n + 1 < sizeof(text) && v.p[from + n] > ' ') {
		text[n] = (char)v.p[from + n];
		n++;
	}
	*x = strtoull(text, &stop, 16);
	return stop != text && !*stop;
}

int console_ram(struct console *c, uint64_t *at, struct err *e)
{
	static const char *const names[] = { "baseaddr", "loadaddr", "ramaddr",
					     "kernel_addr_r" };
	struct buf answer = { 0 };
	char command[64], word[64];
	int r = 0;

	*at = 0;
	for (size_t i = 0; !r && !*at && i < sizeof(names) / sizeof(*names); i++) {
		buf_clear(&answer);
		snprintf(command, sizeof(command), "printenv %s", names[i]);
		snprintf(word, sizeof(word), "%s=", names[i]);
		r = console_ask(c, command, 3000, &answer, e);
		if (!r && !number_after(buf_view(&answer), word, at))
			*at = 0;
	}
	if (!r && !*at) {
		buf_clear(&answer);
		r = console_ask(c, "bdinfo", 3000, &answer, e);
		/* A megabyte above its start nothing of the loader lies. */
		if (!r && number_after(buf_view(&answer), "-> start", at))
			*at += 1 << 20;
	}
	buf_free(&answer);
	return r < 0 ? -1 : 0;
}
