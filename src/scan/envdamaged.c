/* envdamaged.c - an environment whose CRC does not hold, known by its words */
#include "core/format.h"
#include "scan/ubootenv.h"

enum { MOST_TEXT = 0x4000, MOST_VARS = 512, ALIGN = 0x1000 };

/* Every environment in the field has one of these. */
static bool is_known(struct view name)
{
	static const char *const words[] = { "bootcmd", "bootdelay", "bootargs",
					     "baudrate", NULL };

	for (size_t i = 0; words[i]; i++)
		if (view_equal(name, view_text(words[i])))
			return true;
	return false;
}

/* name=value NUL ... NUL, then one value up to the next 4 KiB. */
static bool looks_right(struct env *env, struct view v, unsigned header)
{
	struct view rest = view_upto(v, header, MOST_TEXT), entry, pad;
	bool known = false;

	*env = (struct env){ .header = header, .crc = peek32(v, 0, LITTLE) };
	while (vars_next(&rest, &entry)) {
		if (!var_name(entry).len || env->n == MOST_VARS)
			return false;
		known |= is_known(var_name(entry));
		env->n++;
		env->used += entry.len + 1;
	}
	if (!known || env->n < 3 || !view_is(v, header + env->used, "", 1))
		return false;
	env->v = view_sub(v, 0, (header + env->used + ALIGN) & ~(size_t)(ALIGN - 1));
	pad = view_from(env->v, header + env->used + 1);
	return pad.len && (view_run(pad, 0) == pad.len ||
			   view_run(pad, 0xff) == pad.len);
}

bool env_damaged(struct env *env, struct view v)
{
	return v.at % ALIGN == 0 &&
	       (looks_right(env, v, 4) || looks_right(env, v, 5));
}
