/* jefferson.c - the command line of jefferson, for those who have it in scripts */
#include <stddef.h>
#include <string.h>

#include "cmd/extract.h"

struct jefferson { const char *dest; };

static const struct option options[] = {
	{ OPT_TEXT, 0, "dest", offsetof(struct jefferson, dest), "DIR",
	  "as -d", NULL },
	{ 0 }
};

/* Extraction of what is jffs2 in the input, and of what is left of it. */
static int run(struct run *r, struct err *e)
{
	const struct jefferson *o = r->opts;
	struct extract_cmd extract;
	struct common common = *r->common;
	struct run inner = *r;
	int status;

	if (r->argc != 1)
		return fail(e, ERR_USAGE, "one input is taken; fwtool extract takes paths "
			    "in it too");
	memcpy(&extract, command_extract.defaults, sizeof(extract));
	extract.look.part = "jffs2";
	extract.partial = true;
	if (o->dest)
		common.dir = o->dest;
	if (!common.dir)
		return fail(e, ERR_USAGE, "no destination; give -d DIR");
	inner.common = &common;
	inner.opts = &extract;
	status = command_extract.run(&inner, e);
	r->emitted = inner.emitted;
	return status;
}

const struct command command_jefferson = {
	.name = "jefferson",
	.operands = "[OPTIONS] FILE",
	.summary = "extract jffs2 as jefferson does",
	.about = "Takes the command line of jefferson: FILE -d DIR [-f] [-v]. The files\n"
		 "go to DIR, owners, modes and devices to DIR.fwmeta; of several jffs2\n"
		 "DIR becomes a project with a tree for each.",
	.examples = "  fwtool jefferson rootfs.jffs2 -d outdir\n",
	.exits = "0 done, 2 nothing extracted, 3 partial. See also: fwtool extract",
	.opts = options,
	.optsize = sizeof(struct jefferson),
	.run = run,
};
