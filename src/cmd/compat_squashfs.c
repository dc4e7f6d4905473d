/* compat_squashfs.c - mksquashfs and unsquashfs, for those who have them in scripts */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/compat.h"
#include "cmd/help.h"
#include "cmd/look.h"
#include "core/mem.h"
#include "core/text.h"

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
	{ "-no-duplicates", 0, "--no-duplicates" }, { "-no-exports", 0, "--no-exports" },
	{ "-no-xattrs", 0, "--no-xattrs" }, { "-xattrs", 0, "" },
	{ "-no-sparse", 0, "--no-sparse" }, { "-nopad", 0, "--nopad" },
	{ "-all-root", 0, "--all-root" }, { "-root-owned", 0, "--all-root" },
	{ "-force-uid", 1, "--force-uid" }, { "-force-gid", 1, "--force-gid" },
	{ "-root-mode", 1, "--root-mode" }, { "-root-uid", 1, "--root-uid" },
	{ "-root-gid", 1, "--root-gid" }, { "-root-time", 1, "--root-time" },
	{ "-all-time", 1, "--all-time" }, { "-mkfs-time", 1, "--mkfs-time" },
	{ "-fstime", 1, "--fstime" }, { "-sort", 1, "--sort" },
	{ "-processors", 1, "-j" },
	{ "-noappend", 0, "-f" }, { "-no-progress", 0, "" }, { "-progress", 0, "" },
	{ "-quiet", 0, "-q" }, { "-info", 0, "" }, { "-no-recovery", 0, "" },
	{ "-reproducible", 0, "" }, { "-exit-on-error", 0, "" }, { "-mem", 1, "" },
	{ "-read-queue", 1, "" }, { "-write-queue", 1, "" }, { "-fragment-queue", 1, "" },
	{ "-recover", 1, NULL }, { "-keep-as-directory", 0, NULL },
	{ "-wildcards", 0, NULL }, { "-regex", 0, NULL }, { "-offset", 1, NULL },
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

static const struct compat_word open_words[] = {
	{ "-d", 1, "-d" }, { "-dest", 1, "-d" }, { "-f", 0, "-f" }, { "-force", 0, "-f" },
	{ "-n", 0, "" }, { "-no-progress", 0, "" }, { "-q", 0, "-q" }, { "-quiet", 0, "-q" },
	{ "-i", 0, "" }, { "-info", 0, "" }, { "-p", 1, "-j" }, { "-processors", 1, "-j" },
	{ "-x", 0, "" }, { "-xattrs", 0, "" }, { "-no", 0, "" }, { "-no-xattrs", 0, "" },
	{ "-u", 0, "" }, { "-da", 1, "" }, { "-fr", 1, "" }, { "-o", 1, NULL },
	{ "-offset", 1, NULL }, { "-ef", 1, NULL }, { "-ex", 1, NULL },
	{ 0 }
};

static const char types[] = "?pc?d?b?-?l?s???";

/* "root/root", as this machine calls them, or "0/0". */
static void put_owner(char *room, size_t n, const struct node *self, bool numbers)
{
	struct passwd *user = numbers ? NULL : getpwuid(self->uid);
	struct group *group = numbers ? NULL : getgrgid(self->gid);
	char uid[16], gid[16];

	snprintf(uid, sizeof(uid), "%u", self->uid);
	snprintf(gid, sizeof(gid), "%u", self->gid);
	snprintf(room, n, "%.60s/%.60s", user ? user->pw_name : uid,
		 group ? group->gr_name : gid);
}

/* Owner and size together are 27 wide. */
static void print_long(const struct node *n, bool numbers)
{
	static const char letters[] = "rwxrwxrwx";
	const struct node *self = tree_self(n);
	time_t t = self->mtime == TREE_NO_TIME ? 0 : (time_t)self->mtime;
	char text[11] = "", when[32], owner[128];
	int wide;
	struct tm tm;

	text[0] = types[n->mode >> 12 & 15];
	for (unsigned i = 0; i < 9; i++)
		text[1 + i] = n->mode >> (8 - i) & 1 ? letters[i] : '-';
	if (n->mode & S_ISUID)
		text[3] = n->mode & S_IXUSR ? 's' : 'S';
	if (n->mode & S_ISGID)
		text[6] = n->mode & S_IXGRP ? 's' : 'S';
	if (n->mode & S_ISVTX)
		text[9] = n->mode & S_IXOTH ? 't' : 'T';
	put_owner(owner, sizeof(owner), self, numbers);
	wide = strlen(owner) < 20 ? 27 - (int)strlen(owner) : 7;
	gmtime_r(&t, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode))
		printf("%s %s%*u,%3u %s ", text, owner, wide - 4, self->major, self->minor,
		       when);
	else
		printf("%s %s%*llu %s ", text, owner, wide, S_ISLNK(n->mode) ?
		       (unsigned long long)strlen(n->target) :
		       (unsigned long long)self->size, when);
}

struct listed { int details; const char *top; };	/* 1, 2: numbers */

static int list_node(const struct node *n, const char *path, void *arg)
{
	const struct listed *l = arg;
	struct buf name = { 0 };

	if (l->details)
		print_long(n, l->details > 1);
	put_text(&name, "%s%s%s", l->top, *path ? "/" : "", path);
	if (l->details && S_ISLNK(n->mode))
		put_text(&name, " -> %s", n->target);
	for (size_t i = 0; i < name.len; i++)
		putchar(name.p[i] < ' ' || name.p[i] == 127 ? '?' : name.p[i]);
	putchar('\n');
	buf_free(&name);
	return 0;
}

static int list(const char *image, int details, const char *top, struct err *e)
{
	struct listed how = { details, top };
	struct look_opts o = { 0 };
	struct look l = { 0 };
	const char *name;
	int bad = look_open(&l, image, &o, e);

	if (!bad && !look_find(&l, l.alone ? "" : "squashfs", &name, e))
		bad = -1;
	if (!bad)
		bad = tree_each(&l.t, list_node, &how);
	look_close(&l);
	return bad ? -1 : STATUS_OK;
}

static int take_out(struct run *r, struct err *e)
{
	struct compat c = { .words = open_words };
	const char *verb = "extract", *top = "squashfs-root";
	int argc = r->argc + 1, n = 1, lists = 0;
	char **argv = r->argv - 1;

	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") ||
			 !strcmp(argv[1], "-help"))) {
		help_command(r->command, stdout);
		return STATUS_OK;
	}
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-l") || !strcmp(argv[i], "-ls"))
			lists = 1;
		else if (!strcmp(argv[i], "-ll") || !strcmp(argv[i], "-lls"))
			lists = 2;
		else if (!strcmp(argv[i], "-lln"))
			lists = 3;
		else if (!strcmp(argv[i], "-s") || !strcmp(argv[i], "-stat"))
			verb = "scan";
		else if (!strcmp(argv[i], "-cat"))
			verb = "cat";
		else
			argv[n++] = argv[i];
	}
	compat_add(&c, verb);
	if (compat_read(&c, n, argv, e) < 0)
		return -1;
	if (!c.operands)
		return fail(e, ERR_USAGE, "unsquashfs takes an image; give FILE [PATH...]");
	for (int i = 1; i + 1 < c.argc; i++)
		if (!strcmp(c.argv[i], "-d"))
			top = c.argv[i + 1];
	if (lists)
		return list(c.operand[0], lists - 1, top, e);
	if (!strcmp(verb, "extract") && !strcmp(top, "squashfs-root")) {
		compat_add(&c, "-d");
		compat_add(&c, top);
	}
	compat_add(&c, "--");
	for (int i = 0; i < c.operands; i++)
		compat_add(&c, c.operand[i]);
	return compat_run(&c, e);
}

const struct command command_unsquashfs = {
	.name = "unsquashfs",
	.operands = "[OPTIONS] FILE [PATH...]",
	.summary = "extract squashfs as unsquashfs does",
	.about = "Takes the command line of unsquashfs: -d DIR, -f, -l, -ll, -s, -cat.\n"
		 "The files go to DIR (squashfs-root), owners, modes and devices to\n"
		 "DIR.fwmeta; no root is needed.",
	.exits = "0 done, 2 trouble. See also: fwtool extract",
	.raw = true,
	.run = take_out,
};
