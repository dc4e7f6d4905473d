/* batchline.c - what became of one input, on one line */
#include <stdlib.h>
#include <string.h>

#include "cmd/batch.h"
#include "cmd/say.h"
#include "core/mem.h"
#include "core/text.h"

enum { MOST_TALK = 16384 };

static const struct {
	const char *word, *text;
} fates[FATES] = {
	[FATE_DONE] = { "done", NULL },
	[FATE_KNOWN] = { "known", NULL },
	[FATE_TIMEOUT] = { "timeout", "not done in time; give a larger --timeout" },
	[FATE_OUTPUT] = { "output", "printed more than 64 MiB; run it alone" },
	[FATE_SIGNAL] = { "signal", "ended by a signal; report it, with the input" },
};

/* By exit status. */
static const char *const words[] = { "ok", "no", "trouble", "partial", "device" };

static const char *status_word(const struct job *j)
{
	if (j->fate != FATE_DONE)
		return fates[j->fate].word;
	return j->status < 5 ? words[j->status] : "trouble";
}

static struct view got(const struct job *j, unsigned i)
{
	return buf_view(&j->got[i]);
}

/* The first line that says something: of the result, else of the talk. */
static void put_people(struct buf *out, const struct job *j)
{
	struct view rest = got(j, JOB_RESULT), line = { 0 };
	struct buf name = { 0 };

	while (next_line(&rest, &line) && !line.len)
		;
	rest = got(j, JOB_TALK);
	if (!line.len)
		next_line(&rest, &line);
	if (view_is(line, 0, j->path, strlen(j->path)))
		line = view_from(line, strlen(j->path) + 2);
	if (line.len > 160)
		line.len = 160;
	put_name(&name, j->path);
	put_text(out, "%-8s %.*s  ", status_word(j), (int)name.len, (char *)name.p);
	if (fates[j->fate].text)
		put_text(out, "%s", fates[j->fate].text);
	else
		put_escaped(out, line);
	put8(out, '\n');
	buf_free(&name);
}

static void add_talk(json_t *doc, struct view talk)
{
	if (talk.len > MOST_TALK)
		talk.len = MOST_TALK;
	if (talk.len)
		json_set_bytes(doc, "talk", talk);
}

static json_t *own_messages(const struct job *j)
{
	json_t *list = json_array();
	struct buf name = { 0 };

	put_name(&name, j->path);
	if (fates[j->fate].text)
		json_array_append_new(list, json_pack("{s:s, s:s+, s:s%, s:s}",
			"level", "error", "code", "batch.", fates[j->fate].word,
			"subject", (char *)name.p, name.len,
			"text", fates[j->fate].text));
	buf_free(&name);
	return list;
}

/* The result is the command's own document, or its text. */
static void add_result(json_t *doc, const struct job *j)
{
	struct view text = got(j, JOB_RESULT);
	json_t *result = NULL;
	struct err e;

	if (text.len && json_parse(&result, text, &e) == 0)
		json_object_set_new(doc, "result", result);
	else if (text.len)
		json_set_bytes(doc, "output", text);
}

static void put_document(struct buf *out, const struct job *j)
{
	static const struct command batch = { .name = "batch" };
	json_t *doc = cmd_document(&batch), *input = json_object();

	json_set_bytes(input, "name", (struct view){ (const uint8_t *)j->path,
						     strlen(j->path), 0 });
	if (*job_digest(j))
		json_object_set_new(input, "sha256", json_string(job_digest(j)));
	json_object_set_new(doc, "ok", json_boolean(j->fate == FATE_DONE &&
						    j->status <= STATUS_NO));
	json_object_set_new(doc, "input", input);
	json_object_set_new(doc, "fate", json_string(fates[j->fate].word));
	json_object_set_new(doc, "status", j->fate == FATE_DONE ?
			    json_integer(j->status) : json_null());
	if (j->signal)
		json_object_set_new(doc, "signal", json_integer(j->signal));
	json_object_set_new(doc, "milliseconds", json_integer(j->ms));
	add_result(doc, j);
	add_talk(doc, got(j, JOB_TALK));
	json_object_set_new(doc, "messages", own_messages(j));
	json_put_line(out, doc);
	json_decref(doc);
}

void batch_line(struct buf *out, const struct job *j, bool json)
{
	if (json)
		put_document(out, j);
	else
		put_people(out, j);
}
