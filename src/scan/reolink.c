/*
 * reolink.c - PAK, the updates of Reolink's and Swann's cameras
 *
 *	image     = magic crc type { section } { partition } data
 *	section   = name[32] version[24] start len
 *	partition = name[32] :32 mtd[32] start:32 len:32
 *
 * Little-endian; magic, crc, type, start and len of a section are of 32 bits,
 * or all of 64. There are as many partitions as sections, with the same names:
 * they say where in flash a section goes, and how much room it has there. The
 * CRC-32, without its inversions, is of the data, of the number 2, and of the
 * table of sections.
 */
#include <stdio.h>

#include "core/hash.h"
#include "core/work.h"
#include "scan/refit.h"

enum { NAME = 32, VERSION = 24, MOST_SECTIONS = 64, PARTITION = 76 };

struct section { uint64_t start, len; };

struct pak {
	unsigned word;			/* 4 or 8 */
	size_t entry;			/* of a section in its table */
	unsigned n;
	struct section s[MOST_SECTIONS];
	uint64_t data, end;		/* where they begin, and end */
};

static bool is_name(struct view v)
{
	size_t n = 0;

	while (n < v.len && v.p[n] > ' ' && v.p[n] < 0x7f)
		n++;
	return n < v.len && !v.p[n];
}

static struct view name_of(struct view v, const struct pak *p, unsigned i)
{
	return view_sub(v, 3 * p->word + i * p->entry, NAME);
}

static struct view partition_of(struct view v, const struct pak *p, unsigned i)
{
	return view_sub(v, 3 * p->word + p->n * p->entry + i * PARTITION, PARTITION);
}

/* The first partition has the name of the first section, and ends the table. */
static bool get_sections(struct view v, struct pak *p)
{
	for (p->n = 0; ; p->n++) {
		struct view name = name_of(v, p, p->n);
		struct cursor c = cursor(view_from(v, 3 * p->word + p->n * p->entry),
					 LITTLE);
		struct section *s = &p->s[p->n];

		if (p->n && view_equal(name, name_of(v, p, 0)))
			return true;
		if (p->n == MOST_SECTIONS || !is_name(name))
			return false;
		get_skip(&c, NAME + VERSION);
		s->start = get_uint(&c, p->word);
		s->len = get_uint(&c, p->word);
		if (!cursor_ok(&c))
			return false;
	}
}

static bool get_pak(struct view v, struct pak *p)
{
	uint64_t tables;

	*p = (struct pak){ .word = 4 };
	if (!view_has(v, 0, 24))
		return false;
	if (view_run(view_sub(v, 4, 4), 0) == 4 && view_run(view_sub(v, 12, 4), 0) == 4)
		p->word = 8;
	p->entry = NAME + VERSION + 2 * p->word;
	if (!name_of(v, p, 0).len || !name_of(v, p, 0).p[0] || !get_sections(v, p))
		return false;
	tables = 3 * p->word + p->n * (p->entry + PARTITION);
	p->data = p->s[0].start;
	for (unsigned i = 0; i < p->n; i++) {
		const struct section *s = &p->s[i];

		if (s->start < tables || s->start < p->data ||
		    s->start > INT64_MAX || s->len > INT64_MAX)
			return false;
		if (s->start + s->len > p->end)
			p->end = s->start + s->len;
	}
	return p->end > p->data && partition_of(v, p, p->n - 1).len;
}

static uint32_t crc_of(struct view v, const struct pak *p, uint64_t end)
{
	uint32_t crc = crc32_plain(0, view_sub(v, p->data, end - p->data));

	crc = crc32_plain(crc, (struct view){ (const uint8_t *)"\2\0\0\0", 4, 0 });
	return crc32_plain(crc, view_sub(v, 3 * p->word, p->n * p->entry));
}

/* The sum reaches to the last section, or to the end of the file; 0: wrong. */
static uint64_t summed_end(struct view v, const struct pak *p)
{
	uint32_t want = peek32(v, p->word, LITTLE);

	if (p->end > v.len)
		return 0;
	work_add(v.len - p->data);
	if (crc_of(v, p, p->end) == want)
		return p->end;
	return crc_of(v, p, v.len) == want ? v.len : 0;
}

static enum proof reolink_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct pak p;
	uint64_t end;

	if (!get_pak(v, &p))
		return PROOF_NONE;
	end = summed_end(v, &p);
	region_size(r, image, end ? end : p.end);
	r->broken = !end && !r->says;
	region_detail(r, "%s, %u-bit, %u sections", end ? "crc32 ok" : r->says ?
		      "cut off" : "crc32 wrong", 8 * p.word, p.n);
	region_number(r, "bits", 8 * p.word);
	region_number(r, "sections", p.n);
	region_prop(r, "type", "0x%08x", peek32(v, 2 * p.word, LITTLE));
	if (end)
		region_evidence(r, "crc32 %08x", peek32(v, p.word, LITTLE));
	return end ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int reolink_open(struct view v, struct payload *inner, int most,
			struct err *e)
{
	struct pak p;
	int n = 0;

	if (!get_pak(v, &p) || p.end > v.len)
		return fail_at(e, v.at, "PAK cut off");
	for (unsigned i = 0; i < p.n && n < most; i++) {
		if (!p.s[i].len)
			continue;
		inner[n].v = view_sub(v, p.s[i].start, p.s[i].len);
		snprintf(inner[n++].name, sizeof(inner->name), "%.31s",
			 (const char *)name_of(v, &p, i).p);
	}
	return n;
}

/* Which section payload i is; -1: none. */
static int section_of(const struct pak *p, int i)
{
	for (unsigned k = 0; k < p->n; k++)
		if (p->s[k].len && !i--)
			return (int)k;
	return -1;
}

static void set_word(struct buf *out, size_t at, unsigned word, uint64_t x)
{
	patch32(out, at, (uint32_t)x);
	if (word == 8)
		patch32(out, at + 4, (uint32_t)(x >> 32));
}

/* What lies behind section k moves by as much as it grew. */
static void fix_sections(struct buf *out, size_t start, struct pak *p, int k,
			 uint64_t len)
{
	uint64_t end = p->s[k].start + p->s[k].len, grown = len - p->s[k].len;

	for (unsigned i = 0; i < p->n; i++) {
		size_t at = start + 3 * p->word + i * p->entry + NAME + VERSION;

		if (i != (unsigned)k && p->s[i].start >= end)
			p->s[i].start += grown;
		set_word(out, at, p->word, p->s[i].start);
		set_word(out, at + p->word, p->word, i == (unsigned)k ? len : p->s[i].len);
	}
}

/* The room that its partition has in flash, where it kept to that before. */
static int check_room(struct view v, const struct pak *p, int k, uint64_t len,
		      struct err *e)
{
	struct view part = partition_of(v, p, (unsigned)k);
	uint32_t room = peek32(part, 72, LITTLE);

	if (len <= room || p->s[k].len > room)
		return 0;
	return fail(e, ERR_LIMIT, "needs %llu bytes, its partition in flash has %u",
		    (unsigned long long)len, room);
}

static int reolink_refit(struct view v, int i, struct view payload,
			 struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	uint64_t summed, behind;
	struct pak p;
	int k;

	if (!get_pak(v, &p) || p.end > v.len || (k = section_of(&p, i)) < 0 ||
	    !payload.len || payload.len > UINT32_MAX / 2)
		return fail_at(e, v.at, "this PAK has no such section");
	if (check_room(v, &p, k, payload.len, e) < 0)
		return -1;
	summed = summed_end(v, &p);
	behind = p.s[k].start + p.s[k].len;
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, p.s[k].start));
	put_view(out, payload);
	put_view(out, view_from(v, behind));
	fix_sections(out, start, &p, k, payload.len);
	summed = (summed ? summed : v.len) - behind + p.s[k].start + payload.len;
	set_word(out, start + p.word, p.word,
		 crc_of(view_from(buf_view(out), start), &p, summed));
	out->endian = was;
	return 0;
}

static const struct wrap wrap_reolink = {
	.open = reolink_open, .refit = reolink_refit,
};

const struct format format_reolink = {
	.name = "reolink",
	.title = "Reolink PAK update",
	.proves = "CRC-32 of data and table",
	.suffix = ".pak",
	.magic = (const struct magic[]){
		{ 0, 4, "\x13\x59\x72\x32" }, { 0, 4, "\x23\x59\x72\x32" }, { 0 }
	},
	.probe = reolink_probe,
	.wrap = &wrap_reolink,
};
