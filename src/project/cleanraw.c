/* cleanraw.c - personal data amid raw bytes that no structure holds */
#include <string.h>

#include "core/text.h"
#include "project/cleaning.h"

static bool is_raw(const struct rule *r)
{
	for (size_t i = 0; i < r->globs; i++)
		if (!strcmp(r->glob[i], "raw"))
			return true;
	return false;
}

static void found_raw(struct cleaning *c, const char *part, uint64_t at,
		      const char *kind, struct view label, struct view value)
{
	struct buf where = { 0 }, masked = { 0 };

	put_text(&where, "%s%s0x%06llx", part, *part ? ":" : "", (unsigned long long)at);
	clean_mask(&masked, label, value, c->show);
	clean_add(c, buf_string(&where), kind, buf_string(&masked), false);
	buf_free(&where);
	buf_free(&masked);
}

static uint64_t wipe(uint8_t *p, size_t n, uint8_t fill)
{
	memset(p, fill, n);
	return n;
}

static bool is_printable(struct view v)
{
	for (size_t i = 0; i < v.len; i++)
		if (v.p[i] < ' ' || v.p[i] >= 0x7f)
			return false;
	return true;
}

/* Keys amid raw bytes: only values that look like one. */
static uint64_t wipe_keys(struct cleaning *c, const struct rule *r, const char *part,
			  uint64_t at, uint8_t *p, size_t n, uint8_t fill)
{
	struct view v = { p, n, 0 }, key, value;
	uint64_t from = 0, wiped = 0;

	while (key_value(r, v, from, &key, &value)) {
		from = (uint64_t)(value.p - p) + value.len;
		if (value.len < LEAST_SECRET || !is_printable(value))
			continue;
		found_raw(c, part, at + (uint64_t)(value.p - p), r->kind, key, value);
		clean_keep_secret(c, value, r->kind);
		wiped += wipe(p + (value.p - p), value.len, fill);
	}
	return wiped;
}

static uint64_t wipe_pem(struct cleaning *c, const struct rule *r, const char *part,
			 uint64_t at, uint8_t *p, size_t n, uint8_t fill)
{
	struct at_work w = { c, r, part };
	struct buf left = { 0 };
	size_t secrets = c->secrets;
	uint64_t wiped = 0;

	(void)at;
	if (r->method->edit(&w, (struct view){ p, n, 0 }, &left))
		for (size_t i = secrets; i < c->secrets; i++)
			for (uint8_t *hit; (hit = memmem(p, n, c->secret[i].p,
							 c->secret[i].len)); )
				wiped += wipe(hit, c->secret[i].len, fill);
	buf_free(&left);
	return wiped;
}

static uint64_t wipe_secret(struct cleaning *c, const struct secret *s,
			    const char *part, uint64_t at, uint8_t *p, size_t n,
			    uint8_t fill)
{
	uint64_t wiped = 0;
	uint8_t *hit;

	while ((hit = memmem(p, n, s->p, s->len))) {
		found_raw(c, part, at + (uint64_t)(hit - p), s->kind, view_text(""),
			  (struct view){ s->p, s->len, 0 });
		wiped += wipe(hit, s->len, fill);
	}
	return wiped;
}

uint64_t clean_raw(struct cleaning *c, const char *part, uint64_t at, uint8_t *p,
		   size_t n, uint8_t fill)
{
	uint64_t wiped = 0;

	for (size_t i = 0; i < c->rules->n; i++) {
		const struct rule *r = &c->rules->v[i];

		if (!is_raw(r))
			continue;
		wiped += r->method->edit == edit_keys
		       ? wipe_keys(c, r, part, at, p, n, fill)
		       : r->method->edit == edit_pem
		       ? wipe_pem(c, r, part, at, p, n, fill) : 0;
	}
	for (size_t i = 0; i < c->secrets; i++)
		wiped += wipe_secret(c, &c->secret[i], part, at, p, n, fill);
	return wiped;
}
