/* check.c - whether the options of a squashfs make sense, and what they mean */
#include <stdlib.h>

#include "core/text.h"
#include "fs/squashfs/numbers.h"
#include "fs/squashfs/options.h"
#include "fs/squashfs/version.h"

/* The words of a list as bits; which must be among words. */
static int word_bits(const char *list, const char *const *words, unsigned *bits,
		     struct err *e)
{
	while (list && *list) {
		size_t n = strcspn(list, ",");
		unsigned i = 0;

		while (words[i] && (strlen(words[i]) != n || memcmp(words[i], list, n)))
			i++;
		if (!words[i])
			return fail(e, ERR_USAGE, "%.*s: is not one of its words; see "
				    "fwtool repack --help", (int)n, list);
		*bits |= 1u << i;
		list += n + (list[n] == ',');
	}
	return 0;
}

static int check_level(struct squash_plan *p, struct err *e)
{
	static const struct { unsigned usual, most; } levels[SQUASH_COMPS] = {
		[SQUASH_GZIP] = { 9, 9 }, [SQUASH_LZO] = { 8, 9 },
		[SQUASH_ZSTD] = { 15, 22 },
	};
	unsigned usual = levels[p->how.comp].usual, most = levels[p->how.comp].most;

	p->how.level = (unsigned)p->o.level;
	if (!p->o.level)
		p->how.level = usual;
	else if (p->o.level > most)
		return fail(e, ERR_USAGE, most ? "--level %llu: out of range; give 1 to "
			    "%u" : "--level %llu: this compressor has none; leave it out",
			    (unsigned long long)p->o.level, most);
	p->stores_options |= p->how.level != usual;
	return 0;
}

static int check_gzip(struct squash_plan *p, struct err *e)
{
	p->how.window = p->o.window ? (unsigned)p->o.window : 15;
	if (p->o.window && (p->o.window < 8 || p->o.window > 15))
		return fail(e, ERR_USAGE, "--window %llu: out of range; give 8 to 15",
			    (unsigned long long)p->o.window);
	if (word_bits(p->o.strategy, squash_strategies, &p->how.filters, e) < 0)
		return within(e, "--strategy");
	if (p->how.filters == 1)
		p->how.filters = 0;
	p->stores_options |= p->how.window != 15 || p->how.filters;
	p->how.fast = p->o.fast && p->how.window == 15 && !p->how.filters;
	return 0;
}

/* A dictionary can be said in the header of xz as 2^n or 2^n + 2^(n + 1). */
static int check_dict(struct squash_plan *p, struct err *e)
{
	const char *text = p->o.dict;
	uint64_t dict = p->how.block_size;
	char *end;
	float part;

	if (text && strchr(text, '%')) {
		part = strtof(text, &end);
		if (part <= 0 || part > 100 || strcmp(end, "%"))
			return fail(e, ERR_USAGE, "--dict %s: no part of a block; give for "
				    "example 50%%", text);
		dict = (uint64_t)((float)p->how.block_size * part / 100);
	} else if (text && parse_size(text, &dict, e) < 0) {
		return within(e, "--dict");
	}
	if ((text && dict < SQUASH_META) || dict > p->how.block_size ||
	    ((dict & (dict - 1)) && dict != 3 * (dict & -dict)))
		return fail(e, ERR_USAGE, "--dict %s: not a size of a dictionary; give 2^n "
			    "or 3*2^n, from 8K to the size of a block", text ? text : "");
	p->how.dict = (uint32_t)dict;
	p->how.meta_dict = p->like.ng ? p->how.dict : SQUASH_META;
	p->stores_options |= dict != p->how.block_size || p->how.filters;
	return 0;
}

/* What only one of the compressors can be told. */
static int check_whose(const struct squash_options *o, struct err *e)
{
	const struct { const char *name; bool given; enum squash_comp comp; } own[] = {
		{ "window", o->window > 0, SQUASH_GZIP },
		{ "strategy", o->strategy && *o->strategy, SQUASH_GZIP },
		{ "bcj", o->bcj && *o->bcj, SQUASH_XZ },
		{ "dict", o->dict != NULL, SQUASH_XZ },
		{ "algorithm", o->algorithm != squash_defaults.algorithm, SQUASH_LZO },
		{ "hc", o->hc, SQUASH_LZ4 },
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (own[i].given && (int)own[i].comp != o->comp + 1)
			return fail(e, ERR_USAGE, "--%s: %s has none; give --comp %s as "
				    "well, or leave it out", own[i].name,
				    squash_comps[o->comp], squash_comps[own[i].comp - 1]);
	return 0;
}

static int check_compressor(struct squash_plan *p, struct err *e)
{
	if (p->like.major < 4 &&
	    (p->o.comp + 1 == SQUASH_LZO || p->o.comp + 1 >= SQUASH_LZ4))
		return fail(e, ERR_USAGE, "--comp %s: squashfs %u is never packed with it; "
			    "give --comp gzip", squash_comps[p->o.comp], p->like.major);
	if (check_whose(&p->o, e) < 0)
		return -1;
	p->how.comp = (enum squash_comp)(p->o.comp + 1);
	p->how.hc = p->o.hc;
	p->how.algorithm = (unsigned)p->o.algorithm;
	p->stores_options = p->how.comp == SQUASH_LZ4;
	if (p->how.comp == SQUASH_LZO && p->o.algorithm != 4) {
		p->stores_options = true;
		if (p->o.level)
			return fail(e, ERR_USAGE, "--level: only lzo1x_999 has levels; leave "
				    "it out, or give --algorithm lzo1x_999");
		return 0;
	}
	if (check_level(p, e) < 0)
		return -1;
	if (p->how.comp == SQUASH_GZIP)
		return check_gzip(p, e);
	if (p->how.comp != SQUASH_XZ)
		return 0;
	if (word_bits(p->o.bcj, squash_bcjs, &p->how.filters, e) < 0)
		return within(e, "--bcj");
	return check_dict(p, e);
}

static int64_t latest(const struct node *dir, int64_t t)
{
	if (dir->mtime > t)
		t = dir->mtime;
	for (const struct node *n = dir->child; n; n = n->next)
		t = latest(n, t);
	return t;
}

static int check_ids(const char *list, struct err *e)
{
	uint32_t id;
	char one[16];

	for (const char *s = list; s && *s; s += *s == ',') {
		size_t n = strcspn(s, ",");

		snprintf(one, sizeof(one), "%.*s", (int)(n < 15 ? n : 15), s);
		if (squash_number(one, 10, &id) < 0)
			return fail(e, ERR_USAGE, "--ids %s: no numbers with commas "
				    "between; give for example 0,1000", list);
		s += n;
	}
	return 0;
}

int squash_check_options(const struct squash_options *o, const struct tree *t,
			 struct squash_plan *p, struct err *e)
{
	*p = (struct squash_plan){ .o = *o };
	if (squash_parse_version(o->version, p, e) < 0 || check_ids(o->ids, e) < 0)
		return -1;
	if (o->block < 4096 || o->block > SQUASH_MOST_BLOCK || o->block & (o->block - 1))
		return fail(e, ERR_USAGE, "--block %llu: not the size of a block; give a "
			    "power of two from 4K to 1M", (unsigned long long)o->block);
	if (o->block > squash_most_block(p->like.major))
		return fail(e, ERR_USAGE, "--block %llu: squashfs %u has smaller ones; "
			    "give --block %uK", (unsigned long long)o->block,
			    p->like.major, 32 * p->like.major);
	p->how.block_size = (uint32_t)o->block;
	if (p->like.major < 3)
		p->o.sparse = p->o.exports = false;
	if (o->mkfs_time) {
		if (squash_number(o->mkfs_time, 10, &p->mkfs_time) < 0)
			return fail(e, ERR_USAGE, "--mkfs-time %s: no number of seconds; "
				    "give for example 1700000000", o->mkfs_time);
	} else {
		p->mkfs_time = squash_time(latest(t->root, 0));
	}
	if (check_compressor(p, e) < 0)
		return -1;
	if (p->only && p->only != p->how.comp) {
		p->odd_options = 0;
		p->like.compression = SQUASH_USUAL_ID;
	}
	p->stores_options |= p->odd_options > 0;
	if (p->like.major < 4)
		p->stores_options = p->o.xattrs = false;
	if (p->like.compression == SQUASH_USUAL_ID)
		p->like.compression = p->how.comp;
	return 0;
}
