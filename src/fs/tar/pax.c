/* pax.c - the records that pax puts before an entry */
#include "fs/tar/entry.h"

/* TRIVIAL: of owner, group and others alone, which the mode says as well. */
enum { MOST_DIGITS = 9, TRIVIAL = 4 + 3 * 8 };

bool pax_next(struct view *v, struct view *key, struct view *value)
{
	uint64_t n = 0;
	size_t i = 0;
	struct view record;
	const uint8_t *is;

	for (; i < v->len && i < MOST_DIGITS && v->p[i] >= '0' && v->p[i] <= '9'; i++)
		n = n * 10 + (v->p[i] - '0');
	record = view_sub(*v, 0, n);
	if (!i || n < i + 3 || record.len != n || record.p[i] != ' ' ||
	    record.p[n - 1] != '\n')
		return false;
	record = view_sub(record, i + 1, n - i - 2);
	is = memchr(record.p, '=', record.len);
	if (!is)
		return false;
	*key = view_sub(record, 0, (uint64_t)(is - record.p));
	*value = view_from(record, key->len + 1);
	if (!value->len)	/* empty, but there */
		value->p = is;
	*v = view_from(*v, n);
	return true;
}

struct view pax_find(struct view v, const char *key)
{
	struct view k, value, found = { 0 };

	while (pax_next(&v, &k, &value))
		if (view_equal(k, view_text(key)))
			found = value;
	return found;
}

bool pax_number(struct view value, int64_t *n)
{
	size_t i = view_is(value, 0, "-", 1);
	bool minus = i, digits = false;
	uint64_t x = 0;

	for (; i < value.len && value.p[i] >= '0' && value.p[i] <= '9'; i++) {
		if (x > (uint64_t)INT64_MAX / 10 - 1)
			return false;
		x = x * 10 + (value.p[i] - '0');
		digits = true;
	}
	if (minus && i < value.len && value.p[i] == '.' &&
	    view_run(view_from(value, i + 1), '0') < value.len - i - 1)
		x++;
	*n = minus ? -(int64_t)x : (int64_t)x;
	return digits && (i == value.len || value.p[i] == '.');
}

static bool set_acl(struct tree *t, struct node *n, const char *name,
		    struct view text)
{
	struct buf b = { 0 };
	bool ok = !text.p || tar_acl(text, &b);

	if (ok && b.len > TRIVIAL)
		tree_xattr(t, n, name, buf_view(&b));
	buf_free(&b);
	return ok;
}

/* GNU tar and bsdtar, star: "SCHILY.xattr." and the name, the value as it is. */
size_t tar_xattrs(struct tree *t, struct node *n, struct view pax)
{
	static const char prefix[] = "SCHILY.xattr.";
	size_t skip = sizeof(prefix) - 1;
	struct view key, value, all = pax;
	struct buf name = { 0 };
	unsigned count = 0;

	while (pax_next(&pax, &key, &value)) {
		if (key.len <= skip || !view_is(key, 0, prefix, skip) ||
		    memchr(key.p, 0, key.len))
			continue;
		if (count++ == TAR_MOST_XATTRS) {
			tree_damage(t, value.at, n, "tar.xattr", "has more than %u "
				    "attributes; the others are missing", count - 1);
			break;
		}
		buf_clear(&name);
		put_view(&name, view_from(key, skip));
		tree_xattr(t, n, buf_string(&name), value);
	}
	buf_free(&name);
	return !set_acl(t, n, "system.posix_acl_access",
			pax_find(all, "SCHILY.acl.access")) +
	       !set_acl(t, n, "system.posix_acl_default",
			pax_find(all, "SCHILY.acl.default"));
}
