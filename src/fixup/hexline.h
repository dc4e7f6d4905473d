/* hexline.h - one line of a hex dump, whoever printed it */
#ifndef FIXUP_HEXLINE_H
#define FIXUP_HEXLINE_H

#include "fixup/dialect.h"

/*
 *	line:    junk address groups [gap text]
 *	address: hex | '[' hex ']' | '0x' hex, then ':' or blanks
 *	groups:  words of 2, 4, 8 or 16 digits, all alike, one separator between
 *	text:    as many characters as bytes, '.' for what is not printable;
 *	         it may begin and end with blanks, which are bytes of 0x20
 *
 * Columns are taken as they are, never split at blanks. The text column is
 * only used to check: it tells in which order a word is printed.
 */
enum { MOST_LINE_BYTES = 64, MOST_LINE = 512, LEAST_DIGITS = 6 };

struct hexline {
	uint64_t at;
	unsigned n, width;
	unsigned orders;		/* those the text allows; 0 never */
	const struct dialect *dialect;
	unsigned from, digits;		/* where the address is, how long */
	unsigned text;			/* where the text is; 0: none */
	uint16_t col[MOST_LINE_BYTES];	/* where each byte's digits are */
	uint8_t byte[MOST_LINE_BYTES];	/* in the order of the digits */
};

/* 0..15, or a negative number. */
int hex_digit(uint8_t c);
/* Understand a clean line (no escapes, no line end); false: not a dump line. */
bool get_hexline(struct view line, struct hexline *h);
/*
 * Whether a line that is none looks as if it had been one: it begins with an
 * address, or has six words in a row; *at is then 0.
 */
bool was_hexline(struct view line, uint64_t *at);

#endif
