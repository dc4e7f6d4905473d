/* uimage.h - the header of U-Boot legacy images */
#ifndef SCAN_UIMAGE_H
#define SCAN_UIMAGE_H

#include "core/format.h"

enum { UIMAGE_HEADER = 64 };
enum { UIMAGE_KERNEL = 2, UIMAGE_MULTI = 4, UIMAGE_SCRIPT = 6 };

struct uimage {
	uint32_t magic, hcrc, time, size, load, entry, dcrc;
	uint8_t os, arch, type, comp;
	struct view name;
};

/* False where the fields cannot be those of an image. */
bool uimage_get(struct view v, struct uimage *u);

/* The CRC that belongs in a header, whatever is in its place. */
uint32_t uimage_hcrc(struct view header);

/* Words for people and JSON; NULL where the number is not known. */
const char *uimage_arch(unsigned n);
const char *uimage_os(unsigned n);
const char *uimage_type(unsigned n);
const char *uimage_comp(unsigned n);

extern const struct wrap wrap_uimage;

#endif
