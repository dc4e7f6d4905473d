/* probe.c - romfs images (genromfs) */
#include "core/work.h"
#include "fs/romfs/file.h"

enum { DEPTH = 64 };
enum { ENTRY = 1024 };	/* what checking one costs, in bytes of work */

struct walk { struct view v; size_t files; };

/*
 * Follow a chain of files from the one at `at`. Offsets rise along it and
 * into folders; what points back is "." of the root, or damage.
 */
static bool walk(struct walk *w, uint32_t at, int depth)
{
	while (at) {
		struct romfs_file f;

		work_add(ENTRY);
		if (!romfs_file(w->v, at, &f) || romfs_sum(f.head) ||
		    depth > DEPTH || ++w->files > w->v.len / (2 * ROMFS_HEADER))
			return false;
		if ((f.type == ROMFS_FILE || f.type == ROMFS_LINK) &&
		    !view_has(w->v, f.data, f.size))
			return false;
		if (f.type == ROMFS_DIR && f.spec > at &&
		    !walk(w, f.spec, depth + 1))
			return false;
		if (f.next && f.next <= at)
			return false;
		at = f.next;
	}
	return true;
}

/* genromfs pads to 1024 with zeros that the size does not count. */
static void add_padding(struct view image, struct region *r)
{
	uint64_t end = (r->size + ROMFS_PAD - 1) & ~(uint64_t)(ROMFS_PAD - 1);
	struct view pad = view_sub(image, r->at + r->size, end - r->size);

	if (!r->says && pad.len && view_run(pad, 0) == pad.len)
		r->size = end;
}

static enum proof romfs_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t size = peek32(v, 8, BIG), check = peek32(v, 12, BIG);
	struct walk w = { 0 };
	size_t head;
	bool whole;

	if (size < 2 * ROMFS_HEADER || size & 15 || !view_has(v, 0, 2 * ROMFS_HEADER))
		return PROOF_NONE;
	r->endian = BIG;
	region_size(r, image, size);
	v = view_upto(v, 0, r->size);
	head = romfs_head(v, 0);
	if (!head || (v.len >= ROMFS_SUMMED && romfs_sum(view_sub(v, 0, ROMFS_SUMMED))) ||
	    (v.len < ROMFS_SUMMED && !r->says && romfs_sum(v))) {
		r->broken = true;
		region_detail(r, "checksum wrong");
		return PROOF_WEAK;
	}
	region_label(r, view_upto(v, ROMFS_HEADER, 32));
	w.v = v;
	whole = head >= v.len || walk(&w, (uint32_t)head, 0);
	add_padding(image, r);
	region_evidence(r, "checksum %08x", check);
	region_number(r, "size", size);
	r->broken = !whole && !r->says;
	if (!whole || r->says) {
		region_detail(r, "checksum ok, %s", r->says ? "cut off" : "damaged");
		return PROOF_PLAUSIBLE;
	}
	region_number(r, "entries", w.files);
	region_detail(r, "checksum ok, %zu entries", w.files);
	if (r->label[0])
		region_detail(r, "%s", r->label);
	return PROOF_PROVEN;
}

const struct format format_romfs = {
	.name = "romfs",
	.title = "ROM file system",
	.proves = "checksums, every entry followed",
	.exact = "genromfs",
	.suffix = ".romfs",
	.magic = (const struct magic[]){ { 0, 8, ROMFS_MAGIC }, { 0 } },
	.probe = romfs_probe,
	.fs = &romfs_fs,
};
