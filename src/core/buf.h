/* buf.h - bytes being built: the writing twin of struct cursor */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include "core/view.h"

/* Where bytes go; false: enough, no more are wanted. */
struct sink { bool (*take)(struct sink *to, const void *p, size_t n); };

/*
 * A zeroed buf is empty and valid. Growth never fails: out of memory exits. One
 * that is only appended to may have a sink: it hands over what it has before
 * more is put behind `most` bytes, and goes on empty.
 */
struct buf {
	uint8_t *p;
	size_t len, cap;
	enum endian endian;
	struct sink *to;		/* NULL: all of it stays here */
	size_t most;
	uint64_t gone;			/* bytes that were handed over */
	size_t mapped;			/* p is of a file without a name, see spool.h */
};

void buf_drain(struct buf *b);		/* the rest, too, if it has a sink */

/* Bytes that were put, here or gone. */
static inline uint64_t buf_total(const struct buf *b)
{
	return b->gone + b->len;
}

void buf_free(struct buf *b);	/* leaves b empty and usable */
void buf_clear(struct buf *b);	/* forgets the bytes, keeps the memory */

/* Room for n more bytes at the returned place; add what was used to len. */
uint8_t *buf_room(struct buf *b, size_t n);

void put(struct buf *b, const void *p, size_t n);
void put_view(struct buf *b, struct view v);
void put8(struct buf *b, uint8_t x);
void put16(struct buf *b, uint16_t x);
void put32(struct buf *b, uint32_t x);
void put64(struct buf *b, uint64_t x);
void put_fill(struct buf *b, uint8_t byte, size_t n);
void put_align(struct buf *b, size_t align, uint8_t fill);
void put_text(struct buf *b, const char *fmt, ...)	/* no NUL is counted */
	__attribute__((format(printf, 2, 3)));

/* Overwrite a number already written; [at, at + 4) must lie inside b. */
void patch32(struct buf *b, size_t at, uint32_t x);

/* The bytes as a C string, a NUL behind them. Invalid after the next put. */
const char *buf_string(struct buf *b);

/* Look at what was built. Invalid after the next put. */
static inline struct view buf_view(const struct buf *b)
{
	return (struct view){ b->p, b->len, 0 };
}

#endif
