/*
 * zimage.c - self-unpacking Linux kernels for ARM
 *
 * At 0x24: magic start end, then since Linux 3.17 0x04030201; the size is end
 * - start. Eight instructions that do nothing, and a branch, come before.
 * Nothing in it is summed; the kernel inside is found by itself.
 */
#include "scan/zimage.h"

enum { MAGIC = 0x016f2818, ORDER = 0x04030201, NOP = 0xe1a00000 };

static bool header(struct view v, enum endian endian, struct region *r,
		   uint64_t *size)
{
	uint32_t start = peek32(v, 0x28, endian), end = peek32(v, 0x2c, endian);

	if (peek32(v, 0x24, endian) != MAGIC || end <= start ||
	    end - start < 0x1000 || end - start > 64u << 20)
		return false;
	r->endian = endian;
	*size = end - start;
	return true;
}

static enum proof zimage_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint64_t size;
	bool nops;

	if (!view_has(v, 0, 0x34) ||
	    (!header(v, LITTLE, r, &size) && !header(v, BIG, r, &size)))
		return PROOF_NONE;
	region_size(r, image, size);
	nops = peek32(v, 4, LITTLE) == NOP || peek32(v, 4, BIG) == NOP ||
	       peek32(v, 0x30, r->endian) == ORDER;
	region_detail(r, r->endian == BIG ? "ARM, big-endian" : "ARM");
	region_prop(r, "arch", "arm");
	return nops ? PROOF_PLAUSIBLE : PROOF_WEAK;
}

const struct format format_zimage = {
	.name = "zimage",
	.title = "self-unpacking ARM Linux kernel",
	.suffix = ".zimage",
	.magic = (const struct magic[]){
		{ 0x24, 4, "\x18\x28\x6f\x01" }, { 0x24, 4, "\x01\x6f\x28\x18" },
		{ 0 }
	},
	.probe = zimage_probe,
	.wrap = &wrap_zimage,
};
