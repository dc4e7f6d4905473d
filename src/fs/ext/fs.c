/* fs.c - ext2, ext3 and ext4 volumes: found, proven, read */
#include "core/log.h"
#include "fs/ext/ext.h"

static const struct fs ext_fs = { .read = ext_read };

/* Read silently: whoever wants to know will read it again. */
static bool is_whole(struct view v, size_t *nodes)
{
	void (*hook)(const struct msg *m) = log_hook;
	struct err ignored = { 0 };
	struct tree t;
	bool whole;

	log_hook = NULL;
	tree_init(&t);
	whole = ext_read(v, &t, &ignored) == 0 && !t.damages;
	*nodes = t.nodes;
	tree_free(&t);
	log_hook = hook;
	return whole;
}

static void describe(const struct ext *x, struct region *r)
{
	region_label(r, view_sub(x->v, x->super + 0x78, 16));
	region_prop(r, "kind", "%s", x->kind);
	region_number(r, "block", x->block);
	region_number(r, "blocks", x->blocks);
	region_detail(r, "%s, %llu blocks of %u", x->kind,
		      (unsigned long long)x->blocks, x->block);
	if (x->incompat & EXT_RECOVER)
		region_detail(r, "was in use");
}

/* The magic was that of the copy of a superblock that is damaged. */
static bool find_copy(struct view image, uint64_t at, struct ext *x, struct region *r)
{
	struct view v;
	uint64_t start;

	if (!ext_copy_start(image, at + EXT_SUPER, &start))
		return false;
	v = view_from(image, start);
	r->at = start;
	return !ext_get(v, x) && ext_get_copy(v, x);
}

static enum proof ext_probe(struct view image, uint64_t at, struct region *r)
{
	struct ext x;
	size_t nodes = 0;
	bool whole;

	if (!ext_get(view_from(image, at), &x) && !find_copy(image, at, &x, r))
		return PROOF_NONE;
	region_size(r, image, ext_size(&x));
	describe(&x, r);
	if (x.copy)
		region_detail(r, "by the superblock's copy");
	whole = ext_super_holds(&x) && is_whole(x.v, &nodes) && !r->says;
	r->broken = !whole && !r->says;
	if (!whole) {
		region_detail(r, r->says ? "cut off" : "damaged");
		return PROOF_PLAUSIBLE;
	}
	if (x.read_only & EXT_SUMS)
		region_evidence(r, "crc32c of superblock, groups, inodes");
	region_evidence(r, "%zu names, every block inside", nodes);
	return PROOF_PROVEN;
}

const struct format format_ext = {
	.name = "ext",
	.title = "ext2, ext3, ext4 volume",
	.proves = "checksums, every inode followed",
	.suffix = ".ext",
	.magic = (const struct magic[]){
		{ 1080, 4, "\x53\xef\x00\x00" }, { 1080, 4, "\x53\xef\x01\x00" },
		{ 1080, 4, "\x53\xef\x02\x00" }, { 1080, 4, "\x53\xef\x03\x00" },
		{ 1080, 4, "\x53\xef\x04\x00" }, { 1080, 4, "\x53\xef\x05\x00" },
		{ 1080, 4, "\x53\xef\x06\x00" }, { 1080, 4, "\x53\xef\x07\x00" }, { 0 },
	},
	.probe = ext_probe,
	.fs = &ext_fs,
};
