/* show.h - the result of a scan, for people, scripts and programs */
#ifndef CMD_SHOW_H
#define CMD_SHOW_H

#include "cmd/cmd.h"
#include "project/plan.h"

/* Where the input's first byte lies: offsets are shown from there. */
uint64_t show_base(const struct plan *p);
/* "0x%06x" with as many digits as the image needs; inside room, 20. */
const char *show_offset(const struct plan *p, uint64_t at, char *room);
/* The part that `at` lies in, or "-" where no map is known. */
const char *show_part(const struct plan *p, uint64_t at);
/* Whether anything proven or plausible is in it. */
bool show_any(const struct plan *p);

void show_head(const struct plan *p, const char *name);
void show_coverage(const struct scan *s);
void show_table(const struct plan *p, const char *name);
/* name: of the input, in front of each line; NULL: not. */
void show_plain(const struct plan *p, const char *name);
void show_nothing(const struct run *r, const struct plan *p, const char *name);
void show_entropy(const struct plan *p);
/* input, map, found, coverage into doc. */
void show_json(const struct plan *p, const char *name, json_t *doc);

#endif
