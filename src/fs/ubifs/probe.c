/*
 * probe.c - UBIFS: a superblock, two master nodes, an index
 *
 * Erase blocks behind the last one used may be left out of an image: it then
 * ends before the superblock says, and is whole all the same.
 */
#include "core/text.h"
#include "core/work.h"
#include "fs/ubifs/fs.h"

/* The end of the last erase block that anything refers to. */
static uint64_t least_size(const struct ubifs_super *s,
			   const struct ubifs_master *m)
{
	const uint32_t lnum[] = {
		m->root_lnum, m->lpt_lnum, m->ltab_lnum, m->log_lnum,
	};
	uint32_t last = 2;

	for (size_t i = 0; i < sizeof(lnum) / sizeof(*lnum); i++)
		if (lnum[i] > last)
			last = lnum[i];
	return (uint64_t)(last + 1) * s->leb_size;
}

static void describe(const struct ubifs_super *s, struct region *r)
{
	region_detail(r, "%s, %u blocks of %s",
		      s->compr < UBIFS_COMPRS ? ubifs_compr_words[s->compr]
					      : "unknown compressor",
		      s->leb_cnt, size_text(s->leb_size).text);
	region_number(r, "block_size", s->leb_size);
	region_number(r, "blocks", s->leb_cnt);
	region_number(r, "most_blocks", s->max_leb_cnt);
	region_number(r, "min_io", s->min_io);
	region_number(r, "version", s->version);
}

static bool has_index(struct view v, const struct ubifs_super *s,
		      const struct ubifs_master *m)
{
	uint64_t at = (uint64_t)m->root_lnum * s->leb_size + m->root_offs;
	struct ubifs_node n;

	return m->root_lnum < s->leb_cnt && ubifs_get(v, at, &n) &&
	       n.type == UBIFS_IDX && n.len == m->root_len;
}

static void measure(struct view v, const struct ubifs_super *s,
		    const struct ubifs_master *m, struct region *r)
{
	uint64_t says = (uint64_t)s->leb_cnt * s->leb_size, least;

	least = least_size(s, m);
	if (v.len >= says) {
		r->size = says;
	} else if (v.len >= least) {
		r->size = v.len;
		region_detail(r, "the last %llu left out",
			      (unsigned long long)((says - v.len) / s->leb_size));
	} else {
		r->size = v.len;
		r->says = says;
	}
}

static enum proof ubifs_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct ubifs_super s;
	struct ubifs_master m;

	/* Each node has the magic; only one has this type. */
	if (!view_is(v, 20, "\6", 1))
		return PROOF_NONE;
	work_add(UBIFS_SB_SIZE);
	if (!ubifs_super(v, &s))
		return PROOF_NONE;
	describe(&s, r);
	if (!ubifs_master(v, &s, &m)) {
		region_size(r, image, (uint64_t)s.leb_size);
		region_detail(r, "no master node");
		return PROOF_WEAK;
	}
	measure(v, &s, &m, r);
	region_evidence(r, "superblock and master crc32");
	if (m.flags & UBIFS_DIRTY)
		region_detail(r, "in use");
	if (!has_index(v, &s, &m)) {
		r->broken = true;
		region_detail(r, "no index");
		return PROOF_PLAUSIBLE;
	}
	region_evidence(r, "root of the index crc32");
	return r->says ? PROOF_PLAUSIBLE : PROOF_PROVEN;
}

const struct format format_ubifs = {
	.name = "ubifs",
	.title = "file system for UBI volumes",
	.proves = "CRC-32 of master and index root",
	.exact = "mkfs.ubifs 2.1.5",
	.suffix = ".ubifs",
	.magic = (const struct magic[]){ { 0, 4, "\x31\x18\x10\x06" }, { 0 } },
	.probe = ubifs_probe,
	.fs = &ubifs_fs,
};
