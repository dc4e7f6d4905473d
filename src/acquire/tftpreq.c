/* tftpreq.c - what a TFTP request asks for */
#include "acquire/tftpreq.h"

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

static void take_option(struct tftp_request *r, const char *key, const char *value)
{
	unsigned long n = strtoul(value, NULL, 10);

	if (!strcasecmp(key, "blksize") && n >= 8) {
		r->block = n < TFTP_MOST_BLOCK ? (unsigned)n : TFTP_MOST_BLOCK;
		r->has_block = true;
	} else if (!strcasecmp(key, "timeout") && n >= 1 && n <= 255) {
		r->timeout = (unsigned)n;
		r->has_timeout = true;
	} else if (!strcasecmp(key, "tsize")) {
		r->tsize = strtoull(value, NULL, 10);
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
	if (!mode || strcasecmp(mode, "octet"))
		return false;
	snprintf(r->name, sizeof(r->name), "%s", name);
	while ((key = get_word(&v)) && (value = get_word(&v)))
		take_option(r, key, value);
	return true;
}
