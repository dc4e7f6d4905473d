/* err.h - what went wrong, said once where it is known */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include <stdbool.h>
#include <stdint.h>

enum errkind {
	ERR_NONE,
	ERR_USAGE,	 /* the user asked for something that makes no sense */
	ERR_IO,		 /* the system refused */
	ERR_FORMAT,	 /* the image breaks its own rules */
	ERR_UNSUPPORTED, /* valid, but not something we can do */
	ERR_LIMIT,	 /* valid, but larger than we agreed to handle */
	ERR_DEVICE,	 /* a programmer, a chip or a console misbehaved */
};

enum place { PLACE_NONE, PLACE_OFFSET, PLACE_LINE };

/*
 * Every function that can fail takes a struct err last and returns 0 or -1
 * (or a pointer or NULL). The function that notices fills it; callers pass
 * -1 up, adding where they were with within(). Only cmd/ prints it, as
 *
 *	fwtool: error: SUBJECT:PLACE: text
 *
 * A text has the form "what; what to do": lower case, no final period. The
 * subject is the file, the port or the option; whoever opened it sets it
 * (err_about), nobody else names it. Where it is empty, cmd/ puts the INPUT.
 */
struct err {
	enum errkind kind;
	enum place place;
	uint64_t at;		/* an offset in the image, or a line number */
	char code[32];		/* "jffs2.node-crc": stable, for JSON and -v */
	char subject[256];
	char text[512];
};

/* All of these return -1, so that a failing path is one line. */
int fail(struct err *e, enum errkind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int fail_at(struct err *e, uint64_t at, const char *fmt, ...)	/* ERR_FORMAT */
	__attribute__((format(printf, 3, 4)));
int fail_line(struct err *e, uint64_t line, const char *fmt, ...) /* ERR_FORMAT */
	__attribute__((format(printf, 3, 4)));
/*
 * ERR_IO, "fmt: strerror; remedy": what stands behind "; " in fmt, or what is
 * known to help against that errno.
 */
int fail_sys(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int within(struct err *e, const char *fmt, ...)			/* "fmt: text" */
	__attribute__((format(printf, 2, 3)));

/* Name what e is about, unless it has a name already. Returns -1. */
int err_about(struct err *e, const char *subject);

#endif
