/* manifestget.h - members of a manifest, each checked as it is taken */
#ifndef PROJECT_MANIFESTGET_H
#define PROJECT_MANIFESTGET_H

#include "core/json.h"
#include "project/manifest.h"

/* A text of ours that fits its room of n bytes. */
int take_word(const json_t *o, const char *key, char *room, size_t n,
	      struct err *e);
/* Foreign bytes, cut at a NUL and at the end of their room. */
int take_bytes(const json_t *o, const char *key, char *room, size_t n,
	       struct err *e);
int take_sha256(const json_t *o, const char *key, char *room, struct err *e);
/* A file in a folder of ours: no other folder, nothing hidden, no option. */
int take_file(const json_t *o, const char *key, char *room, size_t n,
	      struct err *e);
bool take_flag(const json_t *o, const char *key);	/* absent is false */
enum proof take_proof(const char *word);

/* Say on which line of the text element i of list stands. Returns -1. */
int on_line(struct err *e, struct view text, const char *list, uint64_t i);

/* The parts of doc, which must tile the size in m. */
int take_parts(struct manifest *m, const json_t *doc, struct view text,
	       struct err *e);
/* After the parts. */
int take_opened(struct manifest *m, const json_t *doc, struct view text,
		struct err *e);
int take_objects(struct manifest *m, const json_t *doc, struct view text,
		 struct err *e);

#endif
