/* openedname.h - how what was opened is called on disk */
#ifndef PROJECT_OPENEDNAME_H
#define PROJECT_OPENEDNAME_H

#include "project/opened.h"

/* PART-WORD, or with a number behind it: no other entry and no part has it. */
void opened_name(const struct opening *o, struct opened *x, const char *word);

/* Of all entries since o->done: digests, names, which are written to open/. */
void opening_finish(struct opening *o);

#endif
