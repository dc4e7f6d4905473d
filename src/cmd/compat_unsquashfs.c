/* compat_unsquashfs.c - unsquashfs, for those who have it in scripts */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cmd/compat.h"
#include "cmd/help.h"
#include "cmd/look.h"

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

/* Whether it is a word that asks for something else than files. */
static bool take_verb(const char *word, const char **verb, int *lists)
{
	static const struct { const char *word, *verb; int lists; } verbs[] = {
		{ "-l", NULL, 1 }, { "-ls", NULL, 1 }, { "-ll", NULL, 2 },
		{ "-lls", NULL, 2 }, { "-lln", NULL, 3 },
		{ "-s", "scan", 0 }, { "-stat", "scan", 0 }, { "-cat", "cat", 0 },
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(word, verbs[i].word))
			continue;
		if (verbs[i].lists)
			*lists = verbs[i].lists;
		else
			*verb = verbs[i].verb;
		return true;
	}
	return false;
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
	for (int i = 1; i < argc; i++)
		if (!take_verb(argv[i], &verb, &lists))
			argv[n++] = argv[i];
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
