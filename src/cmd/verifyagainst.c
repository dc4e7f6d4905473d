/* verifyagainst.c - is this dump that file, or of that sha256? */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/verify.h"
#include "core/hash.h"
#include "core/text.h"

static bool is_sha256(const char *s)
{
	struct stat st;

	return strlen(s) == SHA256_TEXT - 1 && stat(s, &st) < 0 &&
	       strspn(s, "0123456789abcdefABCDEF") == SHA256_TEXT - 1;
}

struct difference verify_compare(struct view a, struct view b)
{
	enum { PIECE = 1 << 16 };
	struct difference d = { .a = a.len, .b = b.len };
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i += PIECE) {
		size_t end = n - i < PIECE ? n : i + PIECE;

		if (!memcmp(a.p + i, b.p + i, end - i))
			continue;
		for (size_t k = i; k < end; k++)
			if (a.p[k] != b.p[k] && !d.bytes++)
				d.first = k;
	}
	if (!d.bytes)
		d.first = n;
	return d;
}

static bool is_same(const struct difference *d)
{
	return !d->bytes && d->a == d->b;
}

/* A project has no bytes but those of its parts. */
struct view verify_bytes(const struct input *in)
{
	return in->im.v.len ? in->im.v : in->v;
}

/* As they were read, or, where only that helps, after the fix-ups. */
static struct difference compare_inputs(const struct input *a,
					const struct input *b, bool *fixed)
{
	struct difference d = verify_compare(verify_bytes(a), verify_bytes(b));

	*fixed = false;
	if (is_same(&d) || !(a->napplied + b->napplied))
		return d;
	*fixed = true;
	return verify_compare(a->v, b->v);
}

static void print_difference(const char *a, const char *b,
			     const struct difference *d, bool fixed)
{
	struct buf line = { 0 };

	put_escaped(&line, view_text(a));
	if (is_same(d)) {
		put_text(&line, ": %llu bytes, identical to ",
			 (unsigned long long)d->a);
		put_escaped(&line, view_text(b));
		put_text(&line, "%s", fixed ? " after the fix-ups" : "");
	} else {
		put_text(&line, " and ");
		put_escaped(&line, view_text(b));
		put_text(&line, ": %llu of %llu bytes differ, the first at 0x%06llx",
			 (unsigned long long)d->bytes,
			 (unsigned long long)(d->a < d->b ? d->a : d->b),
			 (unsigned long long)d->first);
		if (d->a != d->b)
			put_text(&line, "; they are %llu and %llu bytes long",
				 (unsigned long long)d->a, (unsigned long long)d->b);
	}
	printf("%s\n", buf_string(&line));
	buf_free(&line);
}

static void fill(struct run *r, const char *a, const char *b, bool same)
{
	json_set_bytes(r->doc, "a", view_text(a));
	json_set_bytes(r->doc, "b", view_text(b));
	json_object_set_new(r->doc, "same", json_boolean(same));
}

int verify_say(struct run *r, const char *a, const char *b,
	       const struct difference *d, bool fixed)
{
	fill(r, a, b, is_same(d));
	if (!r->common->json) {
		print_difference(a, b, d, fixed);
		return is_same(d) ? STATUS_OK : STATUS_NO;
	}
	json_object_set_new(r->doc, "differ", json_integer((json_int_t)d->bytes));
	json_object_set_new(r->doc, "sizes", json_pack("[I, I]", (json_int_t)d->a,
						       (json_int_t)d->b));
	if (!is_same(d))
		json_object_set_new(r->doc, "first",
				    json_integer((json_int_t)d->first));
	return is_same(d) ? STATUS_OK : STATUS_NO;
}

static int against_file(struct run *r, const struct input *in, const char *path,
			const struct plan_opts *o, struct err *e)
{
	struct plan other = { 0 };
	struct difference d;
	bool fixed;

	if (plan_open(&other, path, o, e) < 0) {
		plan_free(&other);
		return -1;
	}
	d = compare_inputs(in, &other.in, &fixed);
	plan_free(&other);
	return verify_say(r, in->im.name, path, &d, fixed);
}

static bool equal_case(const char *a, const char *b)
{
	while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

static int against_sha256(struct run *r, const struct input *in, const char *want)
{
	char raw[SHA256_TEXT], fixed[SHA256_TEXT];
	struct buf name = { 0 };
	bool same;

	sha256_text(verify_bytes(in), raw);
	sha256_text(in->v, fixed);
	same = equal_case(raw, want) || equal_case(fixed, want);
	fill(r, in->im.name, want, same);
	put_escaped(&name, view_text(in->im.name));
	if (r->common->json)
		json_object_set_new(r->doc, "sha256", json_string(raw));
	else if (same)
		printf("%s: %zu bytes, sha256 agrees%s\n", buf_string(&name), in->v.len,
		       equal_case(raw, want) ? "" : " after the fix-ups");
	else
		printf("%s: sha256 is %s, not %s\n", buf_string(&name), raw, want);
	buf_free(&name);
	return same ? STATUS_OK : STATUS_NO;
}

int verify_against(struct run *r, const struct input *in, const char *what,
		   const struct plan_opts *o, struct err *e)
{
	if (is_sha256(what))
		return against_sha256(r, in, what);
	if (!strncmp(what, "--", 2))
		return verify_chip(r, in, what + 2, e);
	return against_file(r, in, what, o, e);
}
