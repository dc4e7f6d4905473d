/* loglines.h - picking a line of a log apart */
#ifndef SCAN_LOGLINES_H
#define SCAN_LOGLINES_H

#include "core/view.h"

/* What is left of the line; each taker moves it only where it succeeds. */
struct lex { struct view v; };

bool lex_find(struct lex *x, const char *word);	/* to behind its next place */
bool lex_is(struct lex *x, const char *word);
bool lex_blank(struct lex *x);			/* one or more */
bool lex_decimal(struct lex *x, uint64_t *n);
bool lex_hex(struct lex *x, uint64_t *n);	/* digits only, no 0x */
bool lex_quoted(struct lex *x, struct view *text);	/* "text" */
bool lex_word(struct lex *x, struct view *text);	/* up to a blank */
bool lex_end(struct lex *x);			/* blanks only are left */

#endif
