/* reporthtml.c - text as HTML, and pictures as data */
#include <nettle/base64.h>
#include <stdarg.h>
#include <stdio.h>
#include <zlib.h>

#include "cmd/report.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/text.h"

void html_text(struct buf *b, struct view text)
{
	struct buf clean = { 0 };

	put_escaped(&clean, text);
	for (size_t i = 0; i < clean.len; i++) {
		switch (clean.p[i]) {
		case '&': put_text(b, "&amp;"); break;
		case '<': put_text(b, "&lt;"); break;
		case '>': put_text(b, "&gt;"); break;
		case '"': put_text(b, "&quot;"); break;
		case '\'': put_text(b, "&#39;"); break;
		default: put8(b, clean.p[i]);
		}
	}
	buf_free(&clean);
}

void html_string(struct buf *b, const char *text)
{
	html_text(b, view_text(text));
}

void html_size(struct buf *b, uint64_t n)
{
	put_text(b, "%s", size_text(n).text);
}

void page_note(struct page *p, bool is_warning, const char *kind,
	       const char *where, const char *command, const char *fmt, ...)
{
	struct note *n;
	va_list args;

	p->note = xgrow(p->note, &p->cap, p->notes + 1, sizeof(*p->note));
	n = &p->note[p->notes++];
	*n = (struct note){ .is_warning = is_warning, .command = command };
	snprintf(n->kind, sizeof(n->kind), "%s", kind);
	snprintf(n->where, sizeof(n->where), "%s", where);
	va_start(args, fmt);
	vsnprintf(n->what, sizeof(n->what), fmt, args);
	va_end(args);
}

/* A chunk of PNG (ISO 15948): length, type, data, CRC of the last two. */
static void put_chunk(struct buf *png, const char *type, struct view data)
{
	size_t from;

	png->endian = BIG;
	put32(png, (uint32_t)data.len);
	from = png->len;
	put(png, type, 4);
	put_view(png, data);
	put32(png, crc32_of(0, view_from(buf_view(png), from)));
}

static void put_header(struct buf *png, unsigned width, unsigned height)
{
	struct buf head = { .endian = BIG };

	put(png, "\x89PNG\r\n\x1a\n", 8);
	put32(&head, width);
	put32(&head, height);
	put(&head, "\x08\x03\0\0\0", 5);	/* 8 bits, a palette */
	put_chunk(png, "IHDR", buf_view(&head));
	buf_free(&head);
}

static void put_palette(struct buf *png, const uint32_t *colour, unsigned n)
{
	struct buf rgb = { .endian = BIG };

	for (unsigned i = 0; i < n; i++)
		for (int shift = 16; shift >= 0; shift -= 8)
			put8(&rgb, (uint8_t)(colour[i] >> shift));
	put_chunk(png, "PLTE", buf_view(&rgb));
	buf_free(&rgb);
}

/* Each row is preceded by its filter: none. */
static void put_cells(struct buf *png, const uint8_t *cell, unsigned width,
		      unsigned height)
{
	struct buf rows = { 0 }, packed = { 0 };
	uLongf n;

	for (unsigned y = 0; y < height; y++) {
		put8(&rows, 0);
		put(&rows, cell + (size_t)y * width, width);
	}
	n = compressBound(rows.len);
	compress2(buf_room(&packed, n), &n, rows.p, rows.len, 9);
	packed.len = n;
	put_chunk(png, "IDAT", buf_view(&packed));
	buf_free(&rows);
	buf_free(&packed);
}

void png_put(struct buf *b, const uint8_t *cell, unsigned width, unsigned height,
	     const uint32_t *colour, unsigned colours)
{
	struct buf png = { 0 };
	size_t n;

	put_header(&png, width, height);
	put_palette(&png, colour, colours);
	put_cells(&png, cell, width, height);
	put_chunk(&png, "IEND", (struct view){ 0 });
	n = BASE64_ENCODE_RAW_LENGTH(png.len);
	put_text(b, "data:image/png;base64,");
	base64_encode_raw((char *)buf_room(b, n), png.len, png.p);
	b->len += n;
	buf_free(&png);
}
