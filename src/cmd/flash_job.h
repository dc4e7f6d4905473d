/* flash_job.h - a chip written by a programmer, in pieces */
#ifndef CMD_FLASH_JOB_H
#define CMD_FLASH_JOB_H

#include "cmd/flash.h"

/* One write under way. */
struct flash_job {
	struct run *r;
	const struct flash_opts *o;
	struct nor n;
	struct image im;
	struct view bytes;		/* of im: what goes to range */
	struct range range;		/* on the chip, whole small units */
	struct buf have, want;
	struct update_plan plan;
	struct flash_journal journal;
};

/* j->range and j->want, by --range, -p or the image's size. */
int job_place(struct flash_job *j, struct err *e);
/* j->have: what the chip holds, read whole and proven; that read is the backup. */
int job_back_up(struct flash_job *j, struct err *e);
/* The same from --base, of which samples and what will change are read again. */
int job_trust_base(struct flash_job *j, struct err *e);

#endif
