/* buf.c - bytes being built */
#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "core/maps.h"
#include "core/mem.h"

/* What is so long may be of a map, and is copied piece by piece. */
enum { MAPPED = 64 << 10, LONG = 1 << 20 };

static void give_up(uint8_t *p, size_t mapped)
{
	if (mapped) {
		maps_remove(p);
		munmap(p, mapped);
	} else {
		free(p);
	}
}

/* What becomes longer than its file lies in memory from then on. */
static void leave_file(struct buf *b)
{
	uint8_t *p = xmalloc(b->cap);

	memcpy(p, b->p, b->len);
	give_up(b->p, b->mapped);
	b->p = p;
	b->mapped = 0;
}

void buf_free(struct buf *b)
{
	give_up(b->p, b->mapped);
	*b = (struct buf){ .endian = b->endian };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
}

void buf_drain(struct buf *b)
{
	if (!b->to || !b->len)
		return;
	b->to->take(b->to, b->p, b->len);
	b->gone += b->len;
	b->len = 0;
}

uint8_t *buf_room(struct buf *b, size_t n)
{
	size_t need;

	if (b->to && b->len >= b->most)
		buf_drain(b);
	need = n > SIZE_MAX - b->len ? SIZE_MAX : b->len + n;
	if (b->mapped && need > b->cap)
		leave_file(b);
	b->p = xgrow(b->p, &b->cap, need ? need : 1, 1);
	return b->p + b->len;
}

/* How much of n bytes is put at once. */
static size_t step(const struct buf *b, size_t n)
{
	size_t most = b->to ? b->most : LONG;

	return n < most ? n : most;
}

void put(struct buf *b, const void *p, size_t n)
{
	if (!b->to && n)
		buf_room(b, n);
	for (const uint8_t *from = p; n;) {
		size_t k = step(b, n);

		if (k >= MAPPED)
			maps_touched((struct view){ from, k, 0 });
		memcpy(buf_room(b, k), from, k);
		b->len += k;
		from += k;
		n -= k;
	}
}

void put_view(struct buf *b, struct view v)
{
	put(b, v.p, v.len);
}

static void store(uint8_t *p, uint64_t x, unsigned n, enum endian e)
{
	for (unsigned i = 0; i < n; i++, x >>= 8)
		p[e == BIG ? n - 1 - i : i] = (uint8_t)x;
}

static void put_uint(struct buf *b, uint64_t x, unsigned n)
{
	store(buf_room(b, n), x, n, b->endian);
	b->len += n;
}

void put8(struct buf *b, uint8_t x) { put_uint(b, x, 1); }
void put16(struct buf *b, uint16_t x) { put_uint(b, x, 2); }
void put32(struct buf *b, uint32_t x) { put_uint(b, x, 4); }
void put64(struct buf *b, uint64_t x) { put_uint(b, x, 8); }

void put_fill(struct buf *b, uint8_t byte, size_t n)
{
	for (size_t k; n; n -= k) {
		k = b->to ? step(b, n) : n;
		memset(buf_room(b, k), byte, k);
		b->len += k;
	}
}

void put_align(struct buf *b, size_t align, uint8_t fill)
{
	if (b->len % align)
		put_fill(b, fill, align - b->len % align);
}

void put_text(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		vsnprintf((char *)buf_room(b, (size_t)n + 1), (size_t)n + 1, fmt,
			  again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void patch32(struct buf *b, size_t at, uint32_t x)
{
	store(b->p + at, x, 4, b->endian);
}

const char *buf_string(struct buf *b)
{
	*buf_room(b, 1) = 0;
	return (const char *)b->p;
}
