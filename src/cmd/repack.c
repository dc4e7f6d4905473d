/* repack.c - fwtool repack: a tree or a project becomes an image again */
#include "cmd/repack.h"

#include <libgen.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/help.h"
#include "cmd/look.h"
#include "cmd/project.h"
#include "cmd/say.h"
#include "core/out.h"
#include "fs/ubi/build.h"
#include "project/manifest.h"

#define AT(field) offsetof(struct repack_opts, field)

static const struct option options[] = {
	{ OPT_FLAG, 0, "jffs2", AT(named), NULL,
	  "build a jffs2 (default: what the tree was)", NULL },
	{ OPT_FLAG, 0, "cramfs", AT(named), NULL, "build a cramfs", NULL },
	{ OPT_FLAG, 0, "yaffs", AT(named), NULL, "build a YAFFS image", NULL },
	{ OPT_FLAG, 0, "romfs", AT(named), NULL, "build a romfs", NULL },
	{ OPT_FLAG, 0, "ambarella", AT(named), NULL,
	  "build a list of files as Ambarella's", NULL },
	{ OPT_FLAG, 0, "cpio", AT(named), NULL, "build a cpio archive", NULL },
	{ OPT_FLAG, 0, "squashfs", AT(named), NULL, "build a squashfs", NULL },
	{ OPT_FLAG, 0, "ubifs", AT(named), NULL, "build a UBIFS", NULL },
	{ OPT_FLAG, 0, "ubi", AT(named), NULL,
	  "build the UBI volumes of a configuration", NULL },
	{ OPT_TEXT, 'r', "root", AT(root), "TREE",
	  "the tree, as mkfs.jffs2 has it", NULL },
	{ OPT_UINT, 0, "room", AT(room), "SIZE",
	  "fail where it is larger (default: as it was)", NULL },
	{ OPT_FLAG, 0, "rebuild", AT(rebuild), NULL,
	  "lay everything out anew", NULL },
	{ OPT_LIST, 0, "exclude", AT(exclude), "PATH", "leave this out", NULL },
	{ OPT_TEXT, 'D', "devtable", AT(table), "FILE",
	  "owners, modes and devices from a table", NULL },
	{ OPT_TEXT, 0, "meta", AT(meta), "FILE",
	  "the list of the tree (default: TREE.fwmeta)", NULL },
	{ OPT_TEXT, 0, "original", AT(original), "FILE",
	  "what the tree was extracted from", NULL },
	{ OPT_FLAG, 0, "owners", AT(owners), NULL,
	  "without a list: owners as on disk, not root", NULL },
	{ OPT_FLAG, 0, "as-dumped", AT(as_dumped), NULL,
	  "of a project: undo its fix-ups again", NULL },
	{ 0 }
};

int repack_parse(struct repacking *k, struct optset format, char **argv,
		 struct err *e)
{
	struct optset own[] = { { options, &k->o }, format, { 0 } };

	opt_free((const struct optset[]){ { options, &k->o }, { 0 } });
	memcpy(argv, k->argv, ((size_t)k->argc + 1) * sizeof(*argv));
	k->r->argc = k->argc - 1;
	k->r->argv = argv + 1;
	return cmd_parse(k->r, own, e);
}

/* Parse the line as typed; the operands come first in argv then. */
static int parse(struct repacking *k, const struct format *f, void *opts,
		 char **argv, struct err *e)
{
	struct optset format = { 0 };

	if (f && f->fs && f->fs->opts)
		format = (struct optset){ f->fs->opts, opts };
	return repack_parse(k, format, argv, e);
}

int repack_adjust(const struct format *f, void *opts, void *arg, struct err *e)
{
	struct repacking *k = arg;
	/* Main's own; const keeps commands from changing what was asked. */
	struct common *common = (struct common *)(uintptr_t)k->r->common;
	const struct common was = *common;
	char **argv;
	int r;

	if (k->format && f != k->format)
		return 0;
	argv = xcalloc((size_t)k->argc + 1, sizeof(*argv));
	r = parse(k, f, opts, argv, e);
	free(argv);
	*common = was;		/* or -q counts once more each time */
	/* Options for one part of a project are none of another's. */
	return r < 0 && k->is_project && !k->format ? 0 : r;
}

static bool is_inside(const char *file, const char *dir)
{
	char up[PATH_MAX], where[PATH_MAX], top[PATH_MAX];
	size_t n;

	snprintf(up, sizeof(up), "%s", file);
	if (!realpath(dirname(up), where) || !realpath(dir, top))
		return false;
	n = strlen(top);
	return !strncmp(where, top, n) && (!where[n] || where[n] == '/');
}

static int check_output(struct repacking *k, struct err *e)
{
	struct out probe;

	if (!strcmp(k->output, "-"))
		return 0;
	if (is_inside(k->output, k->input))
		return fail(e, ERR_USAGE, "%s would lie inside %s, the tree it is made "
			    "from; choose another -o", k->output, k->input);
	if (k->r->common->dry_run)
		return 0;
	if (out_open(&probe, k->output, k->r->common->force, e) < 0)
		return -1;
	out_abort(&probe);
	return 0;
}

int repack_output(struct repacking *k, const char *name, struct err *e)
{
	snprintf(k->name, sizeof(k->name), "%s", name);
	k->output = cmd_output(k->r, k->name);
	return check_output(k, e);
}

static int repack_whole(struct repacking *k, struct err *e)
{
	struct assemble_opts how = {
		.as_dumped = k->o.as_dumped, .anew = k->o.rebuild,
		.adjust = repack_adjust, .arg = k,
	};

	k->output = k->r->common->output;
	if (k->output && check_output(k, e) < 0)
		return -1;
	say_about(k->input);
	return repack_project(k->r, k->input, &how, e);
}

/* The format that "--jffs2" names, before the line can be parsed. */
static const struct format *named_format(const struct repacking *k)
{
	for (int i = 1; i < k->argc; i++) {
		const char *arg = k->argv[i];
		const struct format *f = strncmp(arg, "--", 2) ? NULL
							: format_named(arg + 2);

		if (f && f->fs && f->fs->write)
			return f;
	}
	return NULL;
}

static int take_input(struct repacking *k, struct err *e)
{
	int n = k->r->argc;

	k->input = k->o.root ? k->o.root : n ? k->r->argv[0] : NULL;
	if (!k->input)
		return fail(e, ERR_USAGE, "repack needs a TREE or a PROJECT; give a "
			    "directory that fwtool extract made");
	if (n > !k->o.root)
		return fail(e, ERR_USAGE, "%s: one TREE at a time; the image goes to -o "
			    "FILE", k->r->argv[n - 1]);
	return 0;
}

/* What the list of a tree on the line says, before the line can be parsed. */
static const struct format *listed_format(const struct repacking *k)
{
	const struct format *f = NULL;
	char name[4096];

	for (int i = 1; i < k->argc && !f; i++) {
		struct image im = { 0 };
		struct meta m = { 0 };
		struct err ignored;

		cmd_beside(k->argv[i], ".fwmeta", name);
		if (*k->argv[i] != '-' && !access(name, F_OK) &&
		    !image_open(&im, name, &ignored) && !meta_read(&m, im.v, &ignored))
			f = m.format;
		meta_free(&m);
		image_close(&im);
	}
	return f && f->fs && f->fs->write ? f : NULL;
}

static int parse_as(struct repacking *k, const struct format *f, char **argv,
		    struct err *e)
{
	void *scratch = xcalloc(1, f->fs->optsize + 1);
	int r = parse(k, f, scratch, argv, e);

	free(scratch);
	return r;
}

/*
 * Without a name for the format: whichever has the options on the line. Where
 * none has, the one of the tree tells why.
 */
static int parse_any(struct repacking *k, char **argv, struct err *e)
{
	const struct format *f = k->format ? k->format : listed_format(k);
	int r = f ? parse_as(k, f, argv, e) : -1;
	bool tell = !f;

	for (size_t i = 0; r < 0 && !k->format && formats[i]; i++) {
		if (!formats[i]->fs || !formats[i]->fs->write)
			continue;
		r = parse_as(k, formats[i], argv, tell ? e : &(struct err){ 0 });
		tell = false;
	}
	return r;
}

static bool is_ubi(const struct repacking *k)
{
	for (int i = 1; i < k->argc && strcmp(k->argv[i], "--"); i++)
		if (!strcmp(k->argv[i], "--ubi"))
			return true;
	return false;
}

static int run(struct run *r, struct err *e)
{
	struct repacking k = { .r = r, .argc = r->argc + 1, .argv = r->argv - 1 };
	char **argv = xcalloc((size_t)k.argc + 1, sizeof(*argv));
	int status;

	if (is_ubi(&k)) {
		status = repack_ubi(&k, argv, e);
		free(argv);
		return status;
	}
	k.format = named_format(&k);
	status = parse_any(&k, argv, e);
	if (!status && r->common->help) {
		help_command(r->command, stdout);
	} else if (!status) {
		look_deep();
		status = take_input(&k, e);
		k.is_project = !status && is_project(k.input);
		if (k.is_project)
			status = repack_whole(&k, e);
		else if (!status)
			status = repack_tree(&k, e);
	}
	opt_free((const struct optset[]){ { options, &k.o }, { 0 } });
	free(argv);
	return status;
}

static const struct option *fs_options(const struct format *f)
{
	if (f == format_named("ubi"))
		return ubi_option_table;
	return f->fs && f->fs->write ? f->fs->opts : NULL;
}

const struct command command_repack = {
	.name = "repack",
	.group = "take apart, put together",
	.operands = "[OPTIONS] TREE|PROJECT",
	.summary = "build an image from a tree or a project",
	.about = "Build a file system from TREE, a directory that fwtool extract made,\n"
		 "or the whole flash from PROJECT. TREE.fwmeta says how it was built,\n"
		 "options say otherwise. While the original is at hand its layout is\n"
		 "kept: nothing changed gives the same bytes. The result is read back\n"
		 "and compared before it gets its name.",
	.examples = "  fwtool repack dump.bin.fw\n"
		    "  fwtool repack --jffs2 -l -e 0x10000 outdir -o sys.final\n",
	.exits = "0 done, 2 trouble. See also: fwtool extract",
	.opts = options,
	.optsize = sizeof(struct repack_opts),
	.fs_options = fs_options,
	.raw = true,
	.run = run,
};
