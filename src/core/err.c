/* err.c - what went wrong, said once where it is known */
#include "core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int vfail(struct err *e, enum errkind kind, const char *fmt, va_list ap)
{
	*e = (struct err){ .kind = kind };
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	return -1;
}

int fail(struct err *e, enum errkind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfail(e, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int fail_at(struct err *e, uint64_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfail(e, ERR_FORMAT, fmt, ap);
	va_end(ap);
	e->place = PLACE_OFFSET;
	e->at = at;
	return -1;
}

int fail_line(struct err *e, uint64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfail(e, ERR_FORMAT, fmt, ap);
	va_end(ap);
	e->place = PLACE_LINE;
	e->at = line;
	return -1;
}

/* What helps against a refusal of the system, where the caller has no word. */
static const char *remedy(int error)
{
	static const struct { int error; const char *text; } table[] = {
		{ ENOENT, "check the name" }, { ENOTDIR, "check the name" },
		{ EACCES, "check its permissions" }, { EPERM, "check its permissions" },
		{ EROFS, "choose another place" }, { EISDIR, "give a file" },
		{ ENOSPC, "make room there" }, { EDQUOT, "make room there" },
		{ EMFILE, "raise ulimit -n" }, { ENOMEM, "free some memory" },
		{ EEXIST, "choose another name" }, { EBUSY, "see who holds it" },
		{ ENODEV, "plug it in" }, { ENXIO, "plug it in" },
		{ EIO, "the medium or the cable is bad, read again" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].error == error)
			return table[i].text;
	return "try again";
}

int fail_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	char text[384], *own;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	errno = saved;
	own = strstr(text, "; ");
	if (own)
		*own = 0;
	return fail(e, ERR_IO, "%s: %s; %s", text, strerror(saved),
		    own ? own + 2 : remedy(saved));
}

int within(struct err *e, const char *fmt, ...)
{
	char where[256], was[sizeof(e->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(where, sizeof(where), fmt, ap);
	va_end(ap);
	memcpy(was, e->text, sizeof(was));
	snprintf(e->text, sizeof(e->text), "%s: %.*s", where,
		 (int)(sizeof(was) - sizeof(where) - 3), was);
	return -1;
}

int err_about(struct err *e, const char *subject)
{
	if (!e->subject[0])
		snprintf(e->subject, sizeof(e->subject), "%s", subject);
	return -1;
}
