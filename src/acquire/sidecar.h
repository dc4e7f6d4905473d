/* sidecar.h - FILE.json beside a dump: which chip it is of, and how sure */
#ifndef ACQUIRE_SIDECAR_H
#define ACQUIRE_SIDECAR_H

#include "acquire/source.h"

struct sidecar {
	bool has_id;
	uint8_t id[3];			/* JEDEC id of the chip */
	char chip[64];			/* its name */
	uint64_t chip_size, size;	/* of the chip; of the file; 0: not said */
};

/* {"schema": "fwtool.acquired/1"} with the ranges of p that are not proven,
   neighbours together; at: where on the source p begins. */
json_t *sidecar_new(const struct proven *p, uint64_t at);
/* Writes doc; a file of that name that is not a sidecar is left alone (-1). */
int sidecar_save(const char *path, const json_t *doc, struct err *e);

/* false: it is none. */
bool sidecar_parse(struct view text, struct sidecar *s);
/* FILE.json beside file; false: there is none. */
bool sidecar_of(const char *file, struct sidecar *s);

#endif
