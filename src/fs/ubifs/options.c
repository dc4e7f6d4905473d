/* options.c - how a UBIFS image is built, in words */
#include "fs/ubifs/options.h"

#include <stddef.h>

static const char *const compr_words[] = {
	"none", "lzo", "zlib", "zstd", "favor_lzo", NULL
};
static const char *const hash_words[] = { "r5", "test", NULL };
static const char *const order_words[] = { "name", "inode", NULL };

#define AT(field) offsetof(struct ubifs_options, field)

const struct option ubifs_option_table[] = {
	{ OPT_UINT, 'e', "leb-size", AT(leb_size), "SIZE",
	  "bytes of a logical erase block", NULL },
	{ OPT_UINT, 'm', "min-io-size", AT(min_io), "SIZE",
	  "least bytes of a write: the page", NULL },
	{ OPT_UINT, 'c', "max-leb-cnt", AT(max_lebs), "N",
	  "most erase blocks it may grow to", NULL },
	{ OPT_WORD, 'x', "compr", AT(compr), "WORD",
	  "lzo, zlib, zstd, none or favor_lzo", compr_words },
	{ OPT_UINT, 'X', "favor-percent", AT(percent), "N",
	  "favor_lzo: how much better zlib must be", NULL },
	{ OPT_UINT, 0, "jrn-size", AT(journal), "SIZE",
	  "bytes of the journal (default: an eighth)", NULL },
	{ OPT_UINT, 'R', "reserved", AT(reserved), "SIZE",
	  "bytes reserved for root", NULL },
	{ OPT_UINT, 0, "fanout", AT(fanout), "N",
	  "branches of an index node (default: 8)", NULL },
	{ OPT_WORD, 'k', "keyhash", AT(keyhash), "WORD",
	  "hash of names: r5 or test", hash_words },
	{ OPT_UINT, 'p', "orph-lebs", AT(orphan_lebs), "N",
	  "erase blocks for orphans (default: 1)", NULL },
	{ OPT_UINT, 'l', "log-lebs", AT(log_lebs), "N",
	  "erase blocks of the log", NULL },
	{ OPT_FLAG, 'F', "space-fixup", AT(fixup), NULL,
	  "free space is fixed up at the first mount", NULL },
	{ OPT_FLAG, 'U', "squash-uids", AT(squash), NULL,
	  "everything belongs to root", NULL },
	{ OPT_WORD, 0, "order", AT(order), "WORD",
	  "of a directory: name or inode", order_words },
	{ OPT_TEXT, 0, "uuid", AT(uuid), "HEX",
	  "32 digits (default: made of the content)", NULL },
	{ 0 },
};

/* The geometry of the NAND that is most usual: 128 KiB, pages of 2 KiB. */
const struct ubifs_options ubifs_defaults = {
	.leb_size = 126976, .min_io = 2048, .max_lebs = 2048,
	.orphan_lebs = 1, .fanout = 8, .percent = 20, .compr = UBIFS_LZO,
};

void ubifs_describe(const void *opts, struct buf *out)
{
	const struct ubifs_options *o = opts;

	put_text(out, "%s, blocks of %llu bytes, pages of %llu, at most %llu blocks",
		 compr_words[o->compr], (unsigned long long)o->leb_size,
		 (unsigned long long)o->min_io, (unsigned long long)o->max_lebs);
}

/* What was computed, or chosen, for another geometry or journal. */
bool ubifs_forget(void *learnt, const void *given)
{
	const struct ubifs_options *now = given;
	struct ubifs_options *o = learnt;

	if (o->leb_size == now->leb_size && o->max_lebs == now->max_lebs &&
	    o->min_io == now->min_io && o->journal == now->journal)
		return false;
	o->log_lebs = ubifs_defaults.log_lebs;
	if (o->journal < UBIFS_LEAST_JOURNAL * now->leb_size ||
	    o->journal > now->max_lebs * now->leb_size)
		o->journal = ubifs_defaults.journal;
	return true;
}
