/* say.c - messages and hints on stderr, and the same for JSON */
#include "cmd/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

enum { SHOWN_OF_A_KIND = 3, MOST_KINDS = 64, MOST_KEPT = 10000 };

static const char *const level_words[] = { "error", "warning", "note", "trace" };

/* The state of one process's talk; cmd/ is the floor that may have some. */
static struct {
	const struct common *common;
	char subject[256];
	json_t *kept;
	struct kind { char code[32]; enum level level; unsigned n; } kind[MOST_KINDS];
	unsigned kinds, warnings;
	bool hinted;
} talk;

void say_start(const struct common *c)
{
	talk.common = c;
	if (!talk.kept)
		talk.kept = json_array();
	log_hook = say_message;
}

void say_about(const char *input)
{
	snprintf(talk.subject, sizeof(talk.subject), "%s", input ? input : "");
}

unsigned cmd_warnings(void)
{
	return talk.warnings;
}

json_t *say_take_messages(void)
{
	json_t *kept = talk.kept ? talk.kept : json_array();

	talk.kept = json_array();
	return kept;
}

static const char *subject_of(const struct err *w)
{
	return w->subject[0] ? w->subject : talk.subject;
}

static void keep(const struct msg *m)
{
	json_t *o;

	if (!talk.kept || json_array_size(talk.kept) >= MOST_KEPT)
		return;
	o = json_pack("{s:s, s:s}", "level", level_words[m->level], "code",
		      m->what.code[0] ? m->what.code : "general");
	if (subject_of(&m->what)[0])
		json_set_bytes(o, "subject", view_text(subject_of(&m->what)));
	if (m->what.place == PLACE_OFFSET)
		json_object_set_new(o, "offset", json_integer((json_int_t)m->what.at));
	if (m->what.place == PLACE_LINE)
		json_object_set_new(o, "line", json_integer((json_int_t)m->what.at));
	json_set_bytes(o, "text", view_text(m->what.text));
	json_array_append_new(talk.kept, o);
}

/* Whether this one is among the first of its kind. */
static bool is_shown(const struct msg *m)
{
	struct kind *k = talk.kind, *end = k + talk.kinds;

	if (m->level == LOG_ERROR || !m->what.code[0] || talk.common->verbose)
		return true;
	while (k < end && (strcmp(k->code, m->what.code) || k->level != m->level))
		k++;
	if (k == talk.kind + MOST_KINDS)
		return true;
	if (k == end) {
		talk.kinds++;
		snprintf(k->code, sizeof(k->code), "%s", m->what.code);
		k->level = m->level;
	}
	return ++k->n <= SHOWN_OF_A_KIND;
}

static bool is_quiet(enum level level)
{
	static const unsigned quiet_from[] = { 9, 2, 1, 0 };

	if (level == LOG_TRACE)
		return !talk.common->verbose;
	return talk.common->quiet >= quiet_from[level];
}

static void put_subject(struct buf *b, const struct err *w)
{
	const char *s = subject_of(w);

	/* "standard input is empty" names it already. */
	if (*s && !strncmp(w->text, s, strlen(s)))
		s = "";
	if (*s)
		put_escaped(b, view_text(s));
	if (w->place != PLACE_NONE && *s)
		put8(b, ':');
	if (w->place == PLACE_OFFSET)
		put_text(b, "0x%06llx", (unsigned long long)w->at);
	if (w->place == PLACE_LINE)
		put_text(b, "line %llu", (unsigned long long)w->at);
	if (*s || w->place != PLACE_NONE)
		put_text(b, ": ");
}

/* One line whatever the text holds: everything foreign is escaped. */
static void print(const struct msg *m)
{
	struct buf b = { 0 };

	put_text(&b, "fwtool: %s: ",
		 level_words[m->level == LOG_TRACE ? LOG_NOTE : m->level]);
	put_subject(&b, &m->what);
	put_escaped(&b, view_text(m->what.text));
	if (talk.common->verbose && m->what.code[0])
		put_text(&b, " [%s]", m->what.code);
	put8(&b, '\n');
	fflush(stdout);
	fwrite(b.p, 1, b.len, stderr);
	buf_free(&b);
}

void say_message(const struct msg *m)
{
	if (m->level <= LOG_NOTE)
		keep(m);
	if (m->level == LOG_WARNING)
		talk.warnings++;
	progress_end(NULL);
	if (!is_quiet(m->level) && is_shown(m))
		print(m);
}

void cmd_error(const struct err *e)
{
	log_err(LOG_ERROR, e);
}

void say_rest(void)
{
	for (unsigned i = 0; i < talk.kinds; i++) {
		struct kind *k = &talk.kind[i];

		if (k->n > SHOWN_OF_A_KIND && !is_quiet(k->level))
			fprintf(stderr, "fwtool: note: %u more like this [%s], see "
				"--json\n", k->n - SHOWN_OF_A_KIND, k->code);
	}
	talk.kinds = 0;
}

void say(const struct run *r, const char *fmt, ...)
{
	struct buf b = { 0 };
	char text[1024];
	va_list ap;

	if (r->common->quiet)
		return;
	progress_end(r);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_escaped(&b, view_text(text));
	put8(&b, '\n');
	fflush(stdout);
	fwrite(b.p, 1, b.len, stderr);
	buf_free(&b);
}

void hint(const struct run *r, const char *fmt, ...)
{
	const char *env = getenv("FWTOOL_HINTS");
	char text[512];
	va_list ap;

	if (r->common->quiet || talk.hinted || !isatty(STDERR_FILENO) ||
	    (env && !strcmp(env, "0")))
		return;
	talk.hinted = true;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(r, "hint: %s", text);
}
