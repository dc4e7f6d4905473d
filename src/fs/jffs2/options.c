/* options.c - what a jffs2 image is made like, as options and in words */
#include "fs/jffs2/options.h"

#include "core/text.h"
#include "fs/jffs2/jffs2.h"

enum { MOST_ERASE = 64 << 20, KIB_BELOW = 0x1000, DATAFLASH = 1056 };

static const char *const mode_words[] = {
	"priority", "size", "favourlzo", "none", NULL
};
static const char *const order_words[] = { "name", "inode", NULL };

#define AT(field) offsetof(struct jffs2_options, field)

const struct option jffs2_option_table[] = {
	{ OPT_UINT, 'e', "eraseblock", AT(eraseblock), "SIZE",
	  "bytes of an erase block (default: 64K)", NULL },
	{ OPT_OFF, 'l', "little-endian", AT(big), NULL,
	  "byte order of the image (default)", NULL },
	{ OPT_FLAG, 'b', "big-endian", AT(big), NULL, "byte order of the image", NULL },
	{ OPT_UINT, 0, "pagesize", AT(pagesize), "SIZE",
	  "most bytes of a file in one node (default: 4K)", NULL },
	{ OPT_MAYBE, 0, "pad", AT(pad), "SIZE",
	  "fill up the last block, or up to SIZE", NULL },
	{ OPT_UINT, 0, "pad-to", AT(pad_to), "SIZE", "as --pad=SIZE", NULL },
	{ OPT_UINT, 0, "fill-to", AT(fill_to), "SIZE",
	  "erased bytes behind it, up to SIZE", NULL },
	{ OPT_UINT, 0, "cleanmarker", AT(cleanmarker), "SIZE",
	  "bytes of a cleanmarker (default: 12)", NULL },
	{ OPT_OFF, 0, "no-cleanmarkers", AT(cleanmarkers), NULL,
	  "none at the start of blocks (NAND)", NULL },
	{ OPT_TEXT, 0, "compress", AT(compress), "LIST",
	  "zlib, rtime, lzo, none; preferred first", NULL },
	{ OPT_WORD, 0, "compress-mode", AT(mode), "WORD",
	  "priority, size, favourlzo or none", mode_words },
	{ OPT_FLAG, 0, "smaller", AT(smaller), NULL,
	  "smaller than mkfs.jffs2 makes it", NULL },
	{ OPT_FLAG, 0, "squash", AT(squash), NULL,
	  "as --all-root and --squash-perms", NULL },
	{ OPT_FLAG, 0, "all-root", AT(squash_uids), NULL,
	  "everything belongs to root", NULL },
	{ OPT_FLAG, 0, "squash-perms", AT(squash_perms), NULL,
	  "no set-id bits, no writing by others", NULL },
	{ OPT_FLAG, 0, "faketime", AT(faketime), NULL, "all times are 0", NULL },
	{ OPT_FLAG, 0, "with-xattr", AT(xattr), NULL,
	  "keep extended attributes", NULL },
	{ OPT_FLAG, 0, "with-selinux", AT(selinux), NULL,
	  "keep the attributes named security.*", NULL },
	{ OPT_FLAG, 0, "with-posix-acl", AT(posix_acl), NULL,
	  "keep access control lists", NULL },
	{ OPT_WORD, 0, "order", AT(order), "WORD",
	  "of a directory: name or inode", order_words },
	{ 0 },
};

const struct jffs2_options jffs2_defaults = {
	.eraseblock = 0x10000,
	.pagesize = 4096,
	.cleanmarkers = true,
	.cleanmarker = JFFS2_HEADER_SIZE,
	.compress = "zlib,rtime",
};

static bool is_power(uint64_t n)
{
	return n && !(n & (n - 1));
}

/* 10000 was meant as 0x10000: the digits read as hexadecimal. */
static uint64_t as_hex(uint64_t n)
{
	uint64_t x = 0;

	for (unsigned shift = 0; n; n /= 10, shift += 4)
		x |= n % 10 << shift;
	return x;
}

/*
 * Below 4096 it is in KiB, as mkfs.jffs2 has it. On DataFlash it is no power
 * of two.
 */
static int check_eraseblock(uint64_t *block, struct err *e)
{
	uint64_t n = *block, hex = as_hex(n);
	char about[32];

	if (n && n < KIB_BELOW)
		n *= 1024;
	if ((is_power(n) || n % DATAFLASH == 0) && n >= JFFS2_MIN_ERASE &&
	    n <= MOST_ERASE) {
		*block = n;
		return 0;
	}
	snprintf(about, sizeof(about), "-e %llu", (unsigned long long)*block);
	if (is_power(n))
		fail(e, ERR_USAGE, "not the size of an erase block; give 4K to 64M");
	else if (is_power(hex) && hex >= JFFS2_MIN_ERASE)
		fail(e, ERR_USAGE, "not a power of two; did you mean %#llx (%llu KiB)?",
		     (unsigned long long)hex, (unsigned long long)hex / 1024);
	else
		fail(e, ERR_USAGE, "not a power of two; give the erase size of the "
		     "flash, for example 0x10000 (64 KiB)");
	return err_about(e, about);
}

static int check_pad(struct jffs2_plan *p, struct err *e)
{
	p->pad_to = p->o.pad_to;
	if (!p->o.pad)
		return 0;
	if (!*p->o.pad)
		p->pad_block = true;
	else if (parse_size(p->o.pad, &p->pad_to, e) < 0)
		return within(e, "--pad");
	return 0;
}

int jffs2_check_options(const struct jffs2_options *o, struct jffs2_plan *p,
			struct err *e)
{
	*p = (struct jffs2_plan){ .o = *o };
	if (check_eraseblock(&p->o.eraseblock, e) < 0)
		return -1;
	if (!p->o.pagesize || p->o.pagesize > JFFS2_MOST_PAGE)
		return fail(e, ERR_USAGE, "--pagesize %llu: out of range; give the "
			    "page size of the device's CPU, usually 4096",
			    (unsigned long long)p->o.pagesize);
	if (p->o.cleanmarkers && (p->o.cleanmarker < JFFS2_HEADER_SIZE ||
				  p->o.cleanmarker > p->o.eraseblock / 2))
		return fail(e, ERR_USAGE, "--cleanmarker %llu: out of range; give 12 "
			    "to half an erase block, or --no-cleanmarkers",
			    (unsigned long long)p->o.cleanmarker);
	p->o.squash_uids |= p->o.squash;
	p->o.squash_perms |= p->o.squash;
	p->how.mode = (enum pack_mode)p->o.mode;
	p->how.smaller = p->o.smaller;
	if (pack_parse(&p->how, p->o.compress, e) < 0)
		return within(e, "--compress");
	return check_pad(p, e);
}

void jffs2_describe(const void *opts, struct buf *out)
{
	const struct jffs2_options *o = opts;

	put_text(out, "%s-endian, %s, %llu KiB blocks, ", o->big ? "big" : "little",
		 o->mode == PACK_NONE ? "none" : o->compress,
		 (unsigned long long)(o->eraseblock < KIB_BELOW ? o->eraseblock :
				      o->eraseblock / 1024));
	put_text(out, o->cleanmarkers ? "cleanmarkers" : "no cleanmarkers");
	if (o->xattr)
		put_text(out, ", extended attributes");
}
