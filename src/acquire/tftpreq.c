/* tftpreq.c - the packets of TFTP (RFC 1350, 2347 to 2349) */
#include "acquire/tftpreq.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* The next NUL-terminated word of a request, or NULL. */
static const char *get_word(struct view *v)
{
	const uint8_t *end = v->len ? memchr(v->p, 0, v->len) : NULL;
	const char *word = (const char *)v->p;

	if (!end)
		return NULL;
	*v = view_from(*v, (uint64_t)(end - v->p) + 1);
	return word;
}

static bool get_number(const char *text, uint64_t *x)
{
	char *end;

	*x = strtoull(text, &end, 10);
	return isdigit((unsigned char)text[0]) && !*end;
}

/* An option that is not understood, or out of range, is left unanswered. */
static void take_option(struct tftp_request *r, const char *key, const char *value)
{
	uint64_t n;

	if (!get_number(value, &n))
		return;
	if (!strcasecmp(key, "blksize") && n >= 8) {
		r->block = n < TFTP_MOST_BLOCK ? (unsigned)n : TFTP_MOST_BLOCK;
		r->has_block = true;
	} else if (!strcasecmp(key, "timeout") && n >= 1 && n <= 255) {
		r->timeout = (unsigned)n;
		r->has_timeout = true;
	} else if (!strcasecmp(key, "tsize")) {
		r->tsize = n;
		r->has_tsize = true;
	}
}

bool tftp_parse(struct view v, struct tftp_request *r)
{
	const char *name, *mode, *key, *value;

	*r = (struct tftp_request){ .op = peek16(v, 0, BIG), .block = TFTP_BLOCK };
	v = view_from(v, 2);
	if (r->op != RRQ && r->op != WRQ)
		return false;
	name = get_word(&v);
	mode = name ? get_word(&v) : NULL;
	if (!mode)
		return false;
	r->octet = !strcasecmp(mode, "octet");
	snprintf(r->name, sizeof(r->name), "%s", name);
	while ((key = get_word(&v)) && (value = get_word(&v)))
		take_option(r, key, value);
	return true;
}

static void put_option(struct buf *b, const char *key, uint64_t value)
{
	put(b, key, strlen(key) + 1);
	put_text(b, "%llu", (unsigned long long)value);
	put8(b, 0);
}

bool tftp_oack(const struct tftp_request *r, uint64_t size, struct buf *out)
{
	if (!r->has_block && !r->has_timeout && !r->has_tsize)
		return false;
	out->endian = BIG;
	put16(out, OACK);
	if (r->has_block)
		put_option(out, "blksize", r->block);
	if (r->has_timeout)
		put_option(out, "timeout", r->timeout);
	if (r->has_tsize)
		put_option(out, "tsize", r->op == WRQ ? r->tsize : size);
	return true;
}

void tftp_error_text(struct view v, char *text, size_t n)
{
	size_t len = 0;

	for (v = view_from(v, TFTP_HEAD); len < v.len && len + 1 < n && v.p[len]; len++)
		text[len] = v.p[len] >= ' ' && v.p[len] < 0x7f ? (char)v.p[len] : '?';
	text[len] = 0;
}
