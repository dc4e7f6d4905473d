/* compat_mksquashfs.c - mksquashfs, for those who have it in scripts */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/compat.h"
#include "cmd/help.h"

static const struct compat_word make_words[] = {
	{ "-comp", 1, "--comp" }, { "-b", 1, "--block" },
	{ "-Xcompression-level", 1, "--level" }, { "-Xwindow-size", 1, "--window" },
	{ "-Xstrategy", 1, "--strategy" }, { "-Xbcj", 1, "--bcj" },
	{ "-Xdict-size", 1, "--dict" }, { "-Xalgorithm", 1, "--algorithm" },
	{ "-Xhc", 0, "--hc" },
	{ "-noI", 0, "--raw-inodes" }, { "-noInodeCompression", 0, "--raw-inodes" },
	{ "-noD", 0, "--raw-data" }, { "-noDataCompression", 0, "--raw-data" },
	{ "-noF", 0, "--raw-fragments" },
	{ "-noFragmentCompression", 0, "--raw-fragments" },
	{ "-noX", 0, "--raw-xattrs" }, { "-noXattrCompression", 0, "--raw-xattrs" },
	{ "-noId", 0, "--raw-ids" }, { "-noIdTableCompression", 0, "--raw-ids" },
	{ "-no-fragments", 0, "--no-fragments" },
	{ "-always-use-fragments", 0, "--always-use-fragments" },
	{ "-tailends", 0, "--always-use-fragments" }, { "-no-tailends", 0, "" },
	{ "-no-duplicates", 0, "--no-duplicates" }, { "-no-exports", 0, "--no-exports" },
	{ "-no-xattrs", 0, "--no-xattrs" }, { "-xattrs", 0, "" },
	{ "-no-sparse", 0, "--no-sparse" }, { "-nopad", 0, "--nopad" },
	{ "-all-root", 0, "--all-root" }, { "-root-owned", 0, "--all-root" },
	{ "-force-uid", 1, "--force-uid" }, { "-force-gid", 1, "--force-gid" },
	{ "-root-mode", 1, "--root-mode" }, { "-root-uid", 1, "--root-uid" },
	{ "-root-gid", 1, "--root-gid" }, { "-root-time", 1, "--root-time" },
	{ "-all-time", 1, "--all-time" }, { "-mkfs-time", 1, "--mkfs-time" },
	{ "-fstime", 1, "--fstime" }, { "-fixed-time", 1, NULL },
	{ "-sort", 1, "--sort" },
	{ "-processors", 1, "-j" },
	{ "-noappend", 0, "-f" }, { "-no-progress", 0, "" }, { "-progress", 0, "" },
	{ "-quiet", 0, "-q" }, { "-info", 0, "" }, { "-no-recovery", 0, "" },
	{ "-reproducible", 0, "" }, { "-exit-on-error", 0, "" }, { "-mem", 1, "" },
	{ "-read-queue", 1, "" }, { "-write-queue", 1, "" }, { "-fragment-queue", 1, "" },
	{ "-recover", 1, NULL }, { "-keep-as-directory", 0, NULL },
	{ "-Xpreset", 1, NULL }, { "-Xe", 0, NULL }, { "-Xlc", 1, NULL },
	{ "-Xlp", 1, NULL }, { "-Xpb", 1, NULL }, { "-wildcards", 0, NULL }, { "-regex", 0, NULL }, { "-offset", 1, NULL },
	{ "-o", 1, NULL }, { "-ef", 1, NULL },
	{ 0 }
};

static void put_type(struct buf *table, const char *name, const char *type,
		     const char *rest)
{
	unsigned mode, uid, gid, major = 0, minor = 0;

	if (sscanf(rest, "%o %u %u %u %u", &mode, &uid, &gid, &major, &minor) >= 3)
		put_text(table, "/%s %s %o %u %u %u %u - - -\n", name, type, mode, uid, gid,
			 major, minor);
}

/* "dev/null c 666 0 0 1 3", as a line of a device table. */
static int add_pseudo(struct buf *table, const char *line, struct err *e)
{
	char name[256], type[4];
	int n = 0;

	if (line[0] == '#' || strspn(line, " \t\n") == strlen(line))
		return 0;
	if (sscanf(line, "%255s %3s %n", name, type, &n) != 2 || !n ||
	    !strchr("dcbp", type[0]) || type[1])
		return fail(e, ERR_UNSUPPORTED, "-p \"%s\": only d, c, b and p are done; give "
			    "a table to fwtool repack -D", line);
	put_type(table, name[0] == '/' ? name + 1 : name, type, line + n);
	return 0;
}

static int add_pseudo_file(struct buf *table, const char *path, struct err *e)
{
	FILE *f = fopen(path, "r");
	char line[1024];
	int bad = f ? 0 : fail_sys(e, "%s", path);

	while (!bad && fgets(line, sizeof(line), f))
		bad = add_pseudo(table, line, e);
	if (f)
		fclose(f);
	return bad;
}

/* -e and all behind it, -p and -pf are taken out of the line first. */
static int take_special(struct compat *c, int *argc, char **argv,
			struct buf *table, struct err *e)
{
	int n = 1, bad = 0;

	for (int i = 1; !bad && i < *argc; i++) {
		if (!strcmp(argv[i], "-e")) {
			while (++i < *argc) {
				compat_add(c, "--exclude");
				compat_add(c, argv[i]);
			}
		} else if (!strcmp(argv[i], "-p") && i + 1 < *argc) {
			bad = add_pseudo(table, argv[++i], e);
		} else if (!strcmp(argv[i], "-pf") && i + 1 < *argc) {
			bad = add_pseudo_file(table, argv[++i], e);
		} else {
			argv[n++] = argv[i];
		}
	}
	*argc = n;
	return bad;
}

/* The table in memory, as a file that the next program has open. */
static int give_table(struct compat *c, const struct buf *table, char *room, size_t n,
		      struct err *e)
{
	int fd = memfd_create("pseudo", 0);

	if (fd < 0 || write(fd, table->p, table->len) != (ssize_t)table->len)
		return fail_sys(e, "cannot keep the -p definitions");
	snprintf(room, n, "/proc/self/fd/%d", fd);
	compat_add(c, "-D");
	compat_add(c, room);
	return 0;
}

static int make(struct run *r, struct err *e)
{
	struct compat c = { .words = make_words };
	struct buf table = { 0 };
	char room[64];
	int argc = r->argc + 1;
	char **argv = r->argv - 1;

	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") ||
			 !strcmp(argv[1], "-help"))) {
		help_command(r->command, stdout);
		return STATUS_OK;
	}
	compat_add(&c, "repack");
	compat_add(&c, "--squashfs");
	compat_add(&c, "--owners");
	if (take_special(&c, &argc, argv, &table, e) < 0 ||
	    compat_read(&c, argc, argv, e) < 0)
		return -1;
	if (table.len && give_table(&c, &table, room, sizeof(room), e) < 0)
		return -1;
	if (c.operands != 2)
		return fail(e, ERR_USAGE, "mksquashfs takes one SOURCE and a FILE here; give "
			    "a directory that holds all");
	compat_add(&c, "-o");
	compat_add(&c, c.operand[1]);
	compat_add(&c, "--");
	compat_add(&c, c.operand[0]);
	buf_free(&table);
	return compat_run(&c, e);
}

const struct command command_mksquashfs = {
	.name = "mksquashfs",
	.operands = "SOURCE FILE [OPTIONS] [-e PATH...]",
	.summary = "make a squashfs image, with mksquashfs's own options",
	.about = "Takes the command line of mksquashfs 4.5.1 for one source directory.\n"
		 "Nothing is appended: an existing FILE is replaced with -noappend.",
	.exits = "0 done, 2 trouble. See also: fwtool repack --squashfs",
	.raw = true,
	.run = make,
};
