/* options.c - what a squashfs image is made like, as options and in words */
#include "fs/squashfs/options.h"

#include <stdlib.h>

#include "core/text.h"
#include "fs/squashfs/numbers.h"
#include "fs/squashfs/version.h"

static const char *const comp_words[] = {
	"gzip", "lzma", "lzo", "xz", "lz4", "zstd", NULL
};
static const char *const lzo_words[] = {
	"lzo1x_1", "lzo1x_1_11", "lzo1x_1_12", "lzo1x_1_15", "lzo1x_999", NULL
};
const char *const squash_strategies[] = {
	"default", "filtered", "huffman_only", "run_length_encoded", "fixed", NULL
};
const char *const squash_bcjs[] = {
	"x86", "powerpc", "ia64", "arm", "armthumb", "sparc", NULL
};

#define AT(field) offsetof(struct squash_options, field)

const struct option squash_option_table[] = {
	{ OPT_WORD, 0, "comp", AT(comp), "WORD",
	  "gzip (default), lzma, lzo, xz, lz4 or zstd", comp_words },
	{ OPT_UINT, 0, "block", AT(block), "SIZE",
	  "bytes of a block of data (default: 128K)", NULL },
	{ OPT_UINT, 0, "level", AT(level), "N",
	  "how hard gzip, lzo (9, 8) and zstd (15) try", NULL },
	{ OPT_UINT, 0, "window", AT(window), "N",
	  "gzip: window of 2^N, 8 to 15 (default)", NULL },
	{ OPT_TEXT, 0, "strategy", AT(strategy), "LIST",
	  "gzip: default, filtered, huffman_only, ...", NULL },
	{ OPT_TEXT, 0, "bcj", AT(bcj), "LIST",
	  "xz: try x86, arm, armthumb, powerpc, sparc, ia64", NULL },
	{ OPT_TEXT, 0, "dict", AT(dict), "SIZE",
	  "xz: dictionary, or 50% of a block (default: 100%)", NULL },
	{ OPT_WORD, 0, "algorithm", AT(algorithm), "WORD",
	  "lzo: lzo1x_1, ..._11, _12, _15, lzo1x_999", lzo_words },
	{ OPT_FLAG, 0, "hc", AT(hc), NULL, "lz4: compress more", NULL },
	{ OPT_FLAG, 0, "raw-inodes", AT(raw_inodes), NULL,
	  "do not compress inodes and directories", NULL },
	{ OPT_FLAG, 0, "raw-data", AT(raw_data), NULL, "do not compress data", NULL },
	{ OPT_FLAG, 0, "raw-fragments", AT(raw_fragments), NULL,
	  "do not compress fragments", NULL },
	{ OPT_FLAG, 0, "raw-xattrs", AT(raw_xattrs), NULL,
	  "do not compress extended attributes", NULL },
	{ OPT_FLAG, 0, "raw-ids", AT(raw_ids), NULL,
	  "do not compress the table of owners", NULL },
	{ OPT_OFF, 0, "no-fragments", AT(fragments), NULL,
	  "no ends of files share a block", NULL },
	{ OPT_FLAG, 0, "always-use-fragments", AT(always), NULL,
	  "ends of large files too share blocks", NULL },
	{ OPT_OFF, 0, "no-duplicates", AT(duplicates), NULL,
	  "store equal files twice", NULL },
	{ OPT_OFF, 0, "no-exports", AT(exports), NULL,
	  "leave out the table for NFS", NULL },
	{ OPT_OFF, 0, "no-xattrs", AT(xattrs), NULL,
	  "leave out extended attributes", NULL },
	{ OPT_OFF, 0, "no-sparse", AT(sparse), NULL,
	  "store blocks of zeros as others", NULL },
	{ OPT_OFF, 0, "nopad", AT(pad), NULL,
	  "do not fill up to 4 KiB", NULL },
	{ OPT_FLAG, 0, "all-root", AT(all_root), NULL,
	  "everything belongs to root", NULL },
	{ OPT_TEXT, 0, "force-uid", AT(uid), "N",
	  "everything belongs to this user", NULL },
	{ OPT_TEXT, 0, "force-gid", AT(gid), "N",
	  "everything belongs to this group", NULL },
	{ OPT_TEXT, 0, "ids", AT(ids), "LIST",
	  "users and groups that come first in their table", NULL },
	{ OPT_TEXT, 0, "root-mode", AT(root_mode), "MODE",
	  "of the root directory, octal", NULL },
	{ OPT_TEXT, 0, "root-uid", AT(root_uid), "N",
	  "the user the root directory belongs to", NULL },
	{ OPT_TEXT, 0, "root-gid", AT(root_gid), "N",
	  "the group the root directory belongs to", NULL },
	{ OPT_TEXT, 0, "root-time", AT(root_time), "N",
	  "time of the root directory, seconds", NULL },
	{ OPT_TEXT, 0, "all-time", AT(all_time), "N",
	  "time of all files, seconds", NULL },
	{ OPT_TEXT, 0, "mkfs-time", AT(mkfs_time), "N",
	  "time of the image (default: the latest in it)", NULL },
	{ OPT_TEXT, 0, "version", AT(version), "N.N",
	  "and what differs: 3.1,big (default: 4.0)", NULL },
	{ 0 },
};

const struct squash_options squash_defaults = {
	.comp = SQUASH_GZIP - 1,
	.block = 128 << 10,
	.algorithm = 4,
	.fragments = true, .duplicates = true, .exports = true, .xattrs = true,
	.sparse = true, .pad = true,
};

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

static int check_compressor(struct squash_plan *p, struct err *e)
{
	p->how.comp = (enum squash_comp)(p->o.comp + 1);
	p->how.hc = p->o.hc;
	p->how.algorithm = (unsigned)p->o.algorithm;
	p->stores_options = p->how.comp == SQUASH_LZ4;
	if (p->how.comp == SQUASH_LZO && p->o.algorithm != 4) {
		p->stores_options = true;
		if (p->o.level)
			return fail(e, ERR_USAGE, "--level: only lzo1x_999 has levels; leave "
				    "it out");
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
	if (p->like.major < 3 && o->block > 32768u * p->like.major)
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

void squash_describe(const void *opts, struct buf *out)
{
	const struct squash_options *o = opts;

	put_text(out, "%s, %s, %llu KiB blocks", o->version ? o->version : "4.0",
		 comp_words[o->comp], (unsigned long long)(o->block >> 10));
	if (!o->fragments)
		put_text(out, ", no fragments");
	if (!o->xattrs)
		put_text(out, ", no extended attributes");
}

/* Options of another compressor, and a dictionary for blocks of another size. */
bool squash_forget(void *learnt, const void *given)
{
	const struct squash_options *now = given, *d = &squash_defaults;
	struct squash_options *o = learnt;

	if (o->comp == now->comp && (o->block == now->block || !o->dict))
		return false;
	o->dict = d->dict;
	if (o->comp == now->comp)
		return true;
	o->level = d->level;
	o->window = d->window;
	o->strategy = d->strategy;
	o->bcj = d->bcj;
	o->algorithm = d->algorithm;
	o->hc = d->hc;
	return true;
}

void squash_fresh(void *opts)
{
	((struct squash_options *)opts)->fast = true;
}
