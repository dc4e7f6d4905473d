/* opt.h - one table per command: flags, help, metadata keys and man page */
#ifndef CORE_OPT_H
#define CORE_OPT_H

#include <stdbool.h>
#include <stdio.h>

#include "core/buf.h"
#include "core/err.h"

enum opt_kind {
	OPT_END,
	OPT_FLAG,	/* bool: true */
	OPT_UINT,	/* uint64_t: parse_size() */
	OPT_TEXT,	/* const char *, pointing into argv or the metadata */
	OPT_WORD,	/* int: an index into words[] */
	OPT_LIST,	/* struct texts: given again, it adds one more */
	OPT_COUNT,	/* unsigned: how often it was given (-v -v) */
	OPT_MAYBE,	/* const char *: --pad or --pad=SIZE; "" without a value */
	OPT_OFF,	/* bool: false (--no-cleanmarkers) */
};

struct texts { const char **v; size_t n; };	/* freed by opt_free() */

/* A table is const and ends with a zeroed entry; values land at base + where. */
struct option {
	enum opt_kind kind;
	char letter;		/* 0: long form only */
	const char *name;	/* NULL: letter only */
	size_t where;
	const char *arg;	/* "SIZE", "FILE"; NULL for a flag */
	const char *help;	/* one line, lower case, no full stop */
	const char *const *words;
};

/* Whether its value is the next word: not for flags, nor for --pad[=SIZE]. */
bool opt_takes_value(const struct option *o);
/* The same for a word of a command line: "-o", "--output", not "--output=x". */
bool opt_takes_next(const struct option *table, const char *word);

/* Several tables with their structs are parsed as one command line. */
struct optset { const struct option *table; void *base; };

/*
 * Parse argv[1..] (options and operands in any order, "--" ends options,
 * "--opt VALUE" and "--opt=VALUE", "-ofile", "-vq"; "--no-opt" takes a flag
 * back, one that metadata set) and move the operands to argv[0..]. sets ends with a NULL table. Returns how many operands there
 * are, or -1.
 */
int opt_parse(const struct optset *sets, int argc, char **argv, struct err *e);
void opt_free(const struct optset *sets);	/* what OPT_LIST collected */

/* Set one value by name, as the metadata does; e names the key on failure. */
int opt_set(const struct option *table, void *base, const char *name,
	    const char *value, struct err *e);

/*
 * The reverse, for writing metadata: how often o must be given for defaults
 * (of the same struct; NULL: zeroes) to become base, and the value of one
 * of these times, appended to out ("" for a flag).
 */
size_t opt_times(const struct option *o, const void *base, const void *defaults);
void opt_value(const struct option *o, const void *base, size_t i,
	       struct buf *out);

/* Two columns, no wider than 80. */
void opt_help(const struct option *table, FILE *out);

#endif
