/* log.c - what is worth saying although the work goes on */
#include "core/log.h"

#include <stdio.h>

void (*log_hook)(const struct msg *m);

void log_err(enum level level, const struct err *e)
{
	struct msg m = { level, *e };

	if (log_hook)
		log_hook(&m);
}

static void say(struct msg *m, const char *code, const char *fmt, va_list ap)
{
	if (!log_hook)
		return;
	snprintf(m->what.code, sizeof(m->what.code), "%s", code);
	vsnprintf(m->what.text, sizeof(m->what.text), fmt, ap);
	log_hook(m);
}

#define SAY(...)						\
	do {							\
		struct msg m = { __VA_ARGS__ };			\
		va_list ap;					\
								\
		va_start(ap, fmt);				\
		say(&m, code, fmt, ap);				\
		va_end(ap);					\
	} while (0)

void warn(const char *code, const char *fmt, ...)
{
	SAY(.level = LOG_WARNING);
}

void warn_at(const char *code, uint64_t at, const char *fmt, ...)
{
	SAY(.level = LOG_WARNING, .what = { .place = PLACE_OFFSET, .at = at });
}

void warn_line(const char *code, uint64_t line, const char *fmt, ...)
{
	SAY(.level = LOG_WARNING, .what = { .place = PLACE_LINE, .at = line });
}

void note(const char *code, const char *fmt, ...)
{
	SAY(.level = LOG_NOTE);
}

void note_at(const char *code, uint64_t at, const char *fmt, ...)
{
	SAY(.level = LOG_NOTE, .what = { .place = PLACE_OFFSET, .at = at });
}

void trace(const char *code, const char *fmt, ...)
{
	SAY(.level = LOG_TRACE);
}
