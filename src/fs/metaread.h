/* metaread.h - what the parts of the reader of .fwmeta share */
#ifndef FS_METAREAD_H
#define FS_METAREAD_H

#include "fs/meta.h"
#include "fs/metatext.h"

struct reading {
	struct meta *m;
	struct buf word;		/* the token being looked at, unescaped */
	uint64_t line;
	struct hard { struct node *n; const char *to; uint64_t line; } *hard;
	size_t n, cap;
	bool nodes;			/* the header is over */
};

/* Fails with the line: "WHAT; the .fwmeta is damaged or was edited wrongly". */
int meta_bad(struct reading *r, const char *what, struct err *e);

/* The next word of line, up to a blank, taken off it. */
bool meta_word(struct view *line, struct view *word);
/* The word without its escapes in r->word; no NUL can be in it. NULL: wrong. */
const char *meta_unescape(struct reading *r, struct view w);
/* Where word is "key=...", what follows. */
bool meta_value(struct view word, const char *key, struct view *value);

/* All of w is a number; no blank, no sign, no prefix. */
bool meta_number(struct view w, unsigned base, uint64_t most, uint64_t *out);
bool meta_number32(struct view w, unsigned base, uint32_t *out);
/* "12:34" or "5,1": both sides of mark. */
bool meta_numbers(struct view w, char mark, uint32_t *a, uint32_t *b);
/* Seconds, or "-". */
bool meta_time(struct view w, int64_t *out);
/* Two digits at `at`; -1: there are none. */
int meta_hex(struct view v, uint64_t at);

/* A line that begins with '/'. */
int meta_node(struct reading *r, struct view line, struct err *e);
/* When all nodes are there: where the hard links lead. */
int meta_links(struct reading *r, struct err *e);

#endif
