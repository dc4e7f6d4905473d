/*
 * probe.c - cramfs images, either byte order, also behind 512 free bytes
 *
 *	super  = magic size flags future "Compressed ROMFS"[16]
 *		 crc edition blocks files name[16] inode
 *	inode  = mode:16 uid:16 size:24 gid:8 namelen:6 offset:26
 *
 * Bit fields fill from the low end on little-endian, from the high on big.
 * The root's data begins right behind the superblock, which tells whether
 * that lies at 0 or, behind a boot sector, at 512. The crc is of all `size`
 * bytes with itself zero, beginning at the superblock.
 */
#include "core/hash.h"
#include "fs/cramfs/read.h"

#define SIGNATURE "Compressed ROMFS"

static uint64_t super_size(const struct cramfs_super *s)
{
	return s->wide ? CRAMFS_SUPER + CRAMFS_WIDER : CRAMFS_SUPER;
}

/* A root that has a size and no place may be a wide inode. */
static void look_wide(struct view v, struct cramfs_super *s)
{
	enum { AT = CRAMFS_SUPER - CRAMFS_INODE };
	struct cursor c = cursor(view_sub(v, s->base + AT,
				 CRAMFS_INODE + CRAMFS_WIDER), s->endian);
	struct cramfs_inode i;

	s->wide = true;
	i = cramfs_inode(s, &c);
	s->wide = i.offset == s->base + super_size(s) && !i.namelen;
	if (s->wide)
		s->root = i;
}

static bool get_super(struct view v, uint64_t base, enum endian endian,
		      struct cramfs_super *s)
{
	struct cursor c = cursor(view_sub(v, base, CRAMFS_SUPER), endian);
	struct view sign;

	*s = (struct cramfs_super){
		.base = base, .endian = endian, .page = CRAMFS_PAGE
	};
	s->magic = get32(&c);
	s->size = get32(&c);
	s->flags = get32(&c);
	s->future = get32(&c);
	sign = get_view(&c, 16);
	s->crc = get32(&c);
	s->edition = get32(&c);
	s->blocks = get32(&c);
	s->files = get32(&c);
	s->name = get_view(&c, 16);
	s->root = cramfs_inode(s, &c);
	if (s->root.size && !s->root.offset)
		look_wide(v, s);
	return cursor_ok(&c) && s->magic == CRAMFS_MAGIC &&
	       view_is(sign, 0, SIGNATURE, 16);
}

static bool sound(const struct cramfs_super *s)
{
	uint64_t root = s->root.offset;

	return !(s->flags & ~CRAMFS_FLAGS) && (s->root.mode >> 12) == 4 &&
	       s->size >= CRAMFS_SUPER && s->size > s->base &&
	       (!root || root == s->base + super_size(s) ||
		s->flags & CRAMFS_SHIFTED);
}

bool cramfs_get(struct view v, struct cramfs_super *s)
{
	return (get_super(v, 0, LITTLE, s) && sound(s)) ||
	       (get_super(v, 0, BIG, s) && sound(s)) ||
	       (get_super(v, CRAMFS_BOOT, LITTLE, s) && sound(s)) ||
	       (get_super(v, CRAMFS_BOOT, BIG, s) && sound(s));
}

uint32_t cramfs_crc(struct view v, const struct cramfs_super *s)
{
	static const uint8_t zero[4];
	struct view all = view_sub(v, s->base, s->size - s->base);
	uint32_t crc = crc32_of(0, view_sub(all, 0, 32));

	crc = crc32_of(crc, (struct view){ zero, 4, 0 });
	return crc32_of(crc, view_from(all, 36));
}

/* Cisco stores the sum with its bytes reversed. */
static bool crc_holds(struct view v, const struct cramfs_super *s)
{
	uint32_t crc = cramfs_crc(v, s);

	return crc == s->crc || crc == __builtin_bswap32(s->crc);
}

static void describe(const struct cramfs_super *s, struct region *r)
{
	region_label(r, s->name);
	if (s->endian == BIG)
		region_detail(r, "big-endian");
	if (s->flags & CRAMFS_V2)
		region_detail(r, "%u files", s->files);
	if (s->base)
		region_detail(r, "512 bytes before it");
	if (s->wide)
		region_detail(r, "wide inodes");
	if (s->flags & CRAMFS_EXTENDED)
		region_detail(r, "extended blocks");
	if (r->label[0] && strcmp(r->label, "Compressed"))
		region_detail(r, "%s", r->label);
	region_number(r, "edition", s->edition);
	region_number(r, "files", s->files);
	region_prop(r, "flags", "0x%04x", s->flags);
}

/* Before version 2 nothing says the size: follow every pointer. */
static enum proof old_probe(struct view image, struct view v,
			    const struct cramfs_super *s, struct region *r)
{
	uint64_t end = 0;
	bool whole = cramfs_walk(v, s, &end);

	end = (end + s->page - 1) & ~(uint64_t)(s->page - 1);
	region_size(r, image, end);
	region_detail(r, whole ? "no crc, every file is there"
			       : "no crc, damaged or cut off");
	describe(s, r);
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static enum proof cramfs_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct cramfs_super s;
	bool whole;

	if ((!view_is(v, 16, SIGNATURE, 16) &&
	     !view_is(v, CRAMFS_BOOT + 16, SIGNATURE, 16)) ||
	    !cramfs_get(v, &s))
		return PROOF_NONE;
	r->endian = s.endian;
	if (!(s.flags & CRAMFS_V2))
		cramfs_settle(v, &s);
	if (!(s.flags & CRAMFS_V2))
		return old_probe(image, v, &s, r);
	region_size(r, image, s.size);
	whole = !r->says && crc_holds(v, &s);
	r->broken = !whole && !r->says;
	region_detail(r, whole ? "crc32 ok" : r->says ? "cut off" : "crc32 wrong");
	if (whole)
		region_evidence(r, "crc32 %08x", s.crc);
	describe(&s, r);
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_cramfs = {
	.name = "cramfs",
	.title = "compressed ROM file system",
	.proves = "CRC-32, or every pointer followed",
	.exact = "mkfs.cramfs 2.38.1",
	.suffix = ".cramfs",
	.magic = (const struct magic[]){
		{ 0, 4, "\x45\x3d\xcd\x28" }, { 512, 4, "\x45\x3d\xcd\x28" },
		{ 0, 4, "\x28\xcd\x3d\x45" }, { 512, 4, "\x28\xcd\x3d\x45" },
		{ 0 }
	},
	.probe = cramfs_probe,
	.fs = &cramfs_fs,
};
