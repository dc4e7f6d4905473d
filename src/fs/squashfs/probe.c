/*
 * probe.c - squashfs images: the superblock, then every block of metadata
 *
 *	image  = super [options] data inodes folders fragments [export] ids [xattr]
 *
 * The tables follow one another, so a chain of metadata blocks must end just
 * where the next table begins: with all of them unpacked, nothing is left to
 * chance. Data blocks have no sum of their own and are not looked at.
 */
#include "fs/squashfs/read.h"

/* Unpack so many blocks of a table; of the rest only follow the lengths. */
enum { MOST_UNPACKED = 4096 };

struct probe {
	struct view v;
	struct squash_super s;
	const struct squash_packing *packing;
	struct buf plain;		/* the last block unpacked */
};

/* Unpack a table's blocks; all but the last must be full. */
static bool blocks_meet(struct probe *p, uint64_t at, uint64_t end)
{
	for (int i = 0; at < end; i++) {
		if (i == MOST_UNPACKED)
			return squash_metas_meet(p->v, &p->s, at, end);
		buf_clear(&p->plain);
		if (!squash_meta(p->v, &p->s, p->packing, &at, &p->plain) ||
		    (at < end && p->plain.len != SQUASH_META))
			return false;
	}
	return at == end;
}

/* Unpack a table of n entries of `size` bytes found through its pointers. */
static bool table_holds(struct probe *p, uint64_t table, uint64_t n,
			unsigned size)
{
	uint64_t left = n * size;

	if (n > p->v.len * 16)
		return false;
	for (uint64_t i = 0; left; i++) {
		uint64_t at = squash_pointer(p->v, &p->s, table, i);
		uint64_t want = left < SQUASH_META ? left : SQUASH_META;

		buf_clear(&p->plain);
		if (at < p->s.dir_table || at >= table || i == MOST_UNPACKED ||
		    !squash_meta(p->v, &p->s, p->packing, &at, &p->plain) ||
		    p->plain.len < want)
			return false;
		left -= want;
	}
	return true;
}

static bool tables_hold(struct probe *p)
{
	const struct squash_super *s = &p->s;

	if (!squash_root_is_dir(p->v, s, p->packing, &p->plain) ||
	    !blocks_meet(p, s->inode_table, s->dir_table) ||
	    !blocks_meet(p, s->dir_table, squash_dirs_end(p->v, s)))
		return false;
	if (s->fragment_table != SQUASH_ABSENT &&
	    !table_holds(p, s->fragment_table, s->fragments,
			 s->major > 2 ? 16 : 8))
		return false;
	return s->major < 4 || table_holds(p, s->id_table, s->ids, 4);
}

static bool any_packing_fits(struct probe *p)
{
	const struct squash_packing *try[16];
	struct view block = squash_first_packed(p->v, &p->s);

	/* Of what is nowhere packed nobody can tell how. */
	if (!block.len && tables_hold(p))
		return true;
	squash_packings(&p->s, block, try);
	for (int i = 0; try[i]; i++) {
		p->packing = try[i];
		if (tables_hold(p))
			return true;
	}
	p->packing = NULL;
	return tables_hold(p);
}

static void describe(const struct probe *p, struct region *r)
{
	static const char *const said[] = {
		"unknown", "gzip", "lzma", "lzo", "xz", "lz4", "zstd",
	};
	const struct squash_super *s = &p->s;
	const char *comp = p->packing ? p->packing->name : s->major < 4 ?
			   "unknown" : said[s->compression < 7 ? s->compression : 0];

	region_detail(r, "%u.%u", s->major, s->minor);
	if (s->endian == BIG)
		region_detail(r, "big-endian");
	region_detail(r, "%s, %u inodes, %u KiB blocks", comp, s->inodes,
		      s->block_size >> 10);
	region_prop(r, "version", "%u.%u", s->major, s->minor);
	region_prop(r, "compression", "%s", comp);
	region_number(r, "block_size", s->block_size);
	region_number(r, "inodes", s->inodes);
	region_number(r, "mkfs_time", s->mkfs_time);
	region_prop(r, "magic", "%08x", s->magic);
}

/* mksquashfs pads with zeros to 4096; that is not part of the size. */
static void note_padding(struct view image, struct region *r)
{
	uint64_t end = (r->size + 4095) & ~UINT64_C(4095);
	struct view pad = view_sub(image, r->at + r->size, end - r->size);

	if (!r->says && pad.len && view_run(pad, 0) == pad.len)
		region_number(r, "padding", pad.len);
}

static enum proof squashfs_probe(struct view image, uint64_t at,
				 struct region *r)
{
	struct view v = view_from(image, at);
	struct probe p = { 0 };
	bool whole;

	if (!view_has(v, 0, 64) || (v.p[28] | v.p[29]) > 4 ||
	    !squash_get(v, &p.s))
		return PROOF_NONE;
	r->endian = p.s.endian;
	region_size(r, image, p.s.used);
	p.v = view_sub(v, 0, r->size);
	whole = !r->says && squash_find_lengths(p.v, &p.s) &&
		any_packing_fits(&p);
	r->broken = !whole && !r->says;
	describe(&p, r);
	note_padding(image, r);
	if (whole)
		region_evidence(r, "all tables followed");
	else
		region_detail(r, r->says ? "cut off" : "tables damaged");
	buf_free(&p.plain);
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_squashfs = {
	.name = "squashfs",
	.title = "compressed read-only file system",
	.proves = "every table unpacked",
	.exact = "mksquashfs 4.5.1",
	.suffix = ".squashfs",
	.magic = (const struct magic[]){
		{ 0, 4, "hsqs" }, { 0, 4, "sqsh" },
		{ 0, 4, "shsq" }, { 0, 4, "qshs" },	/* LZMA by patch */
		{ 0, 4, "hsqt" }, { 0, 4, "tqsh" },	/* DD-WRT */
		{ 0, 4, "sqlz" }, { 0, 4, "zlqs" },
		{ 0 }
	},
	.probe = squashfs_probe,
	.fs = &squashfs_fs,
};
