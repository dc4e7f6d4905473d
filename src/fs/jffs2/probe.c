/* probe.c - finding jffs2: a log without a super block, proved by its sums */
#include <stdio.h>

#include "core/format.h"
#include "fs/jffs2/fs.h"
#include "fs/jffs2/survey.h"

/*
 * Every node begins with magic and type; obsolete ones lack JFFS2_ACCURATE.
 * Three bytes are enough to look closer: in the one byte order they hold the
 * low half of the type, in the other the high one.
 */
static const struct magic magic[] = {
	{ 0, 3, "\x85\x19\x01" }, { 0, 3, "\x85\x19\x02" },
	{ 0, 3, "\x85\x19\x03" }, { 0, 3, "\x85\x19\x04" },
	{ 0, 3, "\x85\x19\x06" }, { 0, 3, "\x85\x19\x08" },
	{ 0, 3, "\x85\x19\x09" },
	{ 0, 3, "\x19\x85\xe0" }, { 0, 3, "\x19\x85\xc0" },
	{ 0, 3, "\x19\x85\x20" }, { 0, 3, "\x19\x85\x00" },
	{ 0 },
};

static enum proof proof_of(const struct survey *s)
{
	if (s->good && s->good >= s->bad)
		return PROOF_PROVEN;
	/* Nothing but markers: an empty one, if they stand where blocks do. */
	if (s->good || s->geom.mark >= JFFS2_MIN_ERASE || s->obsolete > 1)
		return PROOF_PLAUSIBLE;
	return s->start % JFFS2_MIN_ERASE ? PROOF_WEAK : PROOF_PLAUSIBLE;
}

static void tell_methods(const struct survey *s, struct region *r)
{
	char text[sizeof(r->prop[0].text)] = "";
	size_t len = 0;

	for (unsigned i = 0; i < JFFS2_COMPRS; i++) {
		const char *name = jffs2_compr_name(i);

		if (!s->method[i] || i == JFFS2_COMPR_NONE || i == JFFS2_COMPR_ZERO)
			continue;
		if (len + 16 >= sizeof(text))
			break;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
					len ? ", " : "", name ? name : "unknown");
	}
	if (!len && s->method[JFFS2_COMPR_NONE])
		snprintf(text, sizeof(text), "uncompressed");
	if (!*text)
		return;
	region_prop(r, "compression", "%s", text);
	region_detail(r, "%s", text);
}

static void tell(const struct survey *s, struct region *r)
{
	uint64_t blocks = (s->end - s->start + s->erase - 1) / s->erase;
	const char *order = r->endian == BIG ? "big" : "little";

	if (s->good || s->bad)
		region_detail(r, "%llu nodes, %llu bad",
			      (unsigned long long)s->good, (unsigned long long)s->bad);
	else
		region_detail(r, "empty, %llu block%s", (unsigned long long)blocks,
			      blocks == 1 ? "" : "s");
	region_detail(r, "%u KiB blocks", s->erase / 1024);
	if (r->endian == BIG)
		region_detail(r, "big-endian");
	region_number(r, "nodes", s->good);
	region_number(r, "bad", s->bad);
	region_number(r, "obsolete", s->obsolete);
	region_number(r, "erase_block", s->erase);
	region_number(r, "blocks", blocks);
	region_prop(r, "endian", "%s", order);
	tell_methods(s, r);
	if (s->summaries)
		region_number(r, "summaries", s->summaries);
	if (s->marked)
		region_prop(r, "end_mark", "deadc0de");
	region_evidence(r, "%llu node, name and data crcs hold",
			(unsigned long long)s->good);
	if (s->geom.marks)
		region_evidence(r, "%u cleanmarkers and summaries every 0x%x",
				s->geom.marks, s->erase);
}

static enum proof probe(struct view image, uint64_t at, struct region *r)
{
	struct survey s;

	r->endian = view_is(image, at, "\x85", 1) ? LITTLE : BIG;
	if (!jffs2_survey(&s, image, at, r->endian))
		return PROOF_NONE;
	r->at -= at - s.start;
	r->size = s.end - s.start;
	r->says = s.cut > s.end ? s.cut - s.start : 0;
	r->broken = s.bad > 0;
	tell(&s, r);
	return proof_of(&s);
}

const struct format format_jffs2 = {
	.name = "jffs2",
	.title = "journalling flash file system, version 2",
	.proves = "CRC-32 of the nodes",
	.exact = "mkfs.jffs2 2.1.5",
	.suffix = ".jffs2",
	.magic = magic,
	.probe = probe,
	.borderless = true,
	.fs = &jffs2_fs,
};
