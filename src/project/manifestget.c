/* manifestget.c - members of a manifest, each checked as it is taken */
#include "project/manifestget.h"

#include <stdio.h>

#include "project/jsonline.h"

int take_word(const json_t *o, const char *key, char *room, size_t n,
	      struct err *e)
{
	const char *s = json_get_text(o, key, e);

	if (!s)
		return -1;
	if (strlen(s) >= n)
		return fail(e, ERR_LIMIT, "\"%s\" is longer than %zu; make it anew "
			    "with fwtool carve", key, n - 1);
	memcpy(room, s, strlen(s) + 1);
	return 0;
}

int take_bytes(const json_t *o, const char *key, char *room, size_t n,
	       struct err *e)
{
	struct buf b = { 0 };

	if (json_get_bytes(o, key, &b) < 0) {
		buf_free(&b);
		return fail(e, ERR_FORMAT, "\"%s\" is missing or no text; make it "
			    "anew with fwtool carve", key);
	}
	snprintf(room, n, "%s", buf_string(&b));
	buf_free(&b);
	return 0;
}

int take_sha256(const json_t *o, const char *key, char *room, struct err *e)
{
	if (take_word(o, key, room, SHA256_TEXT, e) < 0)
		return -1;
	if (strlen(room) != SHA256_TEXT - 1 ||
	    strspn(room, "0123456789abcdef") != SHA256_TEXT - 1)
		return fail(e, ERR_FORMAT, "\"%s\" is no sha256 in lower-case "
			    "hexadecimal; make it anew with fwtool carve", key);
	return 0;
}

int take_file(const json_t *o, const char *key, char *room, size_t n,
	      struct err *e)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@";

	if (take_word(o, key, room, n, e) < 0)
		return -1;
	if (!*room || *room == '.' || *room == '-' || room[strspn(room, plain)])
		return fail(e, ERR_FORMAT, "\"%s\" is no plain file name; make it "
			    "anew with fwtool carve", key);
	return 0;
}

bool take_flag(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

enum proof take_proof(const char *word)
{
	for (int i = PROOF_WEAK; i <= PROOF_PROVEN; i++)
		if (!strcmp(word, proof_words[i]))
			return (enum proof)i;
	return PROOF_NONE;
}

int on_line(struct err *e, struct view text, const char *list, uint64_t i)
{
	if (e->place == PLACE_NONE) {
		e->place = PLACE_LINE;
		e->at = json_line(text, list, i);
	}
	return -1;
}
