/* compat.c - a line of another tool becomes one of ours, and is run */
#include "cmd/compat.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"

enum { LAST_WORD = 510, LAST_OPERAND = 255 };

void compat_add(struct compat *c, const char *word)
{
	if (c->argc < LAST_WORD)
		c->argv[c->argc++] = (char *)(uintptr_t)word;
	c->argv[c->argc] = NULL;
}

static const struct compat_word *find(const struct compat *c, const char *word)
{
	for (const struct compat_word *w = c->words; w->old; w++)
		if (!strcmp(w->old, word))
			return w;
	return NULL;
}

static int take(struct compat *c, const struct compat_word *w, const char *value,
		struct err *e)
{
	if (!w->now)
		return fail(e, ERR_UNSUPPORTED, "%s is not done here; see fwtool help "
			    "compat", w->old);
	if (!*w->now)
		return 0;
	compat_add(c, w->now);
	if (w->values)
		compat_add(c, value);
	return 0;
}

int compat_read(struct compat *c, int argc, char **argv, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		const struct compat_word *w = find(c, argv[i]);

		if (!w && argv[i][0] == '-' && argv[i][1])
			return fail(e, ERR_USAGE, "unknown option %s; see fwtool help compat",
				    argv[i]);
		if (!w) {
			if (c->operands < LAST_OPERAND)
				c->operand[c->operands++] = argv[i];
			continue;
		}
		if (w->values && i + 1 == argc)
			return fail(e, ERR_USAGE, "%s needs a value; give one behind it",
				    w->old);
		if (take(c, w, argv[i + 1], e) < 0)
			return -1;
		i += (int)w->values;
	}
	return 0;
}

int compat_run(struct compat *c, struct err *e)
{
	char *argv[514] = { (char *)(uintptr_t)"fwtool" };

	for (int i = 0; i <= c->argc; i++)
		argv[i + 1] = i < c->argc ? c->argv[i] : NULL;
	fflush(stdout);
	fflush(stderr);
	execv("/proc/self/exe", argv);
	return fail_sys(e, "cannot run fwtool %s", c->argv[0]);
}
