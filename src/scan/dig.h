/* dig.h - looking into packed kernels and boot loaders */
#ifndef SCAN_DIG_H
#define SCAN_DIG_H

#include "scan/scan.h"

/*
 * Unpack what the kernels and boot loaders of an image hold (a uImage holds a
 * zImage that holds a gzip stream), `budget` bytes at most, and show each
 * piece: see(arg, the unpacked bytes, the outermost object).
 */
struct digger {
	void (*see)(void *arg, struct view bytes, const struct region *r);
	void *arg;
	uint64_t budget;
};

void dig(struct digger *d, struct view image, const struct scan *s);

#endif
