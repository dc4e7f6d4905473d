/*
 * probe.c - squashfs images: the superblock, then every block of metadata
 *
 *	image  = super [options] data inodes folders fragments [export] ids [xattr]
 *
 * The tables follow one another, so a chain of metadata blocks must end just
 * where the next table begins: with all of them unpacked, nothing is left to
 * chance. Data blocks have no sum of their own and are not looked at.
 */
#include "core/work.h"
#include "fs/squashfs/read.h"

/* Unpack so many blocks of a table; of the rest only follow the lengths. */
enum { MOST_UNPACKED = 4096 };
enum { LENGTH = 64 };	/* what following one costs, in bytes of work */

struct probe {
	struct view v;
	struct squash_super s;
	const struct squash_packing *packing;
	struct buf plain;		/* the last block unpacked */
};

/* Follow a table's blocks from `at`; true if they end exactly at `end`. */
static bool lengths_meet(const struct probe *p, uint64_t at, uint64_t end)
{
	unsigned head = p->s.major < 4 && p->s.flags & SQUASH_CHECK ? 3 : 2;

	while (at < end) {
		unsigned len = peek16(p->v, at, p->s.lengths) & 0x7fff;

		work_add(LENGTH);
		if (!len || len > SQUASH_META || !view_has(p->v, at, head + len))
			return false;
		at += head + len;
	}
	return at == end;
}

/* The same with the blocks unpacked; all but the last must be full. */
static bool blocks_meet(struct probe *p, uint64_t at, uint64_t end)
{
	for (int i = 0; at < end; i++) {
		if (i == MOST_UNPACKED)
			return lengths_meet(p, at, end);
		buf_clear(&p->plain);
		if (!squash_meta(p->v, &p->s, p->packing, &at, &p->plain) ||
		    (at < end && p->plain.len != SQUASH_META))
			return false;
	}
	return at == end;
}

/* The inode that holds the root must be there and be a folder. */
static bool root_is_folder(struct probe *p)
{
	uint64_t at = p->s.inode_table + (p->s.root >> 16);
	unsigned type, offset = p->s.root & 0xffff;
	struct view inode;

	buf_clear(&p->plain);
	if (!squash_meta(p->v, &p->s, p->packing, &at, &p->plain))
		return false;
	inode = view_sub(buf_view(&p->plain), offset, 4);
	if (!inode.len)
		return false;
	if (p->s.major == 4)
		type = peek16(inode, 0, p->s.endian);
	else
		type = p->s.endian == BIG ? inode.p[0] >> 4 : inode.p[0] & 15;
	return type == 1 || type == 8 || (p->s.major == 1 && type % 5 == 1);
}

/* Where the entries of a table lie is said by 32- or 64-bit pointers. */
static uint64_t pointer(const struct probe *p, uint64_t table, uint64_t i)
{
	struct cursor c = cursor(p->v, p->s.endian);

	c.pos = p->s.major > 2 ? table + 8 * i : table + 4 * i;
	return c.pos > p->v.len ? 0 : p->s.major > 2 ? get64(&c) : get32(&c);
}

/* Unpack a table of n entries of `size` bytes found through its pointers. */
static bool table_holds(struct probe *p, uint64_t table, uint64_t n,
			unsigned size)
{
	uint64_t left = n * size;

	if (n > p->v.len * 16)
		return false;
	for (uint64_t i = 0; left; i++) {
		uint64_t at = pointer(p, table, i);
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

/* The folders end where the first block of the next table lies. */
static uint64_t end_of_folders(const struct probe *p)
{
	const struct squash_super *s = &p->s;

	if (s->fragment_table != SQUASH_ABSENT)
		return pointer(p, s->fragment_table, 0);
	if (s->export_table != SQUASH_ABSENT)
		return pointer(p, s->export_table, 0);
	return s->major == 4 ? pointer(p, s->id_table, 0) : s->id_table;
}

static bool tables_hold(struct probe *p)
{
	const struct squash_super *s = &p->s;

	if (!root_is_folder(p) ||
	    !blocks_meet(p, s->inode_table, s->dir_table) ||
	    !blocks_meet(p, s->dir_table, end_of_folders(p)))
		return false;
	if (s->fragment_table != SQUASH_ABSENT &&
	    !table_holds(p, s->fragment_table, s->fragments,
			 s->major > 2 ? 16 : 8))
		return false;
	return s->major < 4 || table_holds(p, s->id_table, s->ids, 4);
}

/* The first packed block of the inodes, for guessing how. */
static struct view first_packed(const struct probe *p)
{
	unsigned head = p->s.major < 4 && p->s.flags & SQUASH_CHECK ? 3 : 2;
	uint64_t at = p->s.inode_table;

	while (at < p->s.dir_table) {
		unsigned len = peek16(p->v, at, p->s.lengths);

		if (!(len & 0x8000))
			return view_sub(p->v, at + head, len);
		at += head + (len & 0x7fff);
	}
	return (struct view){ .p = NULL };
}

static bool any_packing_fits(struct probe *p)
{
	const struct squash_packing *try[16];
	struct view block = first_packed(p);

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

static bool holds(struct probe *p)
{
	bool meet = lengths_meet(p, p->s.inode_table, p->s.dir_table);

	if (!meet && p->s.endian == BIG && p->s.major == 4) {
		p->s.lengths = LITTLE;
		meet = lengths_meet(p, p->s.inode_table, p->s.dir_table);
	}
	return meet && any_packing_fits(p);
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
	whole = !r->says && holds(&p);
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
