/* mkfs_cramfs.c - the command line of mkfs.cramfs, for those who have it in scripts */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "cmd/help.h"
#include "cmd/say.h"
#include "fs/cramfs/options.h"
#include "fs/dir.h"

struct mkfs {
	struct cramfs_options fs;
	int endian;
	bool strict, ignored, help, version;
	unsigned verbose;
};

#define AT(field) offsetof(struct mkfs, field)

static const char *const endians[] = { "host", "little", "big", NULL };

static const struct option table[] = {
	{ OPT_UINT, 'b', NULL, AT(fs.page), "SIZE",
	  "the page size of the kernel (default: 4096)", NULL },
	{ OPT_UINT, 'e', NULL, AT(fs.edition), "N", "a number of yours", NULL },
	{ OPT_FLAG, 'E', NULL, AT(strict), NULL,
	  "what is only a warning ends it all", NULL },
	{ OPT_TEXT, 'i', NULL, AT(fs.insert), "FILE",
	  "put FILE behind the superblock", NULL },
	{ OPT_TEXT, 'n', NULL, AT(fs.name), "NAME", "name of the file system", NULL },
	{ OPT_WORD, 'N', NULL, AT(endian), "WORD", "big, little or host", endians },
	{ OPT_FLAG, 'p', NULL, AT(fs.boot), NULL, "512 free bytes before it", NULL },
	{ OPT_FLAG, 's', NULL, AT(ignored), NULL, "accepted", NULL },
	{ OPT_COUNT, 'v', NULL, AT(verbose), NULL, "say more", NULL },
	{ OPT_FLAG, 'z', NULL, AT(fs.holes), NULL, "pages of zeros are left out", NULL },
	{ OPT_FLAG, 'h', "help", AT(help), NULL, "this help", NULL },
	{ OPT_FLAG, 'V', "version", AT(version), NULL, "show the version", NULL },
	{ 0 }
};

static int load(struct tree *t, const char *root, const char *output,
		struct err *e)
{
	struct dir_load o = { .owners = true };
	struct stat st;

	if (!stat(output, &st) && S_ISREG(st.st_mode))
		o.skip = &st;
	return dir_load(t, root, &o, e);
}

static int make(struct run *r, struct mkfs *m, struct err *e)
{
	const struct common *was = r->common;
	struct common common = { .output = r->argv[1], .force = true };
	struct tree t = { 0 };
	struct buf out = { 0 };
	int status = -1;

	tree_init(&t);
	if (load(&t, r->argv[0], r->argv[1], e) < 0 ||
	    cramfs_prepare(&t, &m->fs, true, e) < 0)
		goto out;
	if (m->strict && cmd_warnings()) {
		fail(e, ERR_LIMIT, "the warnings above are errors, as -E says");
		goto out;
	}
	r->common = &common;
	if (cramfs_write(&t, &m->fs, &out, e) < 0 ||
	    cmd_save(r, r->argv[1], buf_view(&out), e) < 0)
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

static bool is_big(const struct mkfs *m)
{
	return m->endian == 2 ||
	       (!m->endian && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static int run(struct run *r, struct err *e)
{
	struct mkfs m = { .fs = cramfs_defaults };
	const struct optset sets[] = { { table, &m }, { 0 } };
	int n = opt_parse(sets, r->argc + 1, r->argv - 1, e), status = -1;

	r->argv--;
	m.fs.big = is_big(&m);
	if (n >= 0 && m.help)
		status = (help_command(r->command, stdout), STATUS_OK);
	else if (n >= 0 && m.version)
		status = (puts("fwtool " FWTOOL_VERSION ", as mkfs.cramfs of util-linux "
			       "2.38.1"), STATUS_OK);
	else if (n >= 0 && n != 2)
		fail(e, ERR_USAGE, "mkfs.cramfs takes a directory and a file, not %d "
		     "operands", n);
	else if (n == 2)
		status = make(r, &m, e);
	opt_free(sets);
	return status;
}

const struct command command_mkfs_cramfs = {
	.name = "mkfs.cramfs",
	.operands = "[OPTIONS] DIR FILE",
	.summary = "make a cramfs image, with mkfs.cramfs's own options",
	.about = "Make a cramfs image of a directory, byte for byte as mkfs.cramfs of\n"
		 "util-linux 2.38.1 makes it. What would be cut off is refused.",
	.examples = "  fwtool mkfs.cramfs -N big outdir rootfs.cramfs\n",
	.exits = "0 done, 2 trouble, 3 something did not fit",
	.opts = table,
	.optsize = sizeof(struct mkfs),
	.raw = true,
	.run = run,
};
