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
};

extern const struct clean_method clean_methods[];	/* ends with name NULL */

bool edit_keys(const struct at_work *w, struct view text, struct buf *out);
bool edit_passwd(const struct at_work *w, struct view text, struct buf *out);
bool edit_pem(const struct at_work *w, struct view text, struct buf *out);
bool edit_macs(const struct at_work *w, struct view text, struct buf *out);

/* Note that value, called label (may be empty), was found. */
void clean_found(const struct at_work *w, struct view label, struct view value);
/* A value of a key in raw data: where it lies in v, from `from` on. */
bool key_value(const struct rule *rule, struct view v, uint64_t from,
	       struct view *key, struct view *value);

#endif
