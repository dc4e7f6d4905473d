/*
 * uimage.c - U-Boot legacy images (mkimage)
 *
 *	image  = magic hcrc time size load entry dcrc os:8 arch:8 type:8 comp:8
 *		 name[32] data[size]
 *
 * All big-endian. hcrc is of the 64 bytes with itself zero, dcrc of the data:
 * when both hold there is no doubt. The magic is what vendors like to change,
 * and the compression may be said wrongly, so the data is looked at as well.
 */
#include "scan/uimage.h"

#include <ctype.h>
#include <stdio.h>

#include "core/hash.h"
#include "scan/stream.h"

/* Larger than any number in use, smaller than most bytes of text. */
enum { MOST_OS = 40, MOST_ARCH = 40, MOST_TYPE = 64, MOST_COMP = 16 };

bool uimage_get(struct view v, struct uimage *u)
{
	struct cursor c = cursor(v, BIG);

	if (!view_has(v, 0, UIMAGE_HEADER) || v.p[28] >= MOST_OS ||
	    v.p[29] >= MOST_ARCH || v.p[30] >= MOST_TYPE ||
	    v.p[31] >= MOST_COMP || !v.p[30])
		return false;
	u->magic = get32(&c);
	u->hcrc = get32(&c);
	u->time = get32(&c);
	u->size = get32(&c);
	u->load = get32(&c);
	u->entry = get32(&c);
	u->dcrc = get32(&c);
	u->os = get8(&c);
	u->arch = get8(&c);
	u->type = get8(&c);
	u->comp = get8(&c);
	u->name = get_view(&c, 32);
	return u->size > 0;
}

uint32_t uimage_hcrc(struct view header)
{
	static const uint8_t zero[4];
	uint32_t crc = crc32_of(0, view_sub(header, 0, 4));

	crc = crc32_of(crc, (struct view){ zero, 4, 0 });
	return crc32_of(crc, view_sub(header, 8, UIMAGE_HEADER - 8));
}

static void lower(const char *word, char *out, size_t n)
{
	size_t i;

	for (i = 0; word[i] && i + 1 < n; i++)
		out[i] = (char)tolower((unsigned char)word[i]);
	out[i] = 0;
}

static void say_word(struct region *r, const char *key, const char *word,
		     unsigned n)
{
	char low[32];

	snprintf(low, sizeof(low), "%u", n);
	if (word)
		lower(word, low, sizeof(low));
	region_prop(r, key, "%s", low);
}

/* "lzma", "uncompressed", or "lzma said, xz inside". */
static void say_comp(const struct uimage *u, struct view data, struct region *r)
{
	const struct codec *inside = stream_sniff(data);
	const char *said = uimage_comp(u->comp);
	const char *is = inside ? inside->name : "none";
	bool lies = inside && said && strncmp(is, said, strlen(said));

	say_word(r, "compression", said, u->comp);
	if (u->type == UIMAGE_MULTI || u->type == UIMAGE_SCRIPT)
		return;
	if (lies)
		region_prop(r, "inside", "%s", is);
	if (lies && u->comp)
		region_detail(r, "%s said, %s inside", said, is);
	else if (lies)
		region_detail(r, "%s", is);
	else if (!said)
		region_detail(r, "compression %u", u->comp);
	else
		region_detail(r, "%s", u->comp ? said : "uncompressed");
}

static void describe(const struct uimage *u, struct view data, struct region *r)
{
	const char *arch = uimage_arch(u->arch), *type = uimage_type(u->type);

	say_word(r, "arch", arch, u->arch);
	say_word(r, "os", uimage_os(u->os), u->os);
	say_word(r, "type", type, u->type);
	region_prop(r, "load", "0x%08x", u->load);
	region_prop(r, "entry", "0x%08x", u->entry);
	region_number(r, "time", u->time);
	if (u->magic != 0x27051956)
		region_prop(r, "magic", "0x%08x", u->magic);
	if (arch)
		region_detail(r, "%s", arch);
	if (type && u->type != UIMAGE_KERNEL)
		region_detail(r, "%s", type);
	say_comp(u, data, r);
	region_label(r, u->name);
	if (r->label[0])
		region_detail(r, "%s", r->label);
}

static enum proof uimage_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at), data;
	bool header, whole;
	struct uimage u;

	if (!uimage_get(v, &u))
		return PROOF_NONE;
	header = uimage_hcrc(v) == u.hcrc;
	if (!header && (u.magic != 0x27051956 || !uimage_type(u.type)))
		return PROOF_NONE;
	r->endian = BIG;
	region_size(r, image, UIMAGE_HEADER + (uint64_t)u.size);
	data = view_sub(v, UIMAGE_HEADER, u.size);
	whole = header && data.len && crc32_of(0, data) == u.dcrc;
	r->broken = !header || (data.len && !whole);
	if (header)
		region_evidence(r, "header crc32 %08x", u.hcrc);
	if (whole)
		region_evidence(r, "data crc32 %08x", u.dcrc);
	region_detail(r, "%s", whole ? "crc32 ok twice" :
		      !header ? "header crc32 wrong" : data.len ?
		      "data crc32 wrong" : "header crc32 ok");
	describe(&u, view_upto(v, UIMAGE_HEADER, u.size), r);
	return whole ? PROOF_PROVEN : header ? PROOF_PLAUSIBLE : PROOF_WEAK;
}

const struct format format_uimage = {
	.name = "uimage",
	.title = "U-Boot legacy image",
	.proves = "CRC-32 of the header and of the data",
	.suffix = ".uimage",
	.magic = (const struct magic[]){
		{ 0, 4, "\x27\x05\x19\x56" },
		{ 0, 4, "OKLI" },		/* OpenWrt's own loader */
		{ 0, 4, "NGE " },		/* Netgear, from here on */
		{ 0, 4, "2001" }, { 0, 4, "2003" }, { 0, 4, "2004" },
		{ 0, 4, "2061" }, { 0, 4, "2200" }, { 0, 4, "1001" },
		{ 0, 4, "1000" }, { 0, 4, "1110" }, { 0, 4, "3700" },
		{ 0, 4, "3701" },
		{ 0, 4, "\x83\x80\0\0" },	/* Realtek switches */
		{ 0 }
	},
	.probe = uimage_probe,
	.wrap = &wrap_uimage,
};
