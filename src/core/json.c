/* json.c - jansson with our conventions for hostile names and failures */
#include "core/json.h"

#include <nettle/base64.h>
#include <stdio.h>

#include "core/mem.h"
#include "core/text.h"

static void key_b64(char *room, size_t n, const char *key)
{
	snprintf(room, n, "%s_b64", key);
}

void json_set_bytes(json_t *obj, const char *key, struct view text)
{
	struct buf b = { 0 };
	char other[64];

	/* json_stringn checks nothing of NULs: they are allowed in JSON. */
	if (is_utf8(text)) {
		json_object_set_new(obj, key,
				    json_stringn((const char *)text.p, text.len));
		return;
	}
	key_b64(other, sizeof(other), key);
	base64_encode_raw((char *)buf_room(&b, BASE64_ENCODE_RAW_LENGTH(text.len)),
			  text.len, text.p);
	json_object_set_new(obj, other,
			    json_stringn((char *)b.p,
					 BASE64_ENCODE_RAW_LENGTH(text.len)));
	buf_free(&b);
}

int json_get_bytes(const json_t *obj, const char *key, struct buf *out)
{
	struct base64_decode_ctx ctx;
	const json_t *plain = json_object_get(obj, key), *b64;
	char other[64];
	size_t n;

	if (json_is_string(plain)) {
		put(out, json_string_value(plain), json_string_length(plain));
		return 0;
	}
	key_b64(other, sizeof(other), key);
	b64 = json_object_get(obj, other);
	if (!json_is_string(b64))
		return -1;
	base64_decode_init(&ctx);
	n = BASE64_DECODE_LENGTH(json_string_length(b64));
	if (!base64_decode_update(&ctx, &n, buf_room(out, n + 1),
				  json_string_length(b64), json_string_value(b64)) ||
	    !base64_decode_final(&ctx))
		return -1;
	out->len += n;
	return 0;
}

int json_parse(json_t **doc, struct view text, struct err *e)
{
	json_error_t je;

	*doc = json_loadb((const char *)text.p, text.len,
			  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &je);
	if (*doc)
		return 0;
	return fail_line(e, je.line > 0 ? (uint64_t)je.line : 1,
			 "is no valid JSON (%.120s); restore the file or make it anew",
			 je.text);
}

int json_get_u64(const json_t *obj, const char *key, uint64_t *out, struct err *e)
{
	const json_t *x = json_object_get(obj, key);

	if (!json_is_integer(x) || json_integer_value(x) < 0)
		return fail(e, ERR_FORMAT, "\"%s\" is missing or no offset or size; "
			    "restore the file or make it anew", key);
	*out = (uint64_t)json_integer_value(x);
	return 0;
}

const char *json_get_text(const json_t *obj, const char *key, struct err *e)
{
	const json_t *x = json_object_get(obj, key);

	if (!json_is_string(x) || strlen(json_string_value(x)) != json_string_length(x)) {
		fail(e, ERR_FORMAT, "\"%s\" is missing or no text; restore the file or "
		     "make it anew", key);
		return NULL;
	}
	return json_string_value(x);
}

static int take(const char *p, size_t n, void *out)
{
	put(out, p, n);
	return 0;
}

void json_put(struct buf *out, const json_t *doc)
{
	json_dump_callback(doc, take, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	put8(out, '\n');
}

void json_put_line(struct buf *out, const json_t *doc)
{
	json_dump_callback(doc, take, out, JSON_COMPACT | JSON_PRESERVE_ORDER);
	put8(out, '\n');
}
