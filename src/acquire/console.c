/* console.c - getting a boot loader's prompt, and asking at it */
#include "acquire/console.h"

#include <string.h>

#include "acquire/clock.h"

enum { PATIENCE_S = 30, KEY_MS = 11, LISTEN_MS = 150, MOST_LINE = 256, STOPPING = 40,
       TAIL = 2048, HELP_MS = 3000, MOST_TALK = 1 << 20 };

static struct view tail_of(const struct buf *b)
{
	struct view v = buf_view(b);

	return v.len > TAIL ? view_from(v, v.len - TAIL) : v;
}

static bool contains(struct view v, const char *word)
{
	return v.len && memmem(v.p, v.len, word, strlen(word)) != NULL;
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

/* Whether the input ends with the prompt at the beginning of a line. */
bool console_at_prompt(const struct console *c)
{
	char line[MOST_LINE];

	if (!c->prompt[0])
		return false;
	last_line(tail_of(&c->in), line, sizeof(line));
	return !strcmp(line, c->prompt);
}

static bool is_promptlike(const char *line)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == ' ')
		n--;
	return n && strchr("#>$:%", line[n - 1]);
}

/*
 * Two lines that are answered alike by the same few characters. Ctrl-C is
 * tried first: an empty line repeats the last command, whatever that was.
 * Where nothing is echoed, not even a line's end, the prompt alone comes.
 */
static int learn_by(struct console *c, const char *key, struct err *e)
{
	char line[2][MOST_LINE];
	bool silent = false;

	for (int i = 0; i < 2; i++) {
		size_t before = c->in.len;
		struct view came;

		if (wire_send(c->wire, key, 1, e) < 0 ||
		    wire_receive(c->wire, &c->in, LISTEN_MS, 2000, e) < 0)
			return -1;
		came = view_from(buf_view(&c->in), before);
		silent = !contains(came, "\n");
		last_line(silent ? came : tail_of(&c->in), line[i], MOST_LINE);
		/* A countdown that stands still is no prompt: it has to answer. */
		if (silent && (!is_promptlike(line[i]) || strlen(line[i]) < 2))
			return 0;
	}
	if (!line[0][0] || strcmp(line[0], line[1]) || strlen(line[0]) >= sizeof(c->prompt))
		return 0;
	if (strlen(line[0]) < 2 && !is_promptlike(line[0]))
		return 0;
	memcpy(c->prompt, line[0], strlen(line[0]) + 1);
	c->silent = silent;
	return 1;
}

static int learn(struct console *c, const struct console_opts *o, struct err *e)
{
	int r;

	if (o->prompt && console_at_prompt(c))
		return 1;
	if (o->prompt) {
		if (wire_send(c->wire, "\x03\r", 2, e) < 0 ||
		    wire_receive(c->wire, &c->in, LISTEN_MS, 2000, e) < 0)
			return -1;
		return console_at_prompt(c);
	}
	r = learn_by(c, "\x03", e);
	return r ? r : learn_by(c, "\r", e);
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

/* Which loader it is: by its prompt, what it said, or its help; its version. */
static int recognise(struct console *c, struct err *e)
{
	struct buf said = { 0 };
	int r = 0;

	put_view(&said, buf_view(&c->in));
	if (!c->loader)
		c->loader = loader_of(c->prompt, buf_view(&said));
	if (!c->loader) {
		r = console_ask(c, "help", HELP_MS, &said, e);
		c->loader = loader_of(c->prompt, buf_view(&said));
	}
	loader_version(c->loader, buf_view(&said), c->version, sizeof(c->version));
	if (r >= 0 && !c->version[0] && c->loader && c->loader->crc32) {
		r = console_ask(c, "version", HELP_MS, &said, e);
		/* The answer looks as if it had started anew. */
		loader_version(c->loader, buf_view(&c->in), c->version,
			       sizeof(c->version));
	}
	buf_free(&said);
	return r < 0 ? -1 : 0;
}

/* The first lines may be rubbish of the keys pressed: one that does nothing
   settles. */
static int settle(struct console *c, struct err *e)
{
	const char *nudge = c->loader ? c->loader->nudge : "\r";

	if (wire_send(c->wire, nudge, strlen(nudge), e) < 0 ||
	    wire_receive(c->wire, &c->in, LISTEN_MS, 2000, e) < 0)
		return -1;
	buf_clear(&c->in);
	return 0;
}

/* A device that talks without end is forgotten but for its last words. */
static void forget(struct buf *in)
{
	if (in->len < MOST_TALK)
		return;
	memmove(in->p, in->p + in->len - TAIL, TAIL);
	in->len = TAIL;
}

/* One turn: listen, and answer what it wants. 1: there is the prompt. */
static int attach_once(struct console *c, const struct console_opts *o, unsigned n,
		       const char **keys, struct err *e)
{
	long came = wire_receive(c->wire, &c->in, n ? KEY_MS : LISTEN_MS, 400, e);
	int learnt;

	if (came < 0)
		return -1;
	forget(&c->in);
	if (!*keys)
		*keys = loader_keys(tail_of(&c->in));
	/* Silence: somebody waits for us, or nobody is there. */
	if (!came && (!*keys || n >= STOPPING)) {
		learnt = learn(c, o, e);
		if (learnt)
			return learnt;
	}
	return press(c, *keys, n, e);
}

static int name_loader(struct console *c, const char *name, struct err *e)
{
	struct buf all = { 0 };

	if (!name)
		return 0;
	c->loader = loader_named(name);
	if (c->loader)
		return 0;
	put_loaders(&all);
	fail(e, ERR_USAGE, "--loader %s: is not known; give %s", name, buf_string(&all));
	buf_free(&all);
	return -1;
}

int console_attach(struct console *c, const struct console_opts *o, struct err *e)
{
	unsigned patience = o->patience_s ? o->patience_s : PATIENCE_S;
	int64_t end = now_ms() + (int64_t)patience * 1000;
	const char *keys = NULL;
	int r = 0;

	if (name_loader(c, o->loader, e) < 0)
		return -1;
	snprintf(c->prompt, sizeof(c->prompt), "%s", o->prompt ? o->prompt : "");
	buf_clear(&c->in);
	for (unsigned n = 0; !r && now_ms() < end; n++)
		r = attach_once(c, o, n, &keys, e);
	if (!r)
		return no_prompt(c, patience, e);
	return r < 0 || recognise(c, e) < 0 ? -1 : settle(c, e);
}

void console_free(struct console *c)
{
	buf_free(&c->in);
}
