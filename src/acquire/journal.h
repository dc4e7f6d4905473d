/* journal.h - a read that was interrupted goes on where it was */
#ifndef ACQUIRE_JOURNAL_H
#define ACQUIRE_JOURNAL_H

#include "acquire/source.h"

/*
 * Two files: FILE.part has the bytes at their places, FILE.part.map one byte
 * of state (enum sector_state) for each sector behind a header line that
 * names the range and the chip. A sector's state is written after its bytes, so
 * whatever the moment of a kill, what the map calls read was read.
 */
struct journal { int bytes, map; uint64_t head; char path[4096]; };

int journal_open(struct journal *j, const struct proof_opts *o, uint64_t at,
		 struct proven *p, struct err *e);
int journal_write(struct journal *j, const struct proven *p, size_t first,
		  size_t n, struct err *e);
/* keep: leave both for --resume; else they are removed. */
int journal_close(struct journal *j, bool keep, struct err *e);
void journal_remove(const char *path);	/* both files */

#endif
