/* conram.c - which memory of a device is free, as its U-Boot tells it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/console.h"

enum { ASK_MS = 3000, STACK = 1 << 20, HEAP = 2 << 20, LOADER = 64 << 20 };

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
		r = console_ask(c, command, ASK_MS, &answer, e);
		if (!r && !number_after(buf_view(&answer), word, at))
			*at = 0;
	}
	if (!r && !*at) {
		buf_clear(&answer);
		r = console_ask(c, "bdinfo", ASK_MS, &answer, e);
		/* A megabyte above its start nothing of the loader lies. */
		if (!r && number_after(buf_view(&answer), "-> start", at))
			*at += 1 << 20;
	}
	buf_free(&answer);
	return r < 0 ? -1 : 0;
}

/* The end of the bank that has ram in it, or 0. */
static uint64_t bank_end(struct view v, uint64_t ram)
{
	static const char *const starts[] = { "-> start", "memstart" };
	static const char *const sizes[] = { "-> size", "memsize" };
	uint64_t at, size;

	for (size_t i = 0; i < 2; i++)
		for (struct view rest = v; number_after(rest, starts[i], &at); ) {
			const uint8_t *hit = memmem(rest.p, rest.len, starts[i],
						    strlen(starts[i]));

			rest = view_from(rest, (uint64_t)(hit - rest.p) + 1);
			if (number_after(rest, sizes[i], &size) && ram >= at &&
			    ram - at < size)
				return at + size;
		}
	return 0;
}

/* The loader's own begins there: nothing of ours from `below` under it on. */
static uint64_t end_before(struct view v, const char *word, uint64_t below,
			   uint64_t ram, uint64_t end)
{
	uint64_t own;

	if (!number_after(v, word, &own) || own <= below || own > end ||
	    end - own > LOADER)
		return end;
	return own - below > ram ? own - below : ram;
}

int console_room(struct console *c, uint64_t ram, uint64_t *room, struct err *e)
{
	struct buf answer = { 0 };
	struct view v;
	uint64_t end;
	int r = console_ask(c, "bdinfo", ASK_MS, &answer, e);

	v = buf_view(&answer);
	end = r ? 0 : bank_end(v, ram);
	/* It lies at the end of the bank: code, heap below it, the stack below. */
	*room = end ? end_before(v, "sp start", STACK, ram,
		      end_before(v, "relocaddr", HEAP, ram, end)) - ram : UINT64_MAX;
	buf_free(&answer);
	return r < 0 ? -1 : 0;
}
