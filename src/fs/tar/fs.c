/* fs.c - tar archives: found, proven, read */
#include "fs/tar/entry.h"

static const struct fs tar_fs = { .read = tar_read };

/* Zeros behind the last entry: up to a record's end, or all there is. */
static uint64_t zeros_at(struct view v, uint64_t at)
{
	uint64_t end = at;

	while (end < v.len && (end == at || end % TAR_RECORD) &&
	       view_run(view_upto(v, end, TAR_BLOCK), 0) == TAR_BLOCK)
		end += TAR_BLOCK;
	return end;
}

static enum proof tar_probe(struct view image, uint64_t at, struct region *r)
{
	struct tar_walk w = { .v = view_from(image, at) };
	uint64_t end = 0;
	size_t n = 0;

	while (tar_next(&w)) {
		end = w.e.data + w.e.size;
		n++;
	}
	if (!n) {
		tar_walk_free(&w);
		return PROOF_NONE;
	}
	region_size(r, image, end > w.v.len ? end : w.ended ? zeros_at(w.v, w.at) : w.at);
	region_number(r, "entries", n);
	region_prop(r, "kind", w.e.h.gnu ? "gnu" : w.e.h.old ? "v7" : "ustar");
	region_detail(r, "%zu entr%s", n, n == 1 ? "y" : "ies");
	tar_walk_free(&w);
	if (!w.ended) {
		region_detail(r, r->says ? "cut off" : "no end");
		return PROOF_PLAUSIBLE;
	}
	region_evidence(r, "every header's sum up to the end");
	return PROOF_PROVEN;
}

/* Without a magic, only where it is all that there is. */
static bool tar_peek(struct view v)
{
	struct tar_header h;

	return !v.at && tar_header_get(v, 0, &h) && h.old;
}

const struct format format_tar = {
	.name = "tar",
	.title = "tar archive",
	.proves = "every header's sum up to the end",
	.suffix = ".tar",
	.magic = (const struct magic[]){ { 257, 5, "ustar" }, { 0 } },
	.grid = 1 << 30,
	.peek = tar_peek,
	.probe = tar_probe,
	.fs = &tar_fs,
};
