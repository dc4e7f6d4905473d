/*
 * bzimage.c - self-unpacking Linux kernels for PCs
 *
 *	0x1f1	sectors of the real mode code, less one; 0: 4
 *	0x1f4	length of what follows them, in 16 bytes
 *	0x202	"HdrS" version:16 ... 0x20e: where the kernel's name is, less 0x200
 *	0x248	where in what follows the packed kernel is, and how long
 *
 * Little-endian. The CRC-32 of all, the four bytes at its end included, is zero
 * without its inversion at the end; what a signature changed afterwards counts
 * as zero. Kernels since 6.16 have none.
 */
#include "core/hash.h"
#include "core/log.h"
#include "core/work.h"
#include "scan/zimage.h"

enum { HEAD = 0x270, MOST = 256 << 20 };

struct bz { uint64_t code, end, packed, length; };

static bool get_bz(struct view v, struct bz *b)
{
	unsigned sectors = view_has(v, 0, HEAD) ? v.p[0x1f1] : 0;
	bool has = peek16(v, 0x206, LITTLE) >= 0x208;

	b->code = 512 * (uint64_t)((sectors ? sectors : 4) + 1);
	b->end = b->code + 16 * (uint64_t)peek32(v, 0x1f4, LITTLE);
	b->packed = b->code + (has ? peek32(v, 0x248, LITTLE) : 0);
	b->length = has ? peek32(v, 0x24c, LITTLE) : 0;
	return view_is(v, 0x202, "HdrS", 4) && peek16(v, 0x1fe, LITTLE) == 0xaa55 &&
	       sectors < 64 && b->end > b->code && b->end <= MOST &&
	       b->packed + b->length <= b->end;
}

static uint32_t crc_of(struct view v, uint64_t from, uint64_t to, uint32_t crc)
{
	return crc32_plain(crc, view_sub(v, from, to - from));
}

/* Zero where it holds. */
static uint32_t crc_all(struct view v, uint64_t end)
{
	static const uint8_t zero[8];
	uint32_t crc = ~0u;
	uint64_t at = 0;
	struct pe pe;

	work_add(end);
	if (pe_get(v, &pe) && pe.is_signed && pe.certificates + 8 < end) {
		crc = crc_of(v, 0, pe.checksum, crc);
		crc = crc32_plain(crc, (struct view){ zero, 4, 0 });
		crc = crc_of(v, pe.checksum + 4, pe.certificates, crc);
		crc = crc32_plain(crc, (struct view){ zero, 8, 0 });
		at = pe.certificates + 8;
	}
	return crc_of(v, at, end, crc);
}

static void describe(struct view v, const struct bz *b, bool is_signed,
		     struct region *r)
{
	uint64_t name = 0x200 + (uint64_t)peek16(v, 0x20e, LITTLE);
	unsigned version = peek16(v, 0x206, LITTLE);

	region_prop(r, "arch", "x86");
	region_prop(r, "protocol", "%u.%02u", version >> 8, version & 0xff);
	region_number(r, "packed", b->length);
	region_label(r, view_upto(v, name, 32));
	for (char *c = r->label; *c; c++)
		if (*c == ' ')
			*c = 0;
	region_detail(r, "x86%s, %s", is_signed ? ", signed" : "", r->label);
}

static enum proof bzimage_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct pe pe = { 0 };
	bool holds = false;
	struct bz b;

	if (!get_bz(v, &b))
		return PROOF_NONE;
	pe_get(v, &pe);
	region_size(r, image, pe.is_signed && pe.end > b.end ? pe.end : b.end);
	if (view_has(v, 0, b.end))
		holds = !crc_all(v, b.end);
	if (holds)
		region_evidence(r, "crc32 of the whole");
	region_detail(r, "%s", holds ? "crc32 ok" : r->says ? "cut off" :
		      "no crc32 that holds");
	describe(v, &b, pe.is_signed, r);
	return holds && !r->says ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static bool find_kernel(struct view v, struct bz *b, struct piggy *p)
{
	return get_bz(v, b) && b->length && view_has(v, 0, b->end) &&
	       piggy_at(view_sub(v, 0, b->packed + b->length), b->packed, p);
}

static int bzimage_open(struct view v, struct payload *inner, int most,
			struct err *e)
{
	struct piggy p;
	struct bz b;

	if (!find_kernel(v, &b, &p))
		return fail_at(e, v.at, "no packed kernel is found in the bzImage");
	return piggy_open(v, &p, inner, most);
}

/* The code around it made room for what it unpacked to, and for no more. */
static int bzimage_refit(struct view v, int i, struct view payload,
			 struct buf *out, struct err *e)
{
	size_t start = out->len;
	struct pe pe = { 0 };
	struct piggy p;
	struct bz b;
	bool summed;
	uint8_t *end;

	if (i || !find_kernel(v, &b, &p))
		return fail_at(e, v.at, "no packed kernel is found in the bzImage");
	summed = !crc_all(v, b.end);
	if (piggy_refit(v, &p, payload, p.size, out, e) < 0)
		return -1;
	pe_get(v, &pe);
	if (pe.is_signed && !view_equal(payload, view_sub(v, p.at, p.used)))
		warn("bzimage.signature", "the signature of the kernel does not hold "
		     "any more; with Secure Boot it will be refused");
	if (!summed)
		return 0;
	/* What the sum of all before it is makes the sum of all zero. */
	end = out->p + start + b.end - 4;
	for (unsigned k = 0; k < 4; k++)
		end[k] = (uint8_t)(crc_all(view_from(buf_view(out), start),
					   b.end - 4) >> 8 * k);
	return 0;
}

static const struct wrap wrap_bzimage = {
	.open = bzimage_open, .refit = bzimage_refit,
};

const struct format format_bzimage = {
	.name = "bzimage",
	.title = "self-unpacking x86 Linux kernel",
	.proves = "CRC-32 of the whole",
	.suffix = ".bzimage",
	.magic = (const struct magic[]){ { 0x202, 4, "HdrS" }, { 0 } },
	.probe = bzimage_probe,
	.wrap = &wrap_bzimage,
};
