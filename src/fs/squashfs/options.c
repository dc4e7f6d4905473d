/* options.c - what a squashfs image is made like, as options and in words */
#include "fs/squashfs/options.h"

const char *const squash_comps[] = {
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
	  "gzip (default), lzma, lzo, xz, lz4 or zstd", squash_comps },
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

uint64_t squash_most_block(unsigned major)
{
	return major < 3 ? 32768u * major : SQUASH_MOST_BLOCK;
}

void squash_describe(const void *opts, struct buf *out)
{
	const struct squash_options *o = opts;

	put_text(out, "%s, %s, %llu KiB blocks", o->version ? o->version : "4.0",
		 squash_comps[o->comp], (unsigned long long)(o->block >> 10));
	if (!o->fragments)
		put_text(out, ", no fragments");
	if (!o->xattrs)
		put_text(out, ", no extended attributes");
}

void squash_fresh(void *opts)
{
	((struct squash_options *)opts)->fast = true;
}
