/*
 * zboot.c - self-unpacking kernels that EFI starts (arm64, RISC-V, LoongArch)
 *
 *	0x00	"MZ" 0 0 "zimg" where the packed kernel is, its length
 *	0x18	how it is packed, as a word
 *	0x38	magic of the architecture, then where the PE header is
 *
 * Little-endian. The length counts the unpacked length behind a stream that
 * does not say it itself.
 */
#include "scan/zimage.h"

enum { PACKED = 8, LENGTH = 12, HOW = 24, MOST = 256 << 20 };

static bool find_kernel(struct view v, struct piggy *p)
{
	uint64_t at = peek32(v, PACKED, LITTLE), n = peek32(v, LENGTH, LITTLE);

	/* The four bytes behind a gzip are its own. */
	return view_has(v, at, n) && piggy_at(view_upto(v, 0, at + n + 4), at, p);
}

static enum proof zboot_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint64_t packed = peek32(v, PACKED, LITTLE), n = peek32(v, LENGTH, LITTLE);
	struct pe pe;

	if (!view_is(v, 0, "MZ", 2) || packed < 64 || !n || n > MOST ||
	    packed > MOST || !pe_get(v, &pe) || pe.end < packed + n)
		return PROOF_NONE;
	region_size(r, image, pe.end);
	region_label(r, view_sub(v, HOW, 32));
	region_detail(r, "%s%s%s", r->says ? "cut off, " : "", r->label,
		      pe.is_signed ? ", signed" : "");
	region_prop(r, "compression", "%s", r->label);
	return PROOF_PLAUSIBLE;
}

static int zboot_open(struct view v, struct payload *inner, int most,
		      struct err *e)
{
	struct piggy p;

	if (!find_kernel(v, &p))
		return fail_at(e, v.at, "no packed kernel is found in the image");
	return piggy_open(v, &p, inner, most);
}

static int zboot_refit(struct view v, int i, struct view payload,
		       struct buf *out, struct err *e)
{
	struct piggy p;

	if (i || !find_kernel(v, &p))
		return fail_at(e, v.at, "no packed kernel is found in the image");
	return piggy_refit(v, &p, payload, p.size, out, e);
}

static const struct wrap wrap_zboot = { .open = zboot_open, .refit = zboot_refit };

const struct format format_zboot = {
	.name = "zboot",
	.title = "self-unpacking EFI Linux kernel (zboot)",
	.suffix = ".efi",
	.magic = (const struct magic[]){ { 4, 4, "zimg" }, { 0 } },
	.probe = zboot_probe,
	.wrap = &wrap_zboot,
};
