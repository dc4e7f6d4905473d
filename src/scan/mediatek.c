/*
 * mediatek.c - what MediaTek's boot ROMs and loaders read first
 *
 *	device	= "SF_BOOT\0" or "EMMC_BOOT\0" or ..., BRLYT at 0x200
 *	NAND	= "BOOTLOADER!" version "NFIINFO\0" ..., BRLYT one page on
 *	GFH	= "MMM" version size:16 type:16 "FILE_INFO\0\0\0" ... length ...
 *	LK	= 58881688 size name[32] load mode ..., 512 bytes, then the data
 *
 * Little-endian. The signature at the end of a GFH is the SHA-256 of the rest.
 */
#include "core/format.h"
#include "core/hash.h"
#include "core/work.h"

enum { FILE_INFO = 56, HASH = 32, MOST = 16 << 20, BRLYT = 40 };
enum { SIG_SHA256 = 1 };

/* As the headers of the ROM: up to where the layout ends. */
static enum proof media_probe(struct view image, uint64_t at, struct region *r)
{
	static const unsigned places[] = { 0x200, 0x800, 0x1000 };
	struct view v = view_from(image, at);

	for (size_t i = 0; i < 3; i++) {
		if (!view_is(v, places[i], "BRLYT\0\0", 7) ||
		    !view_is(v, places[i] + 20, "BBBB", 4))
			continue;
		region_size(r, image, places[i] + BRLYT);
		region_label(r, view_sub(v, 0, 12));
		region_detail(r, "%s, boot layout at 0x%x", r->label, places[i]);
		region_prop(r, "soc", "MediaTek");
		return PROOF_PLAUSIBLE;
	}
	return PROOF_NONE;
}

static bool hash_holds(struct view v, uint32_t length)
{
	char said[SHA256_TEXT], is[SHA256_TEXT];
	struct view hash = view_sub(v, length - (uint64_t)HASH, HASH);

	work_add(2 * (uint64_t)length);
	sha256_text(view_sub(v, 0, length - (uint64_t)HASH), is);
	for (size_t i = 0; i < hash.len; i++) {
		said[2 * i] = "0123456789abcdef"[hash.p[i] >> 4];
		said[2 * i + 1] = "0123456789abcdef"[hash.p[i] & 15];
	}
	return hash.len && !memcmp(said, is, 2 * HASH);
}

static enum proof file_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t length = peek32(v, 32, LITTLE);
	bool sha = view_has(v, 0, FILE_INFO) && v.p[27] == SIG_SHA256, holds;

	if (!view_is(v, 8, "FILE_INFO\0\0\0", 12) || length < FILE_INFO + HASH ||
	    length > MOST)
		return PROOF_NONE;
	region_size(r, image, length);
	holds = !r->says && hash_holds(v, length);
	r->broken = sha && !holds && !r->says;
	region_detail(r, "%s, to 0x%08x", holds ? "sha256 ok" : r->says ? "cut off" :
		      sha ? "sha256 wrong" : "signed", peek32(v, 28, LITTLE));
	region_prop(r, "soc", "MediaTek");
	region_prop(r, "load", "0x%08x", peek32(v, 28, LITTLE));
	if (holds)
		region_evidence(r, "sha256 of the whole");
	return holds ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static enum proof mediatek_probe(struct view image, uint64_t at, struct region *r)
{
	return view_is(image, at, "MMM\1", 4) ? file_probe(image, at, r)
					      : media_probe(image, at, r);
}

static enum proof lk_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at), name = view_sub(v, 8, 32);
	uint32_t size = peek32(v, 4, LITTLE);

	if (!view_has(v, 0, 512) || !size || size > MOST || name.p[0] <= ' ' ||
	    name.p[0] > '~')
		return PROOF_NONE;
	region_size(r, image, 512 + (uint64_t)size);
	region_label(r, name);
	region_detail(r, "%s", r->label);
	region_prop(r, "soc", "MediaTek");
	return PROOF_PLAUSIBLE;
}

const struct format format_mediatek = {
	.name = "mediatek",
	.title = "MediaTek first stage",
	.proves = "SHA-256 of the whole",
	.magic = (const struct magic[]){
		{ 0, 8, "MMM\1\x38\0\0\0" }, { 0, 8, "SF_BOOT\0" },
		{ 0, 9, "EMMC_BOOT" }, { 0, 9, "SNOR_BOOT" }, { 0, 8, "NOR_BOOT" },
		{ 0, 10, "SDMMC_BOOT" }, { 0, 11, "BOOTLOADER!" }, { 0 }
	},
	.probe = mediatek_probe,
};

const struct format format_lk = {
	.name = "lk",
	.title = "MediaTek partition image (LK)",
	.magic = (const struct magic[]){ { 0, 4, "\x88\x16\x88\x58" }, { 0 } },
	.probe = lk_probe,
};
