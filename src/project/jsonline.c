/* jsonline.c - jansson forgets the lines of values: find them again */
#include "project/jsonline.h"

struct walk {
	struct view text;
	size_t pos;
	uint64_t line;
	unsigned depth;
};

/* The string at pos, without its quotes; pos is behind it afterwards. */
static struct view take_string(struct walk *w)
{
	size_t from = ++w->pos;

	while (w->pos < w->text.len && w->text.p[w->pos] != '"')
		w->pos += w->text.p[w->pos] == '\\' ? 2 : 1;
	if (w->pos >= w->text.len)
		return (struct view){ 0 };
	return view_sub(w->text, from, w->pos++ - from);
}

/* One byte outside of strings. */
static uint8_t step(struct walk *w)
{
	uint8_t c = w->text.p[w->pos++];

	w->line += c == '\n';
	if (c == '{' || c == '[')
		w->depth++;
	if (c == '}' || c == ']')
		w->depth--;
	return c;
}

/* Behind the '[' of the array. */
static bool find_list(struct walk *w, const char *list)
{
	while (w->pos < w->text.len) {
		struct view key;

		if (w->text.p[w->pos] != '"') {
			step(w);
			continue;
		}
		key = take_string(w);
		if (w->depth != 1 || !view_equal(key, view_text(list)))
			continue;
		while (w->pos < w->text.len && strchr(" \t\r\n:", w->text.p[w->pos]))
			step(w);
		if (w->pos < w->text.len && w->text.p[w->pos] == '[') {
			step(w);
			return true;
		}
	}
	return false;
}

uint64_t json_line(struct view text, const char *list, uint64_t i)
{
	struct walk w = { .text = text, .line = 1 };
	uint64_t begin;

	if (!find_list(&w, list))
		return 1;
	begin = w.line;
	while (w.pos < text.len && w.depth >= 2) {
		uint8_t c = text.p[w.pos];

		if (c == '"' && !i)
			return w.line;
		if (c == '"') {
			take_string(&w);
			continue;
		}
		if (!i && c > ' ' && c != ']')
			return w.line;
		i -= c == ',' && w.depth == 2;
		step(&w);
	}
	return begin;
}
