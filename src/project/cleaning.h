/* cleaning.h - the methods behind the rules of clean.h */
#ifndef PROJECT_CLEANING_H
#define PROJECT_CLEANING_H

#include "project/clean.h"

/* A rule at work on one text. What is not personal goes to out. */
struct at_work {
	struct cleaning *c;
	const struct rule *rule;
	const char *where;
};

struct clean_method {
	const char *name;
	/* Append what is left of text to out; whether that is something else. */
	bool (*edit)(const struct at_work *w, struct view text, struct buf *out);
	bool wants_text;	/* files with a NUL in them are left alone */
	bool (*is)(struct view);	/* no edit: only such files are removed */
};

extern const struct clean_method clean_methods[];	/* ends with name NULL */

bool edit_keys(const struct at_work *w, struct view text, struct buf *out);
bool edit_lines(const struct at_work *w, struct view text, struct buf *out);
bool edit_passwd(const struct at_work *w, struct view text, struct buf *out);
bool edit_pem(const struct at_work *w, struct view text, struct buf *out);
bool edit_macs(const struct at_work *w, struct view text, struct buf *out);

/* Whether a file's bytes are a private key: DER, or dropbear's own. */
bool is_key_file(struct view v);
/* Whether a word is one of the rule's keys, in any case. */
bool rule_has_key(const struct rule *rule, struct view word);

enum { LEAST_SECRET = 6 };	/* shorter ones would be found by chance */

/* "psk=h*****", or with show as it is; label may be empty. */
void clean_mask(struct buf *b, struct view label, struct view value, bool show);
void clean_add(struct cleaning *c, const char *where, const char *kind,
	       const char *masked, bool removed);
/* Remember a value, to look for it elsewhere. */
void clean_keep_secret(struct cleaning *c, struct view value, const char *kind);
/* Note that value, called label (may be empty), was found. */
void clean_found(const struct at_work *w, struct view label, struct view value);
/* A value of a key in raw data: where it lies in v, from `from` on. */
bool key_value(const struct rule *rule, struct view v, uint64_t from,
	       struct view *key, struct view *value);

#endif
