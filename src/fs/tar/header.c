/* header.c - one block of a tar archive */
#include "core/maps.h"
#include "core/work.h"
#include "fs/tar/entry.h"

enum { SUM = 148, SUM_SIZE = 8, MAGIC = 257 };

struct view tar_text(struct view field)
{
	const uint8_t *nul = field.len ? memchr(field.p, 0, field.len) : NULL;

	return nul ? view_sub(field, 0, (uint64_t)(nul - field.p)) : field;
}

/* The first bit marks it; the second one is the sign. */
static bool binary(struct view field, int64_t *n)
{
	bool minus = field.p[0] & 0x40;
	uint64_t x = minus ? UINT64_MAX : 0;

	x = x << 6 | (field.p[0] & 0x3f);
	for (size_t i = 1; i < field.len; i++) {
		if (x >> 55 && x >> 55 != 0x1ff)
			return false;
		x = x << 8 | field.p[i];
	}
	*n = (int64_t)x;
	return minus == (*n < 0);
}

bool tar_number(struct view field, int64_t *n)
{
	size_t i = 0;

	*n = 0;
	if (field.len && field.p[0] & 0x80)
		return binary(field, n);
	while (i < field.len && field.p[i] == ' ')
		i++;
	for (; i < field.len && field.p[i] >= '0' && field.p[i] <= '7'; i++)
		*n = *n << 3 | (field.p[i] - '0');
	return i == field.len || !field.p[i] || field.p[i] == ' ';
}

/* Old ones took bytes as signed. */
static bool sum_holds(struct view v)
{
	int64_t says, sum = 0, other = 0;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool own = i >= SUM && i < SUM + SUM_SIZE;

		sum += own ? ' ' : v.p[i];
		other += own ? ' ' : (int8_t)v.p[i];
	}
	work_add(TAR_BLOCK);
	return tar_number(view_sub(v, SUM, SUM_SIZE), &says) &&
	       (says == sum || says == other);
}

static bool get(struct cursor *c, unsigned size, uint64_t *n)
{
	int64_t x;
	bool ok = tar_number(get_view(c, size), &x) && x >= 0;

	*n = ok ? (uint64_t)x : 0;
	return ok;
}

/* Archives from before 1988, and those of tar --format=v7. */
static bool is_old(struct view v)
{
	int64_t n;

	return v.len && v.p[0] && view_run(view_sub(v, MAGIC, 8), 0) == 8 &&
	       memchr("\0" "0125", v.p[156], 5) &&
	       tar_number(view_sub(v, 100, 8), &n) && n >= 0 && n <= 0177777;
}

bool tar_header_get(struct view v, uint64_t at, struct tar_header *h)
{
	struct view raw = view_sub(v, at, TAR_BLOCK);
	struct cursor c = cursor(raw, LITTLE);
	bool ok;

	*h = (struct tar_header){ .raw = raw };
	maps_touched(raw);
	h->old = is_old(raw);
	if ((!h->old && !view_is(raw, MAGIC, "ustar", 5)) || !sum_holds(raw))
		return false;
	get_skip(&c, 100);
	get(&c, 8, &h->mode);
	get(&c, 8, &h->uid);
	get(&c, 8, &h->gid);
	ok = get(&c, 12, &h->size);
	tar_number(get_view(&c, 12), &h->mtime);
	get_skip(&c, 8);
	h->type = (char)get8(&c);
	c.pos = 329;
	get(&c, 8, &h->major);
	get(&c, 8, &h->minor);
	h->gnu = view_is(raw, MAGIC, "ustar ", 6);
	return ok;
}
