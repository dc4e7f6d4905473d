/*
 * probe.c - cpio archives: newc, crc and odc, the ones in ASCII
 *
 *	newc   = "070701" or "070702" 13 fields of 8 hex digits, name\0 pad4
 *		 data pad4
 *	odc    = "070707" fields of octal digits, 76 bytes in all, name\0 data
 *
 * The last entry is named TRAILER!!!. With 070702 a field is the sum of the
 * data's bytes. Tools pad the whole with zeros to 512.
 */
#include "core/format.h"
#include "core/work.h"

enum { NEWC = 110, ODC = 76, MOST_NAME = 4096, PAD = 512 };
enum { ENTRY = 2048 };	/* what decoding one costs, in bytes of work */

struct entry {
	uint64_t size, sum, mode, namesize;
	struct view name;
	uint64_t data, next;		/* offsets in the archive */
	bool summed;
};

static bool digits(struct view v, uint64_t at, unsigned n, unsigned base,
		   uint64_t *out)
{
	struct view d = view_sub(v, at, n);

	*out = 0;
	for (size_t i = 0; i < d.len; i++) {
		unsigned c = d.p[i], x = 16;

		if (c >= '0' && c <= '9')
			x = c - '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			x = (c | 32) - 'a' + 10;
		if (x >= base)
			return false;
		*out = *out * base + x;
	}
	return d.len == n;
}

static bool get_newc(struct view v, uint64_t at, struct entry *n)
{
	uint64_t field;

	for (unsigned i = 0; i < 13; i++) {
		if (!digits(v, at + 6 + 8 * i, 8, 16, &field))
			return false;
		if (i == 1)
			n->mode = field;
		else if (i == 6)
			n->size = field;
		else if (i == 11)
			n->namesize = field;
		else if (i == 12)
			n->sum = field;
	}
	n->data = (at + NEWC + n->namesize + 3) & ~UINT64_C(3);
	n->next = (n->data + n->size + 3) & ~UINT64_C(3);
	n->name = view_sub(v, at + NEWC, n->namesize);
	n->summed = v.p[at + 5] == '2';
	return true;
}

static bool get_odc(struct view v, uint64_t at, struct entry *n)
{
	uint64_t rest;

	if (!digits(v, at + 6, 12, 8, &rest) ||
	    !digits(v, at + 18, 6, 8, &n->mode) ||
	    !digits(v, at + 24, 35, 8, &rest) ||
	    !digits(v, at + 59, 6, 8, &n->namesize) ||
	    !digits(v, at + 65, 11, 8, &n->size))
		return false;
	n->data = at + ODC + n->namesize;
	n->next = n->data + n->size;
	n->name = view_sub(v, at + ODC, n->namesize);
	n->summed = false;
	return true;
}

static bool get_entry(struct view v, uint64_t at, struct entry *n)
{
	static const uint16_t types = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 6 |
				      1u << 8 | 1u << 10 | 1u << 12;
	bool odc = view_is(v, at, "070707", 6);

	/* The name is short: cheap to see, and it spares nearly all. */
	if (!view_is(v, at + (odc ? 59 : 94), "0000", odc ? 2 : 4))
		return false;
	if (!odc && !view_is(v, at, "070701", 6) && !view_is(v, at, "070702", 6))
		return false;
	if (!(odc ? get_odc : get_newc)(v, at, n) || !n->name.len ||
	    n->namesize > MOST_NAME || n->name.p[n->namesize - 1])
		return false;
	return n->mode == 0 || (n->mode < 1 << 16 && types >> (n->mode >> 12) & 1);
}

static bool is_trailer(const struct entry *n)
{
	return view_is(n->name, 0, "TRAILER!!!", 11) && !n->size;
}

static bool sum_holds(struct view v, const struct entry *n)
{
	struct view d = view_sub(v, n->data, n->size);
	uint32_t sum = 0;

	if (!n->summed)
		return true;
	work_add(4 * (uint64_t)d.len);
	for (size_t i = 0; i < d.len; i++)
		sum += d.p[i];
	return (n->mode >> 12) != 8 || sum == n->sum;
}

struct walk { size_t entries, wrong; uint64_t end, wanted; bool ended; };

static struct walk walk(struct view v)
{
	struct walk w = { 0 };
	struct entry n;

	while (!w.ended && get_entry(v, w.end, &n)) {
		work_add(ENTRY);
		w.ended = is_trailer(&n);
		if (!view_has(v, n.data, n.size)) {
			w.wanted = n.next;
			break;
		}
		w.wrong += !sum_holds(v, &n);
		w.entries += !w.ended;
		w.end = n.next < v.len ? n.next : v.len;
	}
	return w;
}

static uint64_t padded(struct view v, uint64_t end)
{
	uint64_t round = (end + PAD - 1) & ~(uint64_t)(PAD - 1);
	struct view pad = view_sub(v, end, round - end);

	return pad.len && view_run(pad, 0) == pad.len ? round : end;
}

static enum proof cpio_probe(struct view image, uint64_t at, struct region *r)
{
	static const char *const kinds[] = { "newc", "crc", "odc" };
	struct view v = view_from(image, at);
	const char *kind;
	struct entry n;
	struct walk w;

	if (!view_has(v, 0, ODC) || !get_entry(v, 0, &n))
		return PROOF_NONE;
	kind = kinds[v.p[5] == '7' ? 2 : v.p[5] - '1'];
	w = walk(v);
	if (!w.entries && !w.wanted)
		return PROOF_NONE;	/* a trailer, or what looks like an entry */
	region_size(r, image, w.ended ? padded(v, w.end) :
		    w.wanted ? w.wanted : w.end);
	region_number(r, "entries", w.entries);
	region_prop(r, "kind", "%s", kind);
	region_detail(r, "%s, %zu entr%s", kind, w.entries,
		      w.entries == 1 ? "y" : "ies");
	r->broken = w.wrong > 0;
	if (w.wrong)
		region_detail(r, "%zu checksums wrong", w.wrong);
	if (w.ended && !w.wrong) {
		region_evidence(r, "every entry up to the trailer");
		return PROOF_PROVEN;
	}
	if (!w.ended)
		region_detail(r, w.wanted ? "cut off" : "no trailer");
	return PROOF_PLAUSIBLE;
}

const struct format format_cpio = {
	.name = "cpio",
	.title = "cpio archive",
	.proves = "every entry up to the trailer",
	.suffix = ".cpio",
	.embedded = true,
	.magic = (const struct magic[]){
		{ 0, 6, "070701" }, { 0, 6, "070702" }, { 0, 6, "070707" },
		{ 0 }
	},
	.probe = cpio_probe,
};
