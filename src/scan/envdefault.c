/* envdefault.c - variables compiled into a boot loader, or in a stale block */
#include <ctype.h>

#include "scan/ubootenv.h"

enum { MOST_DEFAULT = 0x10000, LEAST_VARS = 3 };

static bool is_text(uint8_t c)
{
	return c >= ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* "name=value" with a name that people choose. */
static bool looks_like_var(struct view entry)
{
	struct view name = var_name(entry);

	if (!name.len || name.len == entry.len || name.len > 64)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] <= ' ' || name.p[i] >= 0x7f || name.p[i] == '%')
			return false;
	for (size_t i = 0; i < entry.len; i++)
		if (!is_text(entry.p[i]))
			return false;
	return true;
}

/* Where the text that ends at `end` begins, not before `least`. */
static size_t text_start(struct view v, size_t end, size_t least)
{
	while (end > least && is_text(v.p[end - 1]))
		end--;
	return end;
}

/*
 * Bytes before the first variable without a NUL between (the end of the CRC
 * of a stale block) may be text by chance: a name has none but these.
 */
static size_t name_start(struct view v, size_t start)
{
	const uint8_t *eq = memchr(v.p + start, '=', v.len - start);
	size_t at = eq ? (size_t)(eq - v.p) : start;

	while (at > start && (isalnum(v.p[at - 1]) || v.p[at - 1] == '_'))
		at--;
	return at;
}

/* Go back over entries, each of which ends with one NUL. */
static size_t first_var(struct view v, size_t at)
{
	size_t least = at > MOST_DEFAULT ? at - MOST_DEFAULT : 0;
	size_t start = text_start(v, at, least), prev;

	while (start > least + 2 && !v.p[start - 1]) {
		prev = name_start(v, text_start(v, start - 1, least));
		if (!looks_like_var(view_sub(v, prev, start - 1 - prev)))
			break;
		start = prev;
	}
	return start;
}

bool env_default(struct view image, uint64_t at, struct view *vars)
{
	struct view v = view_upto(image, 0, at + MOST_DEFAULT), rest, entry;
	size_t start, used = 0, n = 0;

	if (at >= v.len || !is_text(v.p[at]))
		return false;
	start = name_start(v, first_var(v, at));
	rest = view_from(v, start);
	while (vars_next(&rest, &entry) && looks_like_var(entry)) {
		used += entry.len + 1;
		n++;
	}
	*vars = view_upto(v, start, used);
	return n >= LEAST_VARS;
}

bool env_defaults(struct view image, struct view *vars)
{
	static const char *const keys[] = { "bootcmd=", "bootdelay=", "bootargs=",
					    "baudrate=" };
	*vars = (struct view){ 0 };
	for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++) {
		struct view rest = image, got;
		const uint8_t *hit;

		for (unsigned i = 0; i < 256 && rest.len; i++) {
			hit = memmem(rest.p, rest.len, keys[k], strlen(keys[k]));
			if (!hit)
				break;
			if (env_default(image, (uint64_t)(hit - image.p), &got) &&
			    got.len > vars->len)
				*vars = got;
			rest = view_from(rest, (uint64_t)(hit - rest.p) + 1);
		}
	}
	return vars->len > 0;
}
