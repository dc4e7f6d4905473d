/* hexread.h - a stretch of a log becomes pieces, without regard to the rest */
#ifndef FIXUP_HEXREAD_H
#define FIXUP_HEXREAD_H

#include "core/buf.h"
#include "fixup/hexline.h"

enum piece_kind {
	PIECE_RUN,		/* lines whose addresses follow each other */
	PIECE_BAD,		/* a line that was one once */
	PIECE_ECHO,		/* "md.b 0x82000000 0x1000" */
	PIECE_LOAD,		/* "sf read ...": other bytes from here on */
	PIECE_STAR,		/* "*": the line before repeats */
	PIECE_END,		/* an address alone: the dump ends there */
	PIECE_PAGE,		/* "block: 0, page: 1" (at: block, size: page) */
	PIECE_SPARE,		/* "spare area" */
	PIECE_CRC,		/* "crc32 for 80000000 ... 80000fff ==> 489e815c" */
};

struct piece {
	enum piece_kind kind;
	uint64_t line;		/* the first is 1 */
	uint64_t at, size;
	/* of a run */
	uint8_t *p;		/* its bytes, words in the order of the digits */
	uint64_t lines;
	const struct dialect *dialect;
	unsigned width, orders;
	unsigned per, last;	/* bytes of a full line, of the last line */
	unsigned digits, gap;	/* of the address; before the text */
	/* of others */
	int lost;		/* BAD: characters fewer than a good line has */
	const struct verb *verb;
	uint64_t value;		/* CRC: the sum; LOAD: a hash of the command */
};

struct shape;

struct chunk {
	struct view log;
	unsigned width;		/* only words of this width; 0: any */
	const char *format;	/* only this one; NULL: any */
	struct buf bytes;	/* never moves: made as large as can be needed */
	struct piece *piece;
	size_t n, cap;
	uint64_t lines, good, bad, other;
	unsigned spare;		/* lines of NAND's spare area */

	/* while reading */
	const uint8_t *p, *end;
	struct shape *shape;
	size_t line_len;	/* of the last good line */
	bool open;		/* the last piece is a run that may grow */
	bool cut;		/* its last line was a short one */
	bool needs_context;	/* what follows cannot be read by itself */
	uint64_t upper;		/* Intel HEX: the segment */
	bool lost_upper;
	uint64_t page;		/* nand dump: where the next line belongs */
	unsigned page_lines;
	enum { NO_PAGE, IN_PAGE, IN_SPARE } page_state;
};

void chunk_read(struct chunk *c);
void chunk_free(struct chunk *c);

/* For the readers of single kinds of lines. */
struct piece *chunk_add(struct chunk *c, enum piece_kind kind);
void chunk_line(struct chunk *c, const struct hexline *h);
bool chunk_record(struct chunk *c, struct view line);	/* Intel HEX, S-records */
bool chunk_page(struct chunk *c, struct view line);	/* NAND pages */
void chunk_page_end(struct chunk *c);

/* The fast path: lines with the shape of the last good one. */
struct shape *shape_new(void);
/* line is raw, its end included; false where it is nothing to learn from. */
bool shape_learn(struct shape *s, struct view line, const struct hexline *h);
/*
 * Take lines off p as long as they have the shape and their addresses follow
 * at; their bytes go to out. Returns how many.
 */
size_t shape_run(struct shape *s, const uint8_t **p, const uint8_t *end,
		 uint64_t at, uint8_t *out, unsigned orders);

#endif
