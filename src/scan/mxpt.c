/*
 * mxpt.c - partition table of SigmaStar's and MStar's boot loaders
 *
 *	table	= record...
 *	record	= "MXPT" version type format pad start:64 size:64 block count
 *		  name[16] backup[16] hash[32] pad[24] crc status "TPXM" pad
 *
 * Little-endian, records of 136 bytes. Type 0 ends it; bit 1 says that Linux
 * knows the part, too. A size of 0xffffffff is the rest. One record names the
 * table itself.
 */
#include <stdio.h>

#include "core/format.h"

enum { RECORD = 136, MOST_RECORDS = 30, FOR_LINUX = 2 };

struct record { uint8_t type; uint64_t at, size; struct view name; };

static bool get_record(struct view v, struct record *p)
{
	struct cursor c = cursor(view_sub(v, 0, RECORD), LITTLE);

	get_skip(&c, 5);
	p->type = get8(&c);
	get_skip(&c, 2);
	p->at = get64(&c);
	p->size = get64(&c);
	get_skip(&c, 8);
	p->name = get_view(&c, 16);
	return cursor_ok(&c) && view_is(v, 0, "MXPT", 4) &&
	       view_is(v, 125, "TPXM", 4);
}

static bool is_part(const struct record *p)
{
	return p->type && p->type < 4 && p->name.p[0] > ' ' && p->name.p[0] < 0x7f;
}

/* Whether the part is inside the image; a size for "the rest" is filled in. */
static bool fits(struct view image, struct record *p)
{
	if ((uint32_t)p->size == UINT32_MAX && p->at < image.len)
		p->size = image.len - p->at;
	return p->size && view_has(image, p->at, p->size);
}

struct seen { unsigned records, parts, inside, linux; bool itself; };

static void see(struct view image, uint64_t at, struct seen *s)
{
	struct record p;

	while (s->records < MOST_RECORDS &&
	       get_record(view_from(image, at + s->records * RECORD), &p)) {
		s->records++;
		if (!is_part(&p))
			continue;
		s->parts++;
		s->inside += fits(image, &p);
		s->linux += p.type & FOR_LINUX ? 1 : 0;
		s->itself |= p.at == at;
	}
}

static enum proof mxpt_probe(struct view image, uint64_t at, struct region *r)
{
	struct seen s = { 0 };

	see(image, at, &s);
	if (!s.parts)
		return PROOF_NONE;
	region_size(r, image, s.records * (uint64_t)RECORD);
	region_detail(r, "%u parts, %u outside the dump", s.parts,
		      s.parts - s.inside);
	if (s.inside == s.parts) {
		r->detail[0] = 0;
		region_detail(r, "%u parts, %u for Linux", s.parts, s.linux);
	}
	region_prop(r, "soc", "SigmaStar or MStar");
	region_number(r, "parts", s.parts);
	if (s.itself)
		region_evidence(r, "names its own place");
	return s.itself && s.inside == s.parts ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int mxpt_table(struct view image, uint64_t at, struct table_part *slot, int most)
{
	struct seen s = { 0 };
	struct record p;
	int n = 0;

	see(image, at, &s);
	for (unsigned i = 0; i < s.records && n < most; i++) {
		if (!get_record(view_from(image, at + i * RECORD), &p) ||
		    !is_part(&p) || (s.linux && !(p.type & FOR_LINUX)))
			continue;
		fits(image, &p);
		slot[n] = (struct table_part){ .at = p.at, .size = p.size };
		snprintf(slot[n++].name, sizeof(slot->name), "%.16s",
			 (const char *)p.name.p);
	}
	return n;
}

const struct format format_mxpt = {
	.name = "mxpt",
	.title = "SigmaStar partition table (MXPT)",
	.proves = "every entry inside",
	.magic = (const struct magic[]){ { 0, 4, "MXPT" }, { 0 } },
	.probe = mxpt_probe,
	.table = mxpt_table,
};
