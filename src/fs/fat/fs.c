/* fs.c - FAT volumes (SD cards): found, proven, read */
#include "core/work.h"
#include "fs/fat/fat.h"

static const struct fs fat_fs = { .read = fat_read };

/* Proven where every chain leads to its end, and the FATs are the same. */
static bool is_whole(const struct fat *f)
{
	struct view first = view_sub(f->v, f->table, f->table_size);
	struct err ignored = { 0 };
	struct tree t;
	bool whole;

	work_add(f->clusters);
	for (unsigned i = 1; i < f->tables; i++)
		if (!view_equal(first, view_sub(f->v, f->table + i * f->table_size,
						f->table_size)))
			return false;
	tree_init(&t);
	whole = fat_read(f->v, &t, &ignored) == 0 && !t.damages;
	tree_free(&t);
	return whole;
}

static enum proof fat_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct fat f;
	bool whole;

	if (!v.len || (v.p[0] != 0xeb && v.p[0] != 0xe9) || !fat_get(v, &f))
		return PROOF_NONE;
	region_size(r, image, f.size);
	f.v = view_upto(v, 0, r->size);
	region_label(r, view_sub(v, f.bits == 32 ? 71 : 43, 11));
	region_number(r, "clusters", f.clusters);
	region_detail(r, "FAT%u, %u clusters of %u", f.bits, f.clusters, f.cluster);
	whole = !r->says && is_whole(&f);
	r->broken = !whole && !r->says;
	if (whole)
		region_evidence(r, "FATs equal, every chain followed");
	else
		region_detail(r, r->says ? "cut off" : "damaged");
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_fat = {
	.name = "fat",
	.title = "FAT12, FAT16, FAT32 volume",
	.proves = "FATs equal, every chain followed",
	.suffix = ".fat",
	.magic = (const struct magic[]){
		{ 54, 8, "FAT12   " }, { 54, 8, "FAT16   " },
		{ 82, 8, "FAT32   " }, { 0 },
	},
	.probe = fat_probe,
	.fs = &fat_fs,
};
