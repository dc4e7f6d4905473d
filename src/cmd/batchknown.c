/* batchknown.c - which inputs the lines of an earlier run have done */
#include <stdlib.h>
#include <string.h>

#include "cmd/batch.h"
#include "core/mem.h"
#include "core/text.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool have(const struct digests *d, const char *text)
{
	return d->n && bsearch(text, d->v, d->n, sizeof(*d->v), by_text);
}

static void add(struct digests *d, const char *text)
{
	d->v = xgrow(d->v, &d->cap, d->n + 1, sizeof(*d->v));
	memcpy(d->v[d->n++], text, SHA256_TEXT);
}

static void sort(struct digests *d)
{
	if (d->n)
		qsort(d->v, d->n, sizeof(*d->v), by_text);
}

/* A digest of what a line calls its input, and of what was in it ("": any). */
static void of_both(const json_t *input, const char *hash, char out[SHA256_TEXT])
{
	const char *name = json_string_value(json_object_get(input, "name"));
	const char *b64 = json_string_value(json_object_get(input, "name_b64"));
	struct buf b = { 0 };

	put_text(&b, "%s %s %s", hash, name ? "name" : "b64",
		 name ? name : b64 ? b64 : "");
	sha256_text(buf_view(&b), out);
	buf_free(&b);
}

static void of_path(const char *path, const char *hash, char out[SHA256_TEXT])
{
	json_t *input = json_object();

	json_set_bytes(input, "name", (struct view){ (const uint8_t *)path,
						     strlen(path), 0 });
	of_both(input, hash, out);
	json_decref(input);
}

bool batch_has(const struct digests *d, const char *path, const char *hash)
{
	char both[SHA256_TEXT];

	if (!d->n || !*hash)
		return false;
	of_path(path, hash, both);
	return have(d, hash) || have(d, both);
}

/* The line of an input at hand is not that of another with the same bytes. */
static void learn(struct digests *d, const struct digests *here, const json_t *doc)
{
	const char *fate = json_string_value(json_object_get(doc, "fate"));
	const json_t *input = json_object_get(doc, "input");
	const char *hash = json_string_value(json_object_get(input, "sha256"));
	char text[SHA256_TEXT];

	if (!fate || strcmp(fate, "done") || !hash || strlen(hash) != SHA256_TEXT - 1)
		return;
	of_both(input, "", text);
	if (have(here, text)) {
		of_both(input, hash, text);
		hash = text;
	}
	add(d, hash);
}

static void learn_all(const struct inputs *in, struct digests *here)
{
	char text[SHA256_TEXT];

	for (size_t i = 0; i < in->n; i++) {
		of_path(in->path[i], "", text);
		add(here, text);
	}
	sort(here);
}

uint64_t batch_known(struct digests *d, const struct inputs *in, struct view lines)
{
	struct view rest = lines, line;
	struct digests here = { 0 };
	uint64_t whole = 0;

	learn_all(in, &here);
	while (rest.len && memchr(rest.p, '\n', rest.len) && next_line(&rest, &line)) {
		json_t *doc = NULL;
		struct err e;

		whole = lines.len - rest.len;
		if (json_parse(&doc, line, &e) == 0)
			learn(d, &here, doc);
		json_decref(doc);
	}
	free(here.v);
	sort(d);
	return whole;
}
