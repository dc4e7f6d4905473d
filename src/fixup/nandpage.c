/* nandpage.c - pages of NAND with their spare areas, as boot loaders print them */
#include <stdio.h>

#include "fixup/hexread.h"

/*
 *	U-Boot:  "Page 00000800 dump:" then lines of a tab and 16 bytes without
 *	an address, two blanks in the middle; "OOB:" and lines of 8 bytes.
 *	CFE:     "---- block: 0, page: 0 ----", lines with addresses in the page,
 *	"---- spare area for block 0, page 0 ----", lines that go on.
 * The spare area is left out: the bytes are those that a driver would read.
 */
static bool get_row(struct view l, struct hexline *h)
{
	size_t i = 0;

	*h = (struct hexline){ .width = 1, .orders = ORDER_ANY, .digits = 8,
			       .dialect = &dialect_nand };
	while (i < l.len && (l.p[i] == ' ' || l.p[i] == '\t'))
		i++;
	for (; i + 1 < l.len && h->n < 16; h->n++, i += 2) {
		int hi = hex_digit(l.p[i]), lo = hex_digit(l.p[i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		h->byte[h->n] = (uint8_t)(hi << 4 | lo);
		if (i + 2 < l.len && l.p[i + 2] != ' ')
			return false;
		while (i + 2 < l.len && l.p[i + 2] == ' ')
			i++;
	}
	return i >= l.len && (h->n == 16 || h->n == 8);
}

/* A page is 512, 2048, 4096... bytes; with any other number a line was lost. */
void chunk_page_end(struct chunk *c)
{
	unsigned n = c->page_lines * 16;
	struct piece *r;

	if (c->page_state != IN_PAGE || !c->page_lines)
		return;
	if (n >= 256 && !(n & (n - 1)))
		return;
	/* Nobody can say which line it was: the whole page is missing. */
	while (c->n && c->piece[c->n - 1].kind == PIECE_RUN &&
	       c->piece[c->n - 1].at + c->piece[c->n - 1].size > c->page - n) {
		r = &c->piece[c->n - 1];
		if (r->at < c->page - n) {
			r->size = c->page - n - r->at;
			break;
		}
		c->n--;
	}
	c->good -= c->page_lines;
	c->bad += c->page_lines;
	chunk_add(c, PIECE_BAD)->at = c->page - n;
}

static bool get_page(struct view l, uint64_t *at)
{
	char text[80];
	unsigned long long x;
	char dump[8];

	snprintf(text, sizeof(text), "%.*s", (int)l.len, (const char *)l.p);
	if (sscanf(text, "Page %llx %7s", &x, dump) != 2 || strcmp(dump, "dump:"))
		return false;
	*at = x;
	return true;
}

static bool uboot_page(struct chunk *c, struct view l)
{
	struct hexline h;
	uint64_t at;

	if (l.p[0] == 'P' && get_page(l, &at)) {
		chunk_page_end(c);
		c->page = at;
		c->page_lines = 0;
		c->page_state = IN_PAGE;
		c->needs_context = true;
		return true;
	}
	if (c->page_state == NO_PAGE)
		return false;
	if (view_is(l, 0, "OOB:", 4)) {
		chunk_page_end(c);
		c->page_state = IN_SPARE;
		return true;
	}
	if (!get_row(l, &h))
		return false;
	if (c->page_state == IN_SPARE && h.n == 16) {
		/* A page whose head was lost. */
		chunk_add(c, PIECE_BAD);
		c->bad++;
	} else if (c->page_state == IN_SPARE) {
		c->spare++;
	} else if (h.n == 16) {
		h.at = c->page;
		chunk_line(c, &h);
		c->page += 16;
		c->page_lines++;
	}
	return true;
}

static bool cfe_page(struct chunk *c, struct view l)
{
	unsigned long long block, page;
	struct piece *p;
	char text[128];
	const char *s;

	snprintf(text, sizeof(text), "%.*s", (int)l.len, (const char *)l.p);
	s = strstr(text, "block: ");
	if (s && sscanf(s, "block: %llu, page: %llu", &block, &page) == 2) {
		p = chunk_add(c, PIECE_PAGE);
		p->at = block;
		p->size = page;
		return true;
	}
	if (!strstr(text, "spare area"))
		return false;
	chunk_add(c, PIECE_SPARE);
	return true;
}

bool chunk_page(struct chunk *c, struct view l)
{
	if (l.p[0] == '-' && view_is(l, 0, "----", 4))
		return cfe_page(c, l);
	return uboot_page(c, l);
}
