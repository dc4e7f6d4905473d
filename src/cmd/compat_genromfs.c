/* compat_genromfs.c - genromfs, for those who have it in scripts */
#include <string.h>

#include "cmd/compat.h"
#include "cmd/help.h"

static const struct compat_word words[] = {
	{ "-f", 1, "-o" }, { "-V", 1, "--volume" }, { "-a", 1, "--align" },
	{ "-A", 1, "--aligned" }, { "-x", 1, "--exclude" }, { "-v", 0, "" },
	{ 0 }
};

/* -d DIR is the tree; without it genromfs takes the current directory. */
static char *take_dir(int *argc, char **argv)
{
	static char here[] = ".";
	char *dir = here;
	int n = 1;

	for (int i = 1; i < *argc; i++) {
		if (!strcmp(argv[i], "-d") && i + 1 < *argc)
			dir = argv[++i];
		else
			argv[n++] = argv[i];
	}
	*argc = n;
	return dir;
}

static int make(struct run *r, struct err *e)
{
	struct compat c = { .words = words };
	int argc = r->argc + 1;
	char **argv = r->argv - 1, *dir;

	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		help_command(r->command, stdout);
		return STATUS_OK;
	}
	dir = take_dir(&argc, argv);
	compat_add(&c, "repack");
	compat_add(&c, "--romfs");
	compat_add(&c, "--owners");
	compat_add(&c, "-f");
	if (compat_read(&c, argc, argv, e) < 0)
		return -1;
	if (c.operands || argc < 3)
		return fail(e, ERR_USAGE, "genromfs takes options only; give -f FILE -d DIR");
	compat_add(&c, "--");
	compat_add(&c, dir);
	return compat_run(&c, e);
}

const struct command command_genromfs = {
	.name = "genromfs",
	.operands = "-f FILE [-d DIR] [-V NAME] [-a N] [-A N,GLOB] [-x PATH]",
	.summary = "make a romfs image, with genromfs's own options",
	.about = "Takes the command line of genromfs 0.5.2; options and their values are\n"
		 "words of their own.",
	.exits = "0 done, 2 trouble. See also: fwtool repack --romfs",
	.raw = true,
	.run = make,
};
