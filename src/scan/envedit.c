/* envedit.c - changing lists of name=value */
#include "core/text.h"
#include "scan/ubootenv.h"

static void vars_put(struct buf *b, struct view name, struct view value)
{
	put_view(b, name);
	put8(b, '=');
	put_view(b, value);
	put8(b, 0);
}

bool vars_set(struct buf *vars, struct view name, const struct view *value)
{
	struct view rest = buf_view(vars), entry;
	struct buf next = { 0 };
	bool was = false;

	while (vars_next(&rest, &entry)) {
		if (!view_equal(var_name(entry), name)) {
			put_view(&next, entry);
			put8(&next, 0);
			continue;
		}
		if (value && !was)
			vars_put(&next, name, *value);
		was = true;
	}
	if (value && !was)
		vars_put(&next, name, *value);
	buf_free(vars);
	*vars = next;
	return was;
}

static bool is_name(struct view v)
{
	for (size_t i = 0; i < v.len; i++)
		if (v.p[i] <= ' ' || v.p[i] >= 0x7f ||
		    strchr("'\"`()<>[]{}|,;!", v.p[i]))
			return false;
	return v.len > 0 && v.len <= 64;
}

static struct view trimmed(struct view line)
{
	while (line.len && line.p[line.len - 1] <= ' ')
		line = view_sub(line, 0, line.len - 1);
	while (line.len && line.p[0] <= ' ')
		line = view_from(line, 1);
	return line;
}

static bool contains(struct view line, const char *word)
{
	return line.len && memmem(line.p, line.len, word, strlen(word));
}

unsigned vars_from_log(struct view text, struct buf *vars)
{
	struct view line;
	unsigned n = 0;

	while (next_line(&text, &line) && vars->len < MOST_ENV_SIZE) {
		line = trimmed(line);
		if (n && contains(line, "Environment size:"))
			break;
		if (line.len >= 8 && view_is(line, line.len - 8, "printenv", 8)) {
			buf_clear(vars);
			n = 0;
		}
		if (!is_name(var_name(line)) || var_name(line).len == line.len)
			continue;
		put_view(vars, line);
		put8(vars, 0);
		n++;
	}
	return n;
}
