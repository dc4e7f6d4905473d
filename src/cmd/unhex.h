/* unhex.h - what is wrong with a dump, between the files of fwtool unhex */
#ifndef CMD_UNHEX_H
#define CMD_UNHEX_H

#include "cmd/cmd.h"
#include "fixup/hexdump.h"

/* What stands against a dump; each is an error line and an entry in JSON. */
struct faults {
	uint64_t gaps, missing, conflicts, sums, sums_good, said;
	json_t *list;
};

/* Say and count all: gaps, conflicts, wrong sums, doubts. */
void find_faults(struct hexdump *h, struct dump *d, struct faults *f);
json_t *describe_dump(const struct dump *d, const struct faults *f);

#endif
