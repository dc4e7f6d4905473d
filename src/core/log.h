/* log.h - what is worth saying although the work goes on */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stdarg.h>

#include "core/err.h"

enum level { LOG_ERROR, LOG_WARNING, LOG_NOTE, LOG_TRACE };

/*
 * A remark on the way: damage that does not stop the work is a warning (and
 * the command then exits 3), a decision taken by itself is a note. Same
 * fields and same form of text as struct err.
 */
struct msg {
	enum level level;
	struct err what;
};

/*
 * The one global: where remarks go. cmd/ prints them, tests collect them.
 * NULL drops them. Called from the thread that noticed; workers of par.h
 * must not log but hand their remarks to the ordered side.
 */
extern void (*log_hook)(const struct msg *m);

void log_err(enum level level, const struct err *e);
void warn(const char *code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void warn_at(const char *code, uint64_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void warn_line(const char *code, uint64_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void note(const char *code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void note_at(const char *code, uint64_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void trace(const char *code, const char *fmt, ...)	/* shown with -v */
	__attribute__((format(printf, 2, 3)));

#endif
