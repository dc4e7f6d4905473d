/* mkfs_jffs2.c - the command line of mkfs.jffs2, for those who have it in scripts */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cmd/cmd.h"
#include "cmd/help.h"
#include "cmd/mkfs.h"
#include "cmd/say.h"
#include "core/image.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "fs/devtable.h"
#include "fs/dir.h"
#include "fs/jffs2/log.h"
#include "fs/jffs2/options.h"

struct mkfs {
	struct jffs2_options fs;
	const char *root, *output, *table, *incremental;
	struct texts off, on, priority;
	bool list, test, help, version;
	unsigned verbose;
};

#define AT(field) offsetof(struct mkfs, field)

static const char *const modes[] = { "priority", "size", "favourlzo", "none", NULL };

static const struct option table[] = {
	{ OPT_MAYBE, 'p', "pad", AT(fs.pad), "SIZE",
	  "fill up the last erase block, or up to SIZE", NULL },
	{ OPT_TEXT, 'r', "root", AT(root), "DIR", "the tree (default: .)", NULL },
	{ OPT_TEXT, 'd', NULL, AT(root), "DIR", "the same", NULL },
	{ OPT_UINT, 's', "pagesize", AT(fs.pagesize), "SIZE",
	  "most bytes of a file in one node (default: 4K)", NULL },
	{ OPT_UINT, 'e', "eraseblock", AT(fs.eraseblock), "SIZE",
	  "bytes of an erase block (default: 64K)", NULL },
	{ OPT_UINT, 'c', "cleanmarker", AT(fs.cleanmarker), "SIZE",
	  "bytes of a cleanmarker (default: 12)", NULL },
	{ OPT_WORD, 'm', "compression-mode", AT(fs.mode), "MODE",
	  "priority, size, favourlzo or none", modes },
	{ OPT_LIST, 'x', "disable-compressor", AT(off), "NAME",
	  "do not use zlib, rtime or lzo", NULL },
	{ OPT_LIST, 'X', "enable-compressor", AT(on), "NAME",
	  "use zlib, rtime or lzo", NULL },
	{ OPT_LIST, 'y', "compressor-priority", AT(priority), "N:NAME",
	  "the highest is tried first", NULL },
	{ OPT_FLAG, 'L', "list-compressors", AT(list), NULL,
	  "show compressors and priorities", NULL },
	{ OPT_FLAG, 't', "test-compression", AT(test), NULL,
	  "accepted; fwtool's own tests do it", NULL },
	{ OPT_OFF, 'n', "no-cleanmarkers", AT(fs.cleanmarkers), NULL,
	  "none at the start of blocks", NULL },
	{ OPT_TEXT, 'o', "output", AT(output), "FILE", "default: stdout", NULL },
	{ OPT_OFF, 'l', "little-endian", AT(fs.big), NULL, "the default", NULL },
	{ OPT_FLAG, 'b', "big-endian", AT(fs.big), NULL, "byte order", NULL },
	{ OPT_TEXT, 'D', "devtable", AT(table), "FILE",
	  "owners, modes and devices from a table", NULL },
	{ OPT_FLAG, 'f', "faketime", AT(fs.faketime), NULL,
	  "all times are 0", NULL },
	{ OPT_FLAG, 'q', "squash", AT(fs.squash), NULL, "as -U -P", NULL },
	{ OPT_FLAG, 'U', "squash-uids", AT(fs.squash_uids), NULL,
	  "everything belongs to root", NULL },
	{ OPT_FLAG, 'P', "squash-perms", AT(fs.squash_perms), NULL,
	  "no set-id bits, no writing by others", NULL },
	{ OPT_FLAG, 0, "with-xattr", AT(fs.xattr), NULL,
	  "keep extended attributes", NULL },
	{ OPT_FLAG, 0, "with-selinux", AT(fs.selinux), NULL,
	  "keep the attributes named security.*", NULL },
	{ OPT_FLAG, 0, "with-posix-acl", AT(fs.posix_acl), NULL,
	  "keep access control lists", NULL },
	{ OPT_FLAG, 0, "smaller", AT(fs.smaller), NULL,
	  "smaller than mkfs.jffs2 makes it", NULL },
	{ OPT_TEXT, 'i', "incremental", AT(incremental), "FILE",
	  "continue the inode numbers of FILE", NULL },
	{ OPT_FLAG, 'h', "help", AT(help), NULL, "this help", NULL },
	{ OPT_COUNT, 'v', "verbose", AT(verbose), NULL, "say more", NULL },
	{ OPT_FLAG, 'V', "version", AT(version), NULL, "show the version", NULL },
	{ 0 },
};

/* Sizes of KiB, and no less than 8 KiB: the bytes must be mkfs.jffs2's. */
static void widen_block(struct jffs2_options *o)
{
	uint64_t n = o->eraseblock && o->eraseblock < 0x1000 ? o->eraseblock * 1024
							     : o->eraseblock;

	if (n && n < 0x2000 && !(n & (n - 1))) {
		note("jffs2.widened", "-e %#llx: made 0x2000, as mkfs.jffs2 makes it; "
		     "fwtool repack -e makes blocks of 4 KiB", (unsigned long long)n);
		n = 0x2000;
	}
	o->eraseblock = n;
}

static int64_t now(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	return epoch ? strtoll(epoch, NULL, 10) : (int64_t)time(NULL);
}

static int apply_table(struct tree *t, struct mkfs *m, struct err *e)
{
	struct image im = { 0 };
	int r;

	if (!m->table)
		return 0;
	m->fs.squash = m->fs.squash_uids = m->fs.squash_perms = false;
	if (image_open(&im, m->table, e) < 0)
		return -1;
	say_about(m->table);
	r = devtable_apply(t, im.v, now(), e);
	if (r < 0)
		err_about(e, m->table);
	image_close(&im);
	return r;
}

static int load(struct tree *t, struct mkfs *m, struct err *e)
{
	struct stat st;
	struct dir_load o = {
		.owners = true, .xattrs = m->fs.xattr || m->fs.selinux ||
					  m->fs.posix_acl,
	};

	if (m->output && !stat(m->output, &st) && S_ISREG(st.st_mode))
		o.skip = &st;
	if (dir_load(t, m->root ? m->root : ".", &o, e) < 0)
		return -1;
	return apply_table(t, m, e);
}

static int make(struct run *r, struct mkfs *m, struct err *e)
{
	struct tree t = { 0 };
	struct buf out = { 0 };
	const struct common *was = r->common;
	struct common common = { .output = m->output, .force = true };
	int status = -1;

	r->common = &common;
	tree_init(&t);
	if (load(&t, m, e) < 0 || jffs2_write(&t, &m->fs, &out, e) < 0 ||
	    cmd_save(r, "root.jffs2", buf_view(&out), e) < 0)
		goto out;
	if (m->verbose)
		say(r, "%zu nodes of the tree, %zu bytes", t.nodes, out.len);
	status = cmd_warnings() ? STATUS_PARTIAL : STATUS_OK;
out:
	r->common = was;
	tree_free(&t);
	buf_free(&out);
	return status;
}

/*
 * What is to be appended to FILE: with new numbers, but versions from 0, so
 * that names which both have may go on meaning the old file.
 */
static int continue_numbers(struct mkfs *m, struct err *e)
{
	struct image im = { 0 };
	struct jlog log = { 0 };
	int r = image_open(&im, m->incremental, e);

	if (!r && im.v.len && jlog_scan(&log, im.v, e) < 0)
		r = err_about(e, m->incremental);
	for (size_t i = 0; !r && i < log.n; i++)
		if (log.rec[i].type == JFFS2_INODE && log.rec[i].state == J_GOOD &&
		    log.rec[i].ino > m->fs.last_ino)
			m->fs.last_ino = log.rec[i].ino;
	if (!r)
		note("jffs2.incremental", "-i: a name that both have may go on meaning "
		     "the old file; fwtool repack changes an image rightly");
	jlog_free(&log);
	image_close(&im);
	return r;
}

static int start(struct run *r, struct mkfs *m, struct err *e)
{
	struct ranked ranked[RANKED];
	struct buf list = { 0 };
	int status;

	if (ranks_make(ranked, &m->on, &m->off, &m->priority, e) < 0)
		return -1;
	if (m->list) {
		ranks_print(ranked);
		return STATUS_OK;
	}
	if (m->incremental && continue_numbers(m, e) < 0)
		return -1;
	ranks_put(ranked, &list);
	m->fs.compress = buf_string(&list);
	widen_block(&m->fs);
	status = make(r, m, e);
	buf_free(&list);
	return status;
}

static int run(struct run *r, struct err *e)
{
	struct mkfs m = { .fs = jffs2_defaults };
	const struct optset sets[] = { { table, &m }, { 0 } };
	int n = opt_parse(sets, r->argc + 1, r->argv - 1, e), status = -1;

	if (n > 0)
		fail(e, ERR_USAGE, "%s: mkfs.jffs2 takes options only; a size is "
		     "written as -p0x100000, a directory as -r DIR", r->argv[-1]);
	else if (!n && m.help)
		status = (help_command(r->command, stdout), STATUS_OK);
	else if (!n && m.version)
		status = (puts("fwtool " FWTOOL_VERSION ", as mkfs.jffs2 2.1.5"), 0);
	else if (!n)
		status = start(r, &m, e);
	opt_free(sets);
	return status;
}

const struct command command_mkfs_jffs2 = {
	.name = "mkfs.jffs2",
	.operands = "[OPTIONS]",
	.summary = "make a jffs2 image, with mkfs.jffs2's own options",
	.about = "Make a jffs2 image from a directory, byte for byte as mkfs.jffs2 of\n"
		 "mtd-utils 2.1.5 makes it. Without -o it goes to standard output.",
	.examples = "  fwtool mkfs.jffs2 -l -e 0x10000 -r outdir -o sys.jffs2\n",
	.exits = "0 done, 2 trouble, 3 partial",
	.opts = table,
	.optsize = sizeof(struct mkfs),
	.raw = true,
	.run = run,
};
