/* dialect.h - how boot loaders and tools print memory, as data */
#ifndef FIXUP_DIALECT_H
#define FIXUP_DIALECT_H

#include "core/view.h"

/* What stands between two groups of digits, as bits. */
enum { SEP_SPACE = 1, SEP_WIDE = 2, SEP_DOT = 4, SEP_DASH = 8, SEP_DOUBLE = 16 };

/* The order of the bytes in a printed word, as bits: what is possible. */
enum { ORDER_BIG = 1, ORDER_LITTLE = 2, ORDER_ANY = 3 };

enum text { TEXT_NONE, TEXT_PLAIN, TEXT_BARS, TEXT_ANGLE };

/* A way to print one line; the first one of the table that fits names it. */
struct dialect {
	const char *format;	/* the word of --format */
	const char *name;	/* in messages: "U-Boot md" */
	char open;		/* before the address: '[', 'x' for 0x, or 0 */
	bool colon;		/* behind it */
	unsigned need, may;	/* separators: this one is there, these may be */
	enum text text;
	unsigned widths;	/* of the words, or-ed: 1, 2, 4, 8 */
	unsigned order;		/* where nothing tells: ORDER_BIG or _LITTLE */
	bool star;		/* "*" stands for repeated lines */
	bool weak;		/* no text column to check against: only believed
				   where the log has nothing better */
	const char *again;	/* the command that reads a place again: %a hex
				   address, %n hex bytes, %d decimal bytes */
};

extern const struct dialect dialects[];		/* ends with format NULL */
extern const struct dialect dialect_ihex, dialect_srec, dialect_nand;
extern const char *const hex_formats[];		/* "auto" and the others */

/* A command as it is typed at a prompt, and what it will print. */
struct echo {
	uint64_t at, size;
	const struct verb *verb;
};

struct verb {
	const char *word;	/* "md"; ".b" and so on may follow */
	const char *name;	/* who says so: "U-Boot md" */
	unsigned unit;		/* bytes an object; 0: by the letter */
	unsigned radix;		/* of the count; 0: there is none, 1: it is
				   no place in memory */
	const char *again;
};

/* Is there such a command at the end of a line, after a prompt? */
bool get_echo(struct view line, struct echo *e);
/* A command that puts other bytes into memory: sf read, tftp, cp.b, ... */
bool is_load(struct view line);

#endif
