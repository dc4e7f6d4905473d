/* join.c - mtd0.bin, mtd1.bin, ... in the order of their numbers */
#include "fixup/join.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* Where the digits behind "mtd" or "mtdblock" begin, or NULL. */
static const char *behind_mtd(const char *name)
{
	const char *s = strstr(name, "mtd");

	if (!s)
		return NULL;
	s += 3;
	if (!strncmp(s, "block", 5))
		s += 5;
	return isdigit((uint8_t)*s) ? s : NULL;
}

static size_t common(const struct join_file *f, size_t n)
{
	const char *first = base_name(f[0].path);
	size_t len = strlen(first);

	for (size_t i = 1; i < n; i++) {
		const char *name = base_name(f[i].path);
		size_t k = 0;

		while (k < len && name[k] == first[k])
			k++;
		len = k;
	}
	while (len && isdigit((uint8_t)first[len - 1]))
		len--;
	return len;
}

static const char *digits_of(const struct join_file *f, size_t skip)
{
	const char *name = base_name(f->path), *s = behind_mtd(name);

	if (s)
		return s;
	s = strlen(name) >= skip ? name + skip : name;
	return isdigit((uint8_t)*s) ? s : NULL;
}

static int by_number(const void *a, const void *b)
{
	const struct join_file *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->path, y->path);
}

static int one_of_each(struct join_file *f, size_t n, struct err *e)
{
	for (size_t i = 1; i < n; i++) {
		if (f[i].number != f[i - 1].number)
			continue;
		if (!view_equal(f[i].v, f[i - 1].v))
			return fail(e, ERR_USAGE, "%s and %s have the same number and "
				    "different bytes; leave one out",
				    base_name(f[i - 1].path), base_name(f[i].path));
		f[i - 1].left_out = true;
		snprintf(f[i - 1].why, sizeof(f[i - 1].why), "is the same as %.80s",
			 base_name(f[i].path));
	}
	return 0;
}

int join_sort(struct join_file *f, size_t n, struct err *e)
{
	size_t skip = n ? common(f, n) : 0;

	for (size_t i = 0; i < n && n > 1; i++) {
		const char *s = digits_of(&f[i], skip);

		if (!s)
			return fail(e, ERR_USAGE, "%s has no number to sort by; name the "
				    "files mtd0.bin, mtd1.bin and so on",
				    base_name(f[i].path));
		f[i].number = strtoull(s, NULL, 10);
	}
	if (n > 1)
		qsort(f, n, sizeof(*f), by_number);
	return one_of_each(f, n, e);
}

const char *join_name(const struct join_file *like, uint64_t number, char *room)
{
	const char *name = base_name(like->path), *s = behind_mtd(name);
	int width = 1;

	for (; !s && *name; name++)
		if (isdigit((uint8_t)*name))
			s = name;
	name = base_name(like->path);
	if (!s)
		s = name + strlen(name);
	if (s[0] == '0' && isdigit((uint8_t)s[1]))
		width = (int)strspn(s, "0123456789");
	snprintf(room, 256, "%.*s%0*llu%.100s", (int)(s - name < 100 ? s - name : 100),
		 name, width, (unsigned long long)number,
		 s + strspn(s, "0123456789"));
	return room;
}

static int missing(const struct join_file *a, const struct join_file *b,
		   uint64_t from, uint64_t to, struct err *e)
{
	char first[256], last[256], many[300] = "";
	bool several = to - from > 1;

	join_name(a ? a : b, from, first);
	join_name(a ? a : b, to - 1, last);
	if (several)
		snprintf(many, sizeof(many), " to %s are", last);
	else
		snprintf(many, sizeof(many), " is");
	if (!a)
		return fail(e, ERR_USAGE, "%s%s missing before %s; add it, or give the "
			    "map with -m", first, many, base_name(b->path));
	return fail(e, ERR_USAGE, "%s%s missing between %s and %s; add it, or give the "
		    "map with -m", first, many, base_name(a->path), base_name(b->path));
}

int join_check(const struct join_file *f, size_t n, struct err *e)
{
	/* mtd0 may have been left out on purpose, where it holds all others. */
	if (n > 1 && f[0].number > 1)
		return missing(NULL, &f[0], 0, f[0].number, e);
	for (size_t i = 1; i < n; i++)
		if (f[i].number > f[i - 1].number + 1)
			return missing(&f[i - 1], &f[i], f[i - 1].number + 1,
				       f[i].number, e);
	return 0;
}

/* How many files from `from` on, put together, are f; 0: none. */
static size_t holds(const struct join_file *f, const struct join_file *from,
		    const struct join_file *end)
{
	uint64_t at = 0;
	size_t n = 0;

	for (; from < end && at < f->v.len; from++) {
		if (from->left_out)
			continue;
		if (!from->v.len || !view_is(f->v, at, from->v.p, from->v.len))
			return 0;
		at += from->v.len;
		n++;
	}
	return at == f->v.len ? n : 0;
}

static void leave_out(struct join_file *f, const struct join_file *first,
		      const struct join_file *last)
{
	f->left_out = true;
	snprintf(f->why, sizeof(f->why), "holds %.40s to %.40s",
		 base_name(first->path), base_name(last->path));
}

void join_leave_out(struct join_file *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* What is all alike could be anything put together. */
		if (f[i].left_out || !f[i].v.len ||
		    view_run(f[i].v, f[i].v.p[0]) == f[i].v.len)
			continue;
		size_t k = holds(&f[i], f + i + 1, f + n);

		if (k >= 2)
			leave_out(&f[i], &f[i + 1], &f[i + k]);
		for (size_t from = 0; !f[i].left_out && i >= 2 && from <= i - 2; from++)
			if (holds(&f[i], f + from, f + i) == i - from)
				leave_out(&f[i], &f[from], &f[i - 1]);
	}
}
