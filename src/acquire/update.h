/* update.h - making a chip equal to an image, touching only what differs */
#ifndef ACQUIRE_UPDATE_H
#define ACQUIRE_UPDATE_H

#include "acquire/nor.h"

/* One stretch to erase (erase: whole units) and program again, or only to
   program, where nothing but ones become zeros. */
struct update_step { uint64_t at, size; bool erase; };

struct update_plan {
	struct update_step *step;
	size_t n, cap;
	uint64_t erase_bytes, program_bytes;	/* pages that are not blank */
	double seconds;				/* a guess by typical times */
};

/*
 * What it takes to turn `have`, which is at `at` on the chip, into `want` of
 * the same length. Both begin and end at multiples of the smallest erase unit,
 * or the chip's end.
 */
void update_plan(const struct nor *n, uint64_t at, struct view have,
		 struct view want, struct update_plan *p);
void update_free(struct update_plan *p);

/* Erase and program one step, read it back, compare; want is the whole. */
int update_step(struct nor *n, uint64_t at, struct view want,
		const struct update_step *s, struct err *e);

/* Only the comparison, once more, with what lies beside it. */
int update_verify(struct nor *n, uint64_t at, struct view want,
		  const struct update_step *s, struct err *e);

#endif
