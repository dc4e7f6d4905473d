/* view.h - bounded windows on bytes, and the one way to read numbers from them */
#ifndef CORE_VIEW_H
#define CORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum endian { LITTLE, BIG };

/*
 * A view borrows bytes it does not own. It is passed by value and never
 * freed; it must not outlive the struct image or struct buf it looks into.
 */
struct view {
	const uint8_t *p;
	size_t len;
	uint64_t at;	/* where p[0] lies in the whole image, for messages */
};

/* Whether [off, off + len) lies inside v. Cannot overflow. */
static inline bool view_has(struct view v, uint64_t off, uint64_t len)
{
	return off <= v.len && len <= v.len - off;
}

/* The part [off, off + len) of v, or an empty view if it is not all inside. */
static inline struct view view_sub(struct view v, uint64_t off, uint64_t len)
{
	if (!len || !view_has(v, off, len))
		return (struct view){ .at = v.at + off };
	return (struct view){ v.p + off, (size_t)len, v.at + off };
}

/* Everything from off on; empty when off is past the end. */
static inline struct view view_from(struct view v, uint64_t off)
{
	return view_sub(v, off, off <= v.len ? v.len - off : 0);
}

/* At most len bytes from off on. */
static inline struct view view_upto(struct view v, uint64_t off, uint64_t len)
{
	uint64_t left = off <= v.len ? v.len - off : 0;

	return view_sub(v, off, len < left ? len : left);
}

/* Whether v has the n bytes of s at off. */
static inline bool view_is(struct view v, uint64_t off, const void *s, size_t n)
{
	return view_has(v, off, n) && (!n || !memcmp(v.p + off, s, n));
}

static inline bool view_equal(struct view a, struct view b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

static inline struct view view_text(const char *s)
{
	return (struct view){ (const uint8_t *)s, strlen(s), 0 };
}

/* How many bytes at the start of v have the value byte. */
size_t view_run(struct view v, uint8_t byte);
/* How many bytes at the end of v have the value byte. */
size_t view_tail_run(struct view v, uint8_t byte);

/*
 * A cursor reads a view from front to back in one byte order. A read past
 * the end returns zero, moves nothing and sets bad for good: decode a whole
 * record, then ask cursor_ok() once.
 */
struct cursor {
	struct view v;
	size_t pos;
	enum endian endian;
	bool bad;
};

static inline struct cursor cursor(struct view v, enum endian e)
{
	return (struct cursor){ .v = v, .endian = e };
}

static inline bool cursor_ok(const struct cursor *c) { return !c->bad; }

/* The next n bytes, or an empty view (and bad) if fewer are left. */
static inline struct view get_view(struct cursor *c, uint64_t n)
{
	struct view got = view_sub(c->v, c->pos, n);

	if (c->bad || got.len != n) {
		c->bad = true;
		return (struct view){ .at = c->v.at + c->pos };
	}
	c->pos += n;
	return got;
}

static inline uint64_t get_uint(struct cursor *c, unsigned n)
{
	struct view b = get_view(c, n);
	uint64_t x = 0;

	for (size_t i = 0; i < b.len; i++)
		x = x << 8 | b.p[c->endian == BIG ? i : b.len - 1 - i];
	return x;
}

static inline uint8_t  get8(struct cursor *c)  { return (uint8_t)get_uint(c, 1); }
static inline uint16_t get16(struct cursor *c) { return (uint16_t)get_uint(c, 2); }
static inline uint32_t get32(struct cursor *c) { return (uint32_t)get_uint(c, 4); }
static inline uint64_t get64(struct cursor *c) { return get_uint(c, 8); }
static inline void get_skip(struct cursor *c, uint64_t n) { (void)get_view(c, n); }

/*
 * One number at an offset, for a look ahead of any record; 0 when it is not
 * all inside v.
 */
static inline uint32_t peek32(struct view v, uint64_t off, enum endian e)
{
	struct cursor c = cursor(view_sub(v, off, 4), e);

	return get32(&c);
}

static inline uint64_t peek64(struct view v, uint64_t off, enum endian e)
{
	struct cursor c = cursor(view_sub(v, off, 8), e);

	return get64(&c);
}

static inline uint16_t peek16(struct view v, uint64_t off, enum endian e)
{
	struct cursor c = cursor(view_sub(v, off, 2), e);

	return get16(&c);
}

#endif
