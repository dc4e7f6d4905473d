/* output.c - where a command reads from and writes to */
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cmd/say.h"
#include "core/out.h"
#include "core/text.h"

const char *cmd_input(const struct run *r, struct err *e)
{
	const char *input = r->argc ? r->argv[0] : "-";

	if (!r->argc && isatty(STDIN_FILENO)) {
		fail(e, ERR_USAGE, "%s needs an INPUT; give a file, or - for standard "
		     "input", r->command->name);
		return NULL;
	}
	say_about(!strcmp(input, "-") ? "standard input" : input);
	return input;
}

const char *cmd_beside(const char *input, const char *suffix, char *room)
{
	size_t n;

	snprintf(room, 4096 - 32, "%s", !strcmp(input, "-") ? "dump" : input);
	n = strlen(room);
	while (n > 1 && room[n - 1] == '/')
		room[--n] = 0;
	snprintf(room + n, 4096 - n, "%s", suffix);
	return room;
}

const char *cmd_renamed(const char *input, const char *infix,
			const char *suffix, char *room)
{
	const char *from = !strcmp(input, "-") ? "dump" : input;
	const char *slash = strrchr(from, '/');
	const char *base = slash ? slash + 1 : from, *dot = strrchr(base, '.');

	if (!dot || dot == base)
		dot = base + strlen(base);
	snprintf(room, 4096, "%.*s%s%s", (int)(dot - from < 4000 ? dot - from : 4000),
		 from, infix, suffix ? suffix : dot);
	return room;
}

/* A terminal and /dev/null take no bytes worth having: use the file's name. */
static bool stdout_wants_bytes(void)
{
	struct stat st;

	if (isatty(STDOUT_FILENO) || fstat(STDOUT_FILENO, &st) < 0)
		return false;
	return !(S_ISCHR(st.st_mode) && major(st.st_rdev) == 1 &&
		 minor(st.st_rdev) == 3);
}

const char *cmd_output(const struct run *r, const char *default_name)
{
	if (r->common->output)
		return r->common->output;
	return stdout_wants_bytes() && !r->common->json ? "-" : default_name;
}

int cmd_save(const struct run *r, const char *default_name, struct view bytes,
	     struct err *e)
{
	const char *path = cmd_output(r, default_name);

	if (!strcmp(path, "-") && r->common->json)
		return fail(e, ERR_USAGE, "-o - and --json both want standard output; "
			    "give -o a file");
	if (!strcmp(path, "-") && isatty(STDOUT_FILENO))
		return fail(e, ERR_USAGE, "binary is not written to a terminal; give "
			    "-o FILE");
	if (r->common->dry_run) {
		say(r, "%s: %zu bytes, not written (dry run)", path, bytes.len);
		return 0;
	}
	return out_save(path, bytes, r->common->force, e);
}
