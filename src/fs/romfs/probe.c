/*
 * probe.c - romfs images (genromfs)
 *
 *	image  = "-rom1fs-" size sum name\0 pad16 { file }
 *	file   = next:28 exec:1 type:3 spec size sum name\0 pad16 data pad16
 *
 * All big-endian. The 32-bit words of the first min(512, size) bytes add up
 * to zero, and so do those of each file's header with its name.
 */
#include "core/format.h"
#include "core/work.h"

enum { HEADER = 16, MOST_NAME = 256, SUMMED = 512, PAD = 1024, DEPTH = 64 };
enum { ENTRY = 1024 };	/* what checking one costs, in bytes of work */
enum { FOLDER = 1, REGULAR = 2, SYMLINK = 3 };

static uint32_t sum(struct view v)
{
	uint32_t s = 0;

	for (size_t i = 0; i + 4 <= v.len; i += 4)
		s += peek32(v, i, BIG);
	return s;
}

/* The length of a header that ends in a name, padded to 16; 0: none. */
static size_t with_name(struct view v, uint64_t at)
{
	struct view name = view_upto(v, at + HEADER, MOST_NAME);
	const uint8_t *end = name.len ? memchr(name.p, 0, name.len) : NULL;
	size_t len = end ? (size_t)(end - name.p) + 1 : 0;

	len = HEADER + ((len + 15) & ~(size_t)15);
	return end && view_has(v, at, len) ? len : 0;
}

struct walk { struct view v; size_t files; };

/*
 * Follow a chain of files from the one at `at`. Offsets rise along it and
 * into folders; what points back is "." of the root, or damage.
 */
static bool walk(struct walk *w, uint32_t at, int depth)
{
	while (at) {
		uint32_t next = peek32(w->v, at, BIG);
		uint32_t spec = peek32(w->v, (uint64_t)at + 4, BIG);
		uint32_t size = peek32(w->v, (uint64_t)at + 8, BIG);
		size_t len = with_name(w->v, at);
		unsigned type = next & 7;

		work_add(ENTRY);
		if (!len || sum(view_sub(w->v, at, len)) || depth > DEPTH ||
		    ++w->files > w->v.len / (2 * HEADER))
			return false;
		if ((type == REGULAR || type == SYMLINK) &&
		    !view_has(w->v, at + len, size))
			return false;
		if (type == FOLDER && spec > at && !walk(w, spec, depth + 1))
			return false;
		next &= ~15u;
		if (next && next <= at)
			return false;
		at = next;
	}
	return true;
}

/* genromfs pads to 1024 with zeros that the size does not count. */
static void add_padding(struct view image, struct region *r)
{
	uint64_t end = (r->size + PAD - 1) & ~(uint64_t)(PAD - 1);
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

	if (size < 2 * HEADER || size & 15 || !view_has(v, 0, 2 * HEADER))
		return PROOF_NONE;
	r->endian = BIG;
	region_size(r, image, size);
	v = view_upto(v, 0, r->size);
	head = with_name(v, 0);
	if (!head || (v.len >= SUMMED && sum(view_sub(v, 0, SUMMED))) ||
	    (v.len < SUMMED && !r->says && sum(v))) {
		r->broken = true;
		region_detail(r, "checksum wrong");
		return PROOF_WEAK;
	}
	region_label(r, view_upto(v, HEADER, 32));
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
	.suffix = ".romfs",
	.magic = (const struct magic[]){ { 0, 8, "-rom1fs-" }, { 0 } },
	.probe = romfs_probe,
};
