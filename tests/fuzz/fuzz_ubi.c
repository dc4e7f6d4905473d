/*
 * fuzz_ubi.c - volumes of UBI are put together, and put back
 *
 * The input is a list of pieces, { kind:8 block:8 offset:16 len:16 bytes }.
 * Of a header (kind 1) and of a record of the table (2) the sum is made right.
 */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/hash.h"

extern const struct format format_ubi;

enum { BLOCK = 4096, BLOCKS = 16, HEADER = 64, RECORD = 172, MOST = 16,
       MOST_BYTES = 1 << 20 };

static void put_sum(uint8_t *p, size_t n)
{
	uint32_t sum = crc32_plain(~0u, (struct view){ p, n - 4, 0 });

	for (size_t i = 0; i < 4; i++)
		p[n - 1 - i] = (uint8_t)(sum >> 8 * i);
}

static void put_piece(uint8_t *image, struct cursor *c)
{
	unsigned kind = get8(c);
	size_t at = (size_t)get8(c) % BLOCKS * BLOCK, left;
	struct view piece;

	at += get16(c) % BLOCK;
	left = (size_t)BLOCK * BLOCKS - at;
	piece = get_view(c, get16(c));
	if (!piece.len || piece.len > left)
		return;
	memcpy(image + at, piece.p, piece.len);
	if (kind == 1 && left >= HEADER)
		put_sum(image + at, HEADER);
	if (kind == 2 && left >= RECORD)
		put_sum(image + at, RECORD);
}

/* Another content comes back, but for erased bytes behind it. */
static void change(struct view v, int i, struct buf *was)
{
	const struct wrap *w = format_ubi.wrap;
	struct buf out = { 0 }, back = { 0 };
	struct err e = { 0 };

	for (size_t k = 0; k < was->len; k += 1000)
		was->p[k] ^= 0x55;
	put_text(was, "more");
	if (!w->refit(v, i, buf_view(was), &out, &e) &&
	    (w->load(buf_view(&out), i, MOST_BYTES * 4, &back, &e) < 0 ||
	     back.len < was->len || memcmp(back.p, was->p, was->len)))
		abort();
	buf_free(&out);
	buf_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor((struct view){ data, size, 0 }, LITTLE);
	struct region r = { .format = &format_ubi };
	uint8_t *image = malloc(BLOCK * BLOCKS);
	struct view v = { image, BLOCK * BLOCKS, 0 };
	struct payload inner[MOST];
	struct err e = { 0 };
	int n = 0;

	memset(image, 0xff, v.len);
	while (cursor_ok(&c) && c.pos < size)
		put_piece(image, &c);
	if (format_ubi.probe(v, 0, &r) != PROOF_NONE &&
	    (!r.size || r.size > v.len))
		abort();
	if (r.size)
		n = format_ubi.wrap->open(v, inner, MOST, &e);
	for (int i = 0; i < n; i++) {
		struct buf b = { 0 };

		if (!format_ubi.wrap->load(v, i, MOST_BYTES, &b, &e))
			change(v, i, &b);
		buf_free(&b);
	}
	free(image);
	return 0;
}
