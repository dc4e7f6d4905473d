/* json.h - jansson with our conventions for hostile names and failures */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <jansson.h>

#include "core/buf.h"
#include "core/err.h"

/* obj[key] = the text; or obj[key_b64] = base64 of it where it is not UTF-8. */
void json_set_bytes(json_t *obj, const char *key, struct view text);
/* The reverse; the result is appended to out. -1: absent or damaged. */
int json_get_bytes(const json_t *obj, const char *key, struct buf *out);

/* Reading a document of ours: absent or of a wrong type is an error line. */
int json_parse(json_t **doc, struct view text, struct err *e);
int json_get_u64(const json_t *obj, const char *key, uint64_t *out, struct err *e);
const char *json_get_text(const json_t *obj, const char *key, struct err *e);

/* The document as text, indented by two, a newline at the end. */
void json_put(struct buf *out, const json_t *doc);
void json_put_line(struct buf *out, const json_t *doc);	/* for --jsonl */

#endif
