/* clean.h - personal data: rules that find it, and what is left without it */
#ifndef PROJECT_CLEAN_H
#define PROJECT_CLEAN_H

#include "core/buf.h"
#include "core/err.h"
#include "core/mem.h"

/* One line of a rules file; share/clean.rules says what they mean. */
struct rule {
	const char *kind;			/* "wifi credentials" */
	const struct clean_method *method;
	const char **word, **glob;
	size_t words, globs;
};

struct rules { struct rule *v; size_t n, cap; struct arena arena; };

/* The text may be anybody's; a failure names the line. */
int rules_read(struct rules *r, struct view text, struct err *e);
void rules_free(struct rules *r);	/* takes a zeroed one too */

/* Something personal, and where. */
struct finding {
	char *where;			/* "ROOTFS/etc/passwd", "0x3fff00" */
	const char *kind;
	char *masked;			/* "root: $1$***" */
	bool removed;			/* the whole file is */
};

struct cleaning {
	const struct rules *rules;
	bool show;			/* values as they are, not masked */
	char *const *remove;		/* paths to remove besides; NULL-ended */
	struct finding *f;
	size_t n, cap;
	/* Values that were found, to look for elsewhere too. */
	struct secret { uint8_t *p; size_t len; const char *kind; } *secret;
	size_t secrets, capsecret;
};

void cleaning_free(struct cleaning *c);

/* What is to become of a file. */
enum cleaned { CLEAN_SAME, CLEAN_EDITED, CLEAN_REMOVED };

/*
 * Look at the content of the file at path, which `where` names for people.
 * With CLEAN_EDITED what is left is appended to out.
 */
enum cleaned clean_file(struct cleaning *c, const char *path, const char *where,
			struct view content, struct buf *out);

/* The same for a list of variables, each with its NUL; whether it changed. */
bool clean_vars(struct cleaning *c, const char *where, struct buf *vars);

/*
 * Raw data that is no file: overwrite with fill what the rules for "raw" find
 * and every value found so far. p[0] lies at `at`, named by 0x... in findings.
 * Returns how many bytes were overwritten.
 */
uint64_t clean_raw(struct cleaning *c, const char *part, uint64_t at, uint8_t *p,
		   size_t n, uint8_t fill);

#endif
