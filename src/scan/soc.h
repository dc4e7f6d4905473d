/* soc.h - which chip a dump was made for, and who says so */
#ifndef SCAN_SOC_H
#define SCAN_SOC_H

#include "scan/map.h"

struct soc {
	char family[64];	/* "Ingenic T31" */
	char why[128];		/* "Ingenic first stage at 0x000000" */
	enum proof proof;	/* how sure what says so is */
	uint64_t at;		/* where that is, in the image */
};

/*
 * The best witness: a boot stage, then what the kernel or the boot loader
 * call the board. False where nobody says anything.
 */
bool soc_find(struct soc *soc, const struct scan *s, const struct maps *m,
	      struct view image);

#endif
