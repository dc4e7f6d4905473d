/* diff.h - the pieces of fwtool diff */
#ifndef CMD_DIFF_H
#define CMD_DIFF_H

#include "cmd/cmd.h"
#include "project/judge.h"

struct diff_opts {
	struct plan_opts plan;
	bool parts, files;
	uint64_t max;
	const char *merge;
};

/* One of the readings that are compared. */
struct reading {
	const char *path;
	char name[64];			/* "read1": of the file, no suffix */
	struct plan plan;
	struct tally tally;
};

/* What came of comparing a with b. */
struct outcome {
	const struct reading *a, *b;
	struct compared c;
	struct verdict v;
	bool same, live;
	int keep;			/* 1 or 2; 0: neither is better */
};

/* Fill all but the plan, which was made of path. */
void reading_name(struct reading *x, const char *path);
int reading_open(struct reading *x, const char *path, const struct plan_opts *o,
		 struct err *e);
/* Compare x->a with x->b; compared_free() its c in the end. */
void outcome_find(struct outcome *x);
/* Someone changed it: no cause is known, checksums watch, and all hold. */
bool outcome_is_change(const struct outcome *x);
/* The diagnosis in a sentence, also where no cause is known. */
const char *outcome_text(const struct outcome *x);
/* What lies at a place: "data in read1, all 0xff in read2". */
void outcome_put_place(struct buf *b, const struct outcome *x, const struct spot *p);

/* For people, on stdout. */
void diff_print(const struct outcome *x, const struct diff_opts *o);
json_t *diff_json(const struct outcome *x);

/* Tree against tree of both; *differ is set where anything is not the same. */
int diff_files(struct run *r, const struct reading *a, const struct reading *b,
	       bool *differ, struct err *e);

#endif
