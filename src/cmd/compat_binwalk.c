/* compat_binwalk.c - binwalk, for those who have it in their fingers */
#include <string.h>

#include "cmd/compat.h"
#include "cmd/help.h"
#include "core/buf.h"

static const struct compat_word look_words[] = {
	{ "-B", 0, "" }, { "--signature", 0, "" }, { "-E", 0, "--entropy" },
	{ "--entropy", 0, "--entropy" }, { "-y", 1, "--only" }, { "--include", 1, "--only" },
	{ "-x", 1, "--skip" }, { "--exclude", 1, "--skip" }, { "-q", 0, "-q" },
	{ "--quiet", 0, "-q" }, { "-v", 0, "-v" }, { "--verbose", 0, "-v" },
	{ "-a", 0, "-a" }, { "-I", 0, "-a" }, { "--invalid", 0, "-a" }, { "-N", 0, "" },
	{ "-J", 0, "" }, { "-b", 0, "" }, { "-C", 1, "" }, { "--directory", 1, "" },
	{ "-l", 1, NULL }, { "-o", 1, NULL }, { "-f", 1, NULL }, { "-A", 0, NULL },
	{ "-R", 1, NULL }, { "-D", 1, NULL }, { "-W", 0, NULL },
	{ 0 }
};

static const struct compat_word open_words[] = {
	{ "-e", 0, "" }, { "--extract", 0, "" }, { "-M", 0, "" }, { "--matryoshka", 0, "" },
	{ "-Me", 0, "" }, { "-eM", 0, "" }, { "-B", 0, "" }, { "-q", 0, "-q" },
	{ "--quiet", 0, "-q" }, { "-v", 0, "-v" }, { "-d", 1, "--depth" },
	{ "--depth", 1, "--depth" }, { "--run-as", 1, "" }, { "--preserve-symlinks", 0, "" },
	{ "-C", 1, "" }, { "--directory", 1, "" }, { "-D", 1, NULL }, { "-y", 1, NULL },
	{ "-x", 1, NULL },
	{ 0 }
};

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

/* The name behind -C, or NULL; *open: it is asked to extract. */
static const char *read_mode(int argc, char **argv, bool *open)
{
	static const char *const opens[] = { "-e", "--extract", "-Me", "-eM", NULL };
	static const char *const dirs[] = { "-C", "--directory", NULL };
	const char *dir = NULL;

	*open = false;
	for (int i = 1; i < argc; i++) {
		*open |= is_one_of(argv[i], opens);
		if (is_one_of(argv[i], dirs) && i + 1 < argc)
			dir = argv[i + 1];
	}
	return dir;
}

/* binwalk's place for what it found in FILE: _FILE.extracted. */
static void add_dir(struct compat *c, const char *dir, const char *file,
		    struct buf *room)
{
	const char *slash = strrchr(file, '/');

	if (dir)
		put_text(room, "%s/", dir);
	put_text(room, "_%s.extracted", slash ? slash + 1 : file);
	compat_add(c, "-d");
	compat_add(c, buf_string(room));
}

static int look(struct run *r, struct err *e)
{
	struct compat c = { .words = look_words };
	struct buf room = { 0 };
	int argc = r->argc + 1;
	char **argv = r->argv - 1;
	const char *dir;
	bool open;

	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		help_command(r->command, stdout);
		return STATUS_OK;
	}
	dir = read_mode(argc, argv, &open);
	if (open)
		c.words = open_words;
	compat_add(&c, open ? "extract" : "scan");
	if (compat_read(&c, argc, argv, e) < 0)
		return -1;
	if (!c.operands || (open && c.operands > 1))
		return fail(e, ERR_USAGE, "binwalk takes a FILE here%s", open ?
			    ", one with -e; use fwtool batch extract for many" :
			    "; give one");
	if (open)
		add_dir(&c, dir, c.operand[0], &room);
	compat_add(&c, "--");
	for (int i = 0; i < c.operands; i++)
		compat_add(&c, c.operand[i]);
	return compat_run(&c, e);
}

const struct command command_binwalk = {
	.name = "binwalk",
	.operands = "[OPTIONS] FILE...",
	.summary = "scan or extract, with binwalk's usual options",
	.about = "Takes -e, -M, -C DIR, -d N, -E, -y T, -x T, -a, -q and -v of binwalk; what\n"
		 "is found is shown as fwtool scan shows it, with sizes and proofs, and -e\n"
		 "puts it in _FILE.extracted.",
	.exits = "0 done, 1 nothing found, 2 trouble, 3 partial",
	.raw = true,
	.run = look,
};
