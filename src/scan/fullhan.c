/*
 * fullhan.c - boot table of Fullhan's FH88 chips
 *
 *	0x000	"2BL*OABD"
 *	0x014	where the table ends, counted from here
 *	0x018	0xaa5555aa
 *	0x100	entry...
 *	entry	= name[16] id 0 length 0 size offset load entry flags crc ...
 *
 * All little-endian, entries of 64 bytes. The crc32 has no final inversion and
 * is of [offset, offset + size); an entry without a size is a setting.
 */
#include "core/format.h"
#include "core/hash.h"
#include "core/work.h"

enum { FIRST = 0x100, ENTRY = 64, MOST_END = 0x4000, MOST_SIZE = 16 << 20 };

struct entry { struct view name; uint32_t size, at, crc; };

static bool get_entry(struct view v, uint64_t at, struct entry *e)
{
	struct cursor c = cursor(view_sub(v, at, ENTRY), LITTLE);

	e->name = get_view(&c, 16);
	get_skip(&c, 16);
	e->size = get32(&c);
	e->at = get32(&c);
	get_skip(&c, 12);
	e->crc = get32(&c);
	return cursor_ok(&c) && e->name.p[0] > ' ' && e->name.p[0] < 0x7f &&
	       e->size && e->size <= MOST_SIZE && e->at <= MOST_SIZE;
}

struct sums { unsigned n, good, cut; uint64_t end; };

/* The boot stages belong to the table, U-Boot is an object by itself. */
static void check(struct view v, const struct entry *e, struct sums *s)
{
	struct view data = view_sub(v, e->at, e->size);

	s->n++;
	work_add(data.len);
	s->cut += !data.len;
	s->good += data.len && crc32_plain(~0u, data) == e->crc;
	if (!view_is(e->name, 0, "uboot", 5) && e->at + (uint64_t)e->size > s->end)
		s->end = e->at + (uint64_t)e->size;
}

static enum proof fullhan_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t end = peek32(v, 0x14, LITTLE), uboot = 0;
	struct sums s = { .end = end };
	struct entry e;

	if (peek32(v, 0x18, LITTLE) != 0xaa5555aa || end < FIRST + ENTRY ||
	    end > MOST_END || !view_has(v, 0, end))
		return PROOF_NONE;
	for (uint32_t i = FIRST; i + ENTRY <= end; i += ENTRY) {
		if (!get_entry(v, i, &e))
			continue;
		check(v, &e, &s);
		if (view_is(e.name, 0, "uboot", 5))
			uboot = e.at;
	}
	if (uboot >= end && s.end > uboot)
		s.end = uboot;
	region_size(r, image, s.end);
	r->broken = s.good + s.cut < s.n;
	region_detail(r, "%u of %u crc32 ok, boot table", s.good, s.n);
	region_prop(r, "soc", "Fullhan");
	region_number(r, "entries", s.n);
	if (uboot)
		region_prop(r, "uboot", "0x%06x", uboot);
	if (s.good)
		region_evidence(r, "crc32 of %u boot stages", s.good);
	return s.n && s.good == s.n ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_fullhan = {
	.name = "fullhan",
	.title = "Fullhan boot table",
	.proves = "crc32 of every stage",
	.magic = (const struct magic[]){ { 0, 8, "2BL*OABD" }, { 0 } },
	.probe = fullhan_probe,
};
