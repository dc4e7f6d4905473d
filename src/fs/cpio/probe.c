/* probe.c - cpio archives: newc, crc, odc and binary, one or several */
#include "core/codec.h"
#include "core/work.h"
#include "fs/cpio/read.h"

enum { PAD = 512, MOST_TAIL = 64 << 10, GRID = 4096 };
enum { ENTRY = 2048 };	/* what decoding one costs, in bytes of work */

#define MOST_UNPACKED (UINT64_C(1) << 30)

struct walk {
	size_t entries, wrong, members;
	uint64_t end, wanted;
	bool ended;		/* the last archive has its trailer */
	const char *codec;	/* of a member */
};

/* One archive, which begins at w->end. */
static void walk_archive(struct view v, struct walk *w)
{
	struct cpio_entry n;

	w->ended = false;
	while (!w->ended && cpio_get(v, w->end, &n)) {
		work_add(ENTRY);
		w->ended = cpio_is_trailer(&n);
		if (!view_has(v, n.data, n.f[CPIO_SIZE])) {
			w->wanted = n.next;
			break;
		}
		w->wrong += !cpio_sum_holds(v, &n);
		w->entries += !w->ended;
		w->end = n.next < v.len ? n.next : v.len;
	}
}

/* A compressed archive; what is in it is looked at when it is read. */
static bool walk_packed(struct view v, const struct codec *codec, struct walk *w)
{
	struct decoded d;
	struct err e;

	if (codec->decode(view_from(v, w->end), MOST_UNPACKED, NULL, &d, &e) < 0 ||
	    !d.ended)
		return false;
	work_add(4 * (d.used + d.size));
	w->end += d.used;
	w->codec = codec->name;
	return true;
}

static struct walk walk(struct view v)
{
	struct walk w = { 0 };
	const struct codec *codec;
	uint64_t at;

	walk_archive(v, &w);
	w.members = 1;
	while (w.ended) {
		at = w.end;
		if (!cpio_member(v, &at, &codec))
			break;
		if (!codec) {
			w.end = at;
			walk_archive(v, &w);
		} else {
			struct walk next = w;

			next.end = at;
			if (!walk_packed(v, codec, &next))
				break;
			w = next;
		}
		w.members++;
	}
	return w;
}

/* Zeros up to a multiple of 512, or up to the end if that is near. */
static uint64_t padded(struct view v, uint64_t end)
{
	uint64_t round = (end + PAD - 1) & ~(uint64_t)(PAD - 1);
	struct view rest = view_from(v, end), pad = view_sub(v, end, round - end);

	if (rest.len && rest.len <= MOST_TAIL && view_run(rest, 0) == rest.len)
		return v.len;
	return pad.len && view_run(pad, 0) == pad.len ? round : end;
}

static void describe(const struct walk *w, const char *kind, struct region *r)
{
	region_number(r, "entries", w->entries);
	region_prop(r, "kind", "%s", kind);
	region_detail(r, "%s, %zu entr%s", kind, w->entries,
		      w->entries == 1 ? "y" : "ies");
	if (w->members > 1)
		region_detail(r, "%zu archives", w->members);
	if (w->codec)
		region_detail(r, "%s", w->codec);
	r->broken = w->wrong > 0;
	if (w->wrong)
		region_detail(r, "%zu checksums wrong", w->wrong);
}

static enum proof cpio_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct cpio_entry n;
	struct walk w;

	if (!cpio_get(v, 0, &n))
		return PROOF_NONE;
	w = walk(v);
	if (!w.entries && !w.wanted)
		return PROOF_NONE;	/* a trailer, or what looks like an entry */
	/* Two bytes of magic are not much: such an archive must be whole. */
	if (n.kind >= CPIO_BIN && (!w.ended || w.entries < 2))
		return PROOF_NONE;
	region_size(r, image, w.ended ? padded(v, w.end) :
		    w.wanted ? w.wanted : w.end);
	describe(&w, cpio_kinds[n.kind], r);
	if (w.ended && !w.wrong) {
		region_evidence(r, "every entry up to the trailer");
		return PROOF_PROVEN;
	}
	if (!w.ended)
		region_detail(r, w.wanted ? "cut off" : "no trailer");
	return PROOF_PLAUSIBLE;
}

/* The binary kind, whose magic is too short to be looked for everywhere. */
static bool cpio_peek(struct view v)
{
	struct cpio_entry n;

	return (view_is(v, 0, "\xc7\x71", 2) || view_is(v, 0, "\x71\xc7", 2)) &&
	       cpio_get(v, 0, &n) && n.f[CPIO_MODE];
}

const struct format format_cpio = {
	.name = "cpio",
	.title = "cpio archive",
	.proves = "every entry up to the trailer",
	.exact = "GNU cpio, bsdcpio",
	.suffix = ".cpio",
	.embedded = true,
	.magic = (const struct magic[]){
		{ 0, 6, "070701" }, { 0, 6, "070702" }, { 0, 6, "070707" },
		{ 0 }
	},
	.grid = GRID,
	.peek = cpio_peek,
	.probe = cpio_probe,
	.fs = &cpio_fs,
};
