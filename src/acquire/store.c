/* store.c - where a device keeps its bytes, and how U-Boot fetches them */
#include "acquire/store.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SLOW_MS = 120000, PROBE_MS = 10000, TRIES = 5 };

#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }

const struct store stores[] = {
	{ "sf", WORDS("sf probe 0", "sf probe", "sf probe 0:0"), "sf read 0x%a 0x%s 0x%b",
	  "sf write 0x%a 0x%s 0x%b", "sf erase 0x%s 0x%b", 1 },
	{ "nand", WORDS("nand info"), "nand read 0x%a 0x%s 0x%b",
	  "nand write 0x%a 0x%s 0x%b", "nand erase 0x%s 0x%b", 1 },
	{ "mmc", WORDS("mmc info", "mmcinfo"), "mmc read 0x%a 0x%s 0x%n",
	  "mmc write 0x%a 0x%s 0x%n", NULL, 512 },
	{ "flash", WORDS("flinfo"), NULL, NULL, NULL, 1 },
	{ 0 }
};

const struct store *store_named(const char *name)
{
	for (const struct store *s = stores; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

/* A number and its unit at p: "16 MiB", "128MiB", "32768 KiB"; 0: none. */
static uint64_t size_at(const char *p, char **end)
{
	static const struct { const char *word; unsigned shift; } units[] = {
		{ "GiB", 30 }, { "GB", 30 }, { "MiB", 20 }, { "MB", 20 },
		{ "KiB", 10 }, { "kB", 10 }, { "KB", 10 },
	};
	unsigned long long n = strtoull(p, end, 10);

	for (*end += **end == '.' ? strspn(*end, ".0") : 0; **end == ' '; ++*end)
		;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (!strncmp(*end, units[i].word, strlen(units[i].word)))
			return n < 1ull << 20 ? n << units[i].shift : 0;
	return 0;
}

uint64_t store_size(struct view answer)
{
	char text[4096], *end;
	size_t n = answer.len < sizeof(text) - 1 ? answer.len : sizeof(text) - 1;
	const char *p, *total;

	if (n)
		memcpy(text, answer.p, n);
	text[n] = 0;
	total = strstr(text, "total ");
	for (p = total ? total : text; *p; p++) {
		uint64_t size;

		if (!isdigit((unsigned char)*p) ||
		    (p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '.')))
			continue;
		size = size_at(p, &end);
		/* "sector size 128 KiB" is not the whole. */
		if (size && (total || p - text < 5 || memcmp(p - 5, "size ", 5)))
			return size;
		p = end > p ? end - 1 : p;
	}
	return 0;
}

static bool has(const struct buf *b, const char *word)
{
	return b->len && memmem(b->p, b->len, word, strlen(word));
}

/* What U-Boots say when there is no such command or no such chip. */
static bool has_failed(const struct buf *answer)
{
	static const char *const words[] = {
		"nknown command", "Usage:", "ailed", "FAILED", "rror", "ERROR",
		"No SPI", "no devices available", "No MMC", "no mmc", "not found",
		"Card did not respond", "nvalid", NULL
	};

	for (const char *const *w = words; *w; w++)
		if (has(answer, *w))
			return true;
	return false;
}

/* "  FE000000 (RO)  FE020000" behind "Start Addresses:" of flinfo. */
static bool bank_base(const struct buf *answer, uint64_t *base)
{
	static const char word[] = "Start Addresses:";
	const uint8_t *hit = answer->len ? memmem(answer->p, answer->len, word,
						  sizeof(word) - 1) : NULL;
	char text[64] = "", *end;
	size_t from, n;

	if (!hit)
		return false;
	from = (size_t)(hit - answer->p) + sizeof(word) - 1;
	n = answer->len - from < sizeof(text) - 1 ? answer->len - from : sizeof(text) - 1;
	memcpy(text, answer->p + from, n);
	*base = strtoull(text, &end, 16);
	return end != text;
}

static int probe(struct console *c, const struct store *s, struct store_found *f,
		 struct err *e)
{
	struct buf answer = { 0 };
	int r = 1;

	for (size_t i = 0; r == 1 && s->probe[i]; i++) {
		buf_clear(&answer);
		r = console_ask(c, s->probe[i], PROBE_MS, &answer, e);
		if (!r && has_failed(&answer))
			r = 1;
	}
	if (!r && !s->read && !bank_base(&answer, &f->base))
		r = 1;
	if (!r) {
		f->store = s;
		f->size = store_size(buf_view(&answer));
	}
	buf_free(&answer);
	return r;
}

int store_find(struct console *c, const struct store *s, struct store_found *f,
	       struct err *e)
{
	int r = 1;

	*f = (struct store_found){ 0 };
	if (s)
		return probe(c, s, f, e);
	for (s = stores; r == 1 && s->name; s++)
		r = probe(c, s, f, e);
	return r;
}

void store_command(struct buf *b, const char *text, const struct store *s,
		   uint64_t ram, struct range range)
{
	struct request q = { ram, range.size, range.at / s->unit, s->unit };

	q.size += (s->unit - q.size % s->unit) % s->unit;
	put_request(b, text, &q);
}

static int fail_answer(struct console *c, const char *command, struct buf *answer,
		       struct err *e)
{
	struct view v = view_upto(buf_view(answer), 0, 80);
	struct buf shown = { 0 };

	while (v.len && v.p[v.len - 1] <= ' ')
		v.len--;
	put_escaped(&shown, v);
	fail(e, ERR_DEVICE, "\"%s\" answers \"%s\"; try it by hand", command,
	     buf_string(&shown));
	buf_free(&shown);
	return err_about(e, c->wire->name);
}

/* Old ones say nothing, new ones OK; another answer may be a garbled error. */
static bool is_fine(const struct buf *answer)
{
	size_t n = 0;

	while (n < answer->len && answer->p[n] <= ' ')
		n++;
	return !has_failed(answer) && (n == answer->len || has(answer, "OK") ||
				       has(answer, "ok"));
}

/* Type the command until it is understood. 0; 1: reset; 2: it never is; -1. */
static int fetch(struct console *c, const struct store *s, const char *command,
		 struct buf *answer, struct err *e)
{
	struct buf was = { 0 }, said = { 0 };
	int r = 2;

	for (int i = 0; i < TRIES && r == 2; i++) {
		buf_clear(&said);
		buf_clear(answer);
		r = console_ask(c, s->probe[0], PROBE_MS, &said, e);
		if (!r)
			r = console_type(c, command, SLOW_MS, answer, e);
		/* No echo at all: a garbled line does no harm here. */
		if (r < 0)
			r = console_ask(c, command, SLOW_MS, answer, e);
		/* The same words twice are not garbled. */
		if (!r && !is_fine(answer) && (has_failed(answer) || !was.len ||
		    was.len != answer->len || memcmp(was.p, answer->p, was.len)))
			r = 2;
		buf_clear(&was);
		put_view(&was, buf_view(answer));
	}
	buf_free(&was);
	buf_free(&said);
	return r;
}

int store_fetch(struct console *c, const struct store *s, uint64_t ram,
		struct range range, struct err *e)
{
	struct buf command = { 0 }, answer = { 0 };
	int r;

	if (!s->read)
		return 0;
	store_command(&command, s->read, s, ram, range);
	r = fetch(c, s, buf_string(&command), &answer, e);
	if (r == 2)
		r = fail_answer(c, buf_string(&command), &answer, e);
	/* What follows such a block would stand in the wrong place. */
	if (!r && has(&answer, "kipping bad block")) {
		fail(e, ERR_DEVICE, "\"%s\" skips a bad block, and what follows would be "
		     "moved; read around it with --range, see nand bad",
		     buf_string(&command));
		r = err_about(e, c->wire->name);
	}
	buf_free(&command);
	buf_free(&answer);
	return r;
}
