/* options.c - what a cramfs image is made like, as options and in words */
#include "fs/cramfs/options.h"

static const char *const packings[] = { "zlib", "lzma", NULL };

#define AT(field) offsetof(struct cramfs_options, field)

const struct option cramfs_option_table[] = {
	{ OPT_OFF, 'l', "little-endian", AT(big), NULL,
	  "byte order of the image (default)", NULL },
	{ OPT_FLAG, 'b', "big-endian", AT(big), NULL, "byte order of the image", NULL },
	{ OPT_TEXT, 0, "volume", AT(name), "NAME",
	  "its name, of 16 bytes at most", NULL },
	{ OPT_UINT, 0, "edition", AT(edition), "N", "a number of yours", NULL },
	{ OPT_UINT, 0, "page", AT(page), "SIZE",
	  "bytes packed together (default: 4K)", NULL },
	{ OPT_FLAG, 0, "boot", AT(boot), NULL, "512 free bytes before it", NULL },
	{ OPT_FLAG, 0, "holes", AT(holes), NULL, "pages of zeros are left out", NULL },
	{ OPT_TEXT, 0, "insert", AT(insert), "FILE",
	  "put FILE behind the superblock", NULL },
	{ OPT_WORD, 0, "packing", AT(packing), "WORD",
	  "zlib, or lzma as OpenRG has it", packings },
	{ OPT_FLAG, 0, "wide", AT(wide), NULL, "inodes of 16 bytes (Jinke)", NULL },
	{ 0 }
};

const struct cramfs_options cramfs_defaults = {
	.name = "Compressed", .page = CRAMFS_PAGE,
};

int cramfs_check_options(const struct cramfs_options *o, struct err *e)
{
	if (o->page < CRAMFS_PAGE || o->page > CRAMFS_MOST_PAGE ||
	    o->page & (o->page - 1))
		return fail(e, ERR_USAGE, "--page %llu: not the page size of a kernel; "
			    "give 4K, 8K, 16K, 32K or 64K",
			    (unsigned long long)o->page);
	if (o->edition > UINT32_MAX)
		return fail(e, ERR_USAGE, "--edition %llu: out of range; give a number "
			    "of 32 bits", (unsigned long long)o->edition);
	return 0;
}

void cramfs_describe(const void *opts, struct buf *out)
{
	const struct cramfs_options *o = opts;

	put_text(out, "%s-endian, %s", o->big ? "big" : "little",
		 packings[o->packing]);
	if (o->page != CRAMFS_PAGE)
		put_text(out, ", pages of %llu KiB",
			 (unsigned long long)o->page / 1024);
	if (o->boot)
		put_text(out, ", 512 bytes before it");
	if (o->holes)
		put_text(out, ", holes");
	if (o->wide)
		put_text(out, ", wide inodes");
}
