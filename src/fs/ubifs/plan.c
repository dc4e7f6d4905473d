/*
 * plan.c - where everything lies in a UBIFS image
 *
 *	0 super, 1 2 master, 3 log, LEB properties, orphans, main
 *
 * LEB properties (how much of each block is free and dirty) are a tree of
 * fan 4 whose nodes are bit fields, as wide as the geometry demands. Their
 * area has four times the room of one tree; where the tree is larger than a
 * block ("big"), nodes have numbers and there is a table of saved blocks.
 */
#include "fs/ubifs/options.h"

enum {
	LEAST_LEB = 15 * 1024, MOST_LEB = 2 << 20, LEAST_LEBS = 17, LEAST_LOG = 2,
	LEAST_LPT = 2, MOST_JOURNAL = 8 << 20, TYPE_BITS = 4, CRC_BITS = 16,
	LEAST_NODE = UBIFS_DATA_SIZE + 8,
	MOST_NODE = UBIFS_INO_SIZE + UBIFS_MOST_DATA,
	MOST_LEBS = 1 << 20, MOST_BEFORE = 512 << 20,
};

/* How many bits a number takes; 0 for 0. */
static uint32_t bits(uint64_t n)
{
	uint32_t k = 0;

	for (; n; n >>= 1)
		k++;
	return k;
}

static uint64_t div_up(uint64_t n, uint64_t by)
{
	return (n + by - 1) / by;
}

static uint64_t overhead(uint64_t size, uint64_t fanout)
{
	uint64_t half = fanout > 3 ? fanout / 2 : 2;
	uint64_t index = UBIFS_IDX_SIZE + UBIFS_BRANCH * fanout;
	uint64_t factor = UBIFS_DATA_SIZE + UBIFS_BLOCK + 3 * index / (half - 1);

	return size * factor / UBIFS_BLOCK;
}

uint64_t ubifs_reserved(uint64_t rp_size, uint32_t fanout)
{
	uint64_t n = rp_size < UINT32_MAX ? rp_size / 2 : 0;

	while (n <= rp_size && rp_size < UINT32_MAX && overhead(n, fanout) < rp_size)
		n += 1 + (rp_size - overhead(n, fanout)) / 4;
	return n;
}

static uint64_t least_log(const struct ubifs_plan *p)
{
	uint64_t buds = div_up(p->max_bud_bytes, p->leb);
	uint64_t size = buds * ubifs_align(UBIFS_REF_SIZE, p->min_io);

	size += ubifs_align(UBIFS_CS_SIZE + 2 * UBIFS_REF_SIZE, p->min_io);
	return div_up(size, p->leb) + 1;
}

/* The bytes of one tree of properties for so many main blocks. */
static uint64_t lpt_size(struct ubifs_plan *p, uint64_t mains)
{
	uint64_t pnodes = div_up(mains, UBIFS_LPT_FAN), nnodes, n, size, waste;
	uint64_t number, most, per;

	n = div_up(pnodes, UBIFS_LPT_FAN);
	for (nnodes = n; n > 1; nnodes += n)
		n = div_up(n, UBIFS_LPT_FAN);
	p->height = 1;
	for (n = UBIFS_LPT_FAN; n < pnodes; n *= UBIFS_LPT_FAN)
		p->height++;
	p->space_bits = bits(p->leb) - 3;
	p->lnum_bits = bits(p->lpt_lebs);
	p->offs_bits = bits(p->leb - 1);
	p->spc_bits = bits(p->leb);
	p->pcnt_bits = bits(div_up(p->lebs, UBIFS_LPT_FAN) - 1);
	p->leb_bits = bits(p->lebs - 1);
	number = CRC_BITS + TYPE_BITS + (p->big ? p->pcnt_bits : 0);
	p->pnode = (uint32_t)div_up(number + (p->space_bits * 2 + 1) *
				    UBIFS_LPT_FAN, 8);
	p->nnode = (uint32_t)div_up(number + (p->lnum_bits + p->offs_bits) *
				    UBIFS_LPT_FAN, 8);
	p->ltab = (uint32_t)div_up(CRC_BITS + TYPE_BITS +
				   (uint64_t)p->lpt_lebs * p->spc_bits * 2, 8);
	p->lsave = (uint32_t)div_up(CRC_BITS + TYPE_BITS +
				    p->leb_bits * UBIFS_LSAVE, 8);
	size = pnodes * p->pnode + nnodes * p->nnode + p->ltab + p->lsave;
	per = p->pnode > p->nnode ? p->pnode : p->nnode;
	most = size + per;
	waste = per;
	while (most > p->leb) {
		most -= p->leb - per;
		waste += per;
	}
	return size + waste + ubifs_align(most, p->min_io) - most;
}

static int plan_lpt(struct ubifs_plan *p, struct err *e)
{
	uint64_t fixed = 1 + UBIFS_MST_LEBS + p->log_lebs + p->orphan_lebs;

	p->lpt_lebs = LEAST_LPT;
	for (int i = 0; i < 64 && fixed + p->lpt_lebs < p->lebs; i++) {
		uint64_t mains = p->lebs - fixed - p->lpt_lebs;
		uint64_t size = lpt_size(p, mains), need;

		if (!i && size > p->leb) {
			p->big = true;
			size = lpt_size(p, mains);
		}
		need = div_up(size * 4, p->leb);
		if (need > p->lpt_lebs) {
			p->lpt_lebs = (uint32_t)need;
			continue;
		}
		if (p->ltab > p->leb)
			break;
		p->lpt_first = UBIFS_LOG + p->log_lebs;
		p->main_first = p->lpt_first + p->lpt_lebs + p->orphan_lebs;
		if ((uint64_t)p->main_first * p->leb > MOST_BEFORE)
			return fail(e, ERR_LIMIT, "-c, -l, -p: %llu MiB before any "
				    "file; give less", (unsigned long long)
				    p->main_first * p->leb >> 20);
		return 0;
	}
	return fail(e, ERR_USAGE, "-c %u: too few erase blocks for their own "
		    "properties; give more", p->lebs);
}

static void plan_journal(struct ubifs_plan *p)
{
	const struct ubifs_options *o = &p->o;
	uint64_t log = o->log_lebs ? o->log_lebs : LEAST_LOG, lebs;

	lebs = p->lebs - 1 - UBIFS_MST_LEBS - p->orphan_lebs - LEAST_LPT;
	lebs -= log < lebs ? log : lebs;
	p->max_bud_bytes = o->journal;
	if (!o->journal) {
		p->max_bud_bytes = lebs / 8 * p->leb;
		if (p->max_bud_bytes > MOST_JOURNAL)
			p->max_bud_bytes = MOST_JOURNAL;
		if (p->max_bud_bytes < 4 * (uint64_t)p->leb)
			p->max_bud_bytes = 4 * (uint64_t)p->leb;
	}
	/* Computed with pages of 1 where they are that small. */
	p->min_io = (uint32_t)o->min_io;
	p->log_lebs = (uint32_t)(o->log_lebs ? o->log_lebs : least_log(p) + 2);
	p->min_io = o->min_io < 8 ? 8 : (uint32_t)o->min_io;
}

static int refuse(struct err *e, const char *option, uint64_t n, const char *why)
{
	return fail(e, ERR_USAGE, "%s %llu: %s", option, (unsigned long long)n, why);
}

static int check(const struct ubifs_options *o, struct err *e)
{
	uint64_t most = (o->leb_size - UBIFS_IDX_SIZE) / 28;

	if (!o->min_io || o->min_io & (o->min_io - 1) || o->min_io > MOST_LEB)
		return refuse(e, "-m", o->min_io, "not a power of two; give the page "
			      "size, for example 2048");
	if (o->leb_size < LEAST_LEB || o->leb_size > MOST_LEB ||
	    o->leb_size % o->min_io || o->leb_size % 8)
		return refuse(e, "-e", o->leb_size, "not the size of a logical erase "
			      "block; give a multiple of the page from 15K to 2M, for "
			      "example 126976");
	if (o->max_lebs < LEAST_LEBS || o->max_lebs > MOST_LEBS)
		return refuse(e, "-c", o->max_lebs, "out of range; give the erase "
			      "blocks of the volume, at least 17");
	if (o->fanout < 3 || o->fanout > most)
		return refuse(e, "--fanout", o->fanout, "out of range; give 8");
	if (o->orphan_lebs < 1 || o->orphan_lebs >= o->max_lebs - LEAST_LEBS + 1)
		return refuse(e, "--orph-lebs", o->orphan_lebs, "out of range; give 1");
	if (!o->percent || o->percent >= 100)
		return refuse(e, "--favor-percent", o->percent, "out of range; give "
			      "20");
	if (o->uuid && (strlen(o->uuid) != 32 ||
			o->uuid[strspn(o->uuid, "0123456789abcdefABCDEF")]))
		return fail(e, ERR_USAGE, "--uuid: not 32 hexadecimal digits; leave it "
			    "out");
	if (o->journal && o->journal < UBIFS_LEAST_JOURNAL * o->leb_size)
		return refuse(e, "--jrn-size", o->journal, "less than the three erase "
			      "blocks that Linux wants; leave it out");
	if (o->journal > o->max_lebs * o->leb_size)
		return refuse(e, "--jrn-size", o->journal, "more than there is; leave "
			      "it out");
	return 0;
}

int ubifs_plan_make(struct ubifs_plan *p, const struct ubifs_options *o,
		    struct err *e)
{
	*p = (struct ubifs_plan){ .o = *o };
	if (check(o, e) < 0)
		return -1;
	p->leb = (uint32_t)o->leb_size;
	p->lebs = (uint32_t)o->max_lebs;
	p->fanout = (uint32_t)o->fanout;
	p->orphan_lebs = (uint32_t)o->orphan_lebs;
	plan_journal(p);
	if (p->log_lebs < LEAST_LOG || p->log_lebs - LEAST_LOG > p->lebs - LEAST_LEBS ||
	    1 + UBIFS_MST_LEBS + p->log_lebs + p->orphan_lebs + 4 > p->lebs ||
	    p->log_lebs < least_log(p))
		return refuse(e, "-l", p->log_lebs, "the log does not fit; give more "
			      "erase blocks with -c, or leave it out");
	p->rp_size = overhead(o->reserved, p->fanout);
	if (o->reserved > (uint64_t)p->leb * p->lebs / 2 ||
	    p->rp_size >= (uint64_t)p->leb * p->lebs / 2)
		return refuse(e, "-R", o->reserved, "more than half of it; give less");
	p->dead = (uint32_t)ubifs_align(LEAST_NODE, p->min_io);
	p->dark = (uint32_t)ubifs_align(MOST_NODE, p->min_io);
	return plan_lpt(p, e);
}
