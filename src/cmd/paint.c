/* paint.c - colour on stdout, where it is wanted */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/say.h"

static bool is_set(const char *name)
{
	const char *s = getenv(name);

	return s && *s;
}

static bool is(const char *name, const char *value)
{
	const char *s = getenv(name);

	return s && !strcmp(s, value);
}

/* --color, then the customs of the field, then what stdout is. */
static bool wanted(int color)
{
	if (color != WHEN_AUTO)
		return color == WHEN_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0"))
		return true;
	if (is("CLICOLOR", "0"))
		return false;
	return isatty(STDOUT_FILENO) && !is("TERM", "dumb");
}

static bool on;

void paint_start(int color)
{
	on = wanted(color);
}

const char *paint(enum paint p)
{
	static const char *const sequence[] = {
		[PAINT_NONE] = "\033[0m", [PAINT_PROVEN] = "\033[32m",
		[PAINT_PLAUSIBLE] = "\033[33m", [PAINT_DIM] = "\033[2m",
		[PAINT_RED] = "\033[31m", [PAINT_OFFSET] = "\033[36m",
	};

	return on ? sequence[p] : "";
}
