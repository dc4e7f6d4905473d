/* text.h - numbers and foreign names, as people read and type them */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdio.h>

#include "core/buf.h"
#include "core/err.h"

/*
 * "1.9 MiB", "64.0 KiB", "512 B": binary units, one decimal. The text is
 * inside the returned value; use it as size_of(n).text.
 */
struct short_text { char text[32]; };
struct short_text size_text(uint64_t n);

/* 65536, 0x10000, 64K, 64KiB, 16M, 1G, 16s (512-byte sectors); else -1. */
int parse_size(const char *s, uint64_t *out, struct err *e);

/* OFF+LEN, OFF..END, OFF.., +LEN within [0, size). */
struct range { uint64_t at, size; };
int parse_range(const char *s, uint64_t size, struct range *out, struct err *e);

/*
 * Append a name from an image so that it cannot harm a terminal: control
 * bytes, escapes, bidi overrides and what is not UTF-8 become \xNN or \uNNNN,
 * and a name that needed it (or has a blank or quote) stands in quotes.
 */
void put_name(struct buf *b, const char *name);
/* The same without quotes, for names that are part of a longer text. */
void put_escaped(struct buf *b, struct view text);
bool is_utf8(struct view text);
/* Append a character; little-endian UTF-16 up to its first NUL. */
void put_utf8(struct buf *b, uint32_t code);
void put_utf16(struct buf *b, struct view text);

/* Reading text line by line: takes the first line off v, without its end. */
bool next_line(struct view *v, struct view *line);

/* The Levenshtein-nearest of words[] (NULL-terminated), or NULL if far. */
const char *nearest(const char *word, const char *const *words);

#endif
