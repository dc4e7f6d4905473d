/* compat_flashrom.c - flashrom and fw_printenv, for those who have them in scripts */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/compat.h"
#include "cmd/help.h"
#include "core/image.h"

static const struct compat_word flash_words[] = {
	{ "-c", 1, "--chip" }, { "--chip", 1, "--chip" },
	{ "-i", 1, "-p" }, { "--include", 1, "-p" }, { "--image", 1, "-p" },
	{ "-l", 1, "-m" }, { "--layout", 1, "-m" },
	{ "-o", 1, "" }, { "--output", 1, "" },
	{ "-V", 0, "-v" }, { "-VV", 0, "-v" }, { "-VVV", 0, "-v" }, { "--verbose", 0, "-v" },
	{ "-f", 0, "" }, { "--force", 0, "" }, { "-N", 0, "" }, { "-n", 0, NULL },
	{ "--noverify", 0, NULL }, { "-E", 0, "--erase" }, { "--erase", 0, "--erase" },
	{ "--progress", 0, "" }, { "--ifd", 0, NULL }, { "--fmap", 0, NULL },
	{ 0 }
};

/* What -p NAME:KEY=VALUE is as an option of ours; value may be needed too. */
static const struct programmer_name {
	const char *old, *now, *key;	/* key: whose value is ours */
} programmers_of_flashrom[] = {
	{ "ch341a_spi", "--ch341a", NULL }, { "ch347_spi", "--ch347", NULL },
	{ "ft2232_spi", "--ft232h", NULL }, { "serprog", "--serprog", "dev=" },
	{ "serprog", "--serprog", "ip=" }, { "linux_spi", "--spidev", "dev=" },
	{ "dummy", "--sim", "image=" }, { 0 }
};

static int take_programmer(struct compat *c, const char *text, char value[256],
			   struct err *e)
{
	size_t n = strcspn(text, ":");

	for (const struct programmer_name *p = programmers_of_flashrom; p->old; p++) {
		const char *hit = p->key ? strstr(text, p->key) : text;

		if (strlen(p->old) != n || memcmp(p->old, text, n) || !hit)
			continue;
		compat_add(c, p->now);
		if (!p->key)
			return 0;
		snprintf(value, 256, "%s", hit + strlen(p->key));
		value[strcspn(value, ",")] = 0;
		if (!strcmp(p->key, "dev=") && !strcmp(p->now, "--serprog"))
			value[strcspn(value, ":")] = 0;	/* the rate behind it */
		compat_add(c, value);
		return 0;
	}
	return fail(e, ERR_UNSUPPORTED, "-p %s: is not among ours; give ch341a_spi, "
		    "ft2232_spi, serprog:dev=..., serprog:ip=... or linux_spi:dev=...", text);
}

/* What is to be done is known before the first word of the new line. */
struct wish { const char *verb, *file, *programmer; };

static int take_wish(struct wish *w, int *argc, char **argv)
{
	static const struct { const char *word, *letter, *verb; } verbs[] = {
		{ "--read", "-r", "acquire" }, { "--write", "-w", "flash" },
		{ "--verify", "-v", "verify" },
	};
	int n = 1;

	for (int i = 1; i < *argc; i++) {
		bool taken = false;

		for (size_t k = 0; k < 3 && i + 1 < *argc; k++) {
			if (strcmp(argv[i], verbs[k].word) && strcmp(argv[i], verbs[k].letter))
				continue;
			w->verb = verbs[k].verb;
			w->file = argv[++i];
			taken = true;
			break;
		}
		if (!taken && i + 1 < *argc && (!strcmp(argv[i], "-p") ||
						!strcmp(argv[i], "--programmer"))) {
			w->programmer = argv[++i];
			taken = true;
		}
		if (!taken)
			argv[n++] = argv[i];
	}
	*argc = n;
	return 0;
}

/* Run the line with its output in fd; its status, or -1. */
static int run_into(struct compat *c, int fd, struct err *e)
{
	pid_t pid;
	int how = 0;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return fail_sys(e, "cannot start fwtool %s", c->argv[0]);
	if (!pid) {
		dup2(fd, STDOUT_FILENO);
		compat_run(c, e);
		_exit(STATUS_TROUBLE);
	}
	while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(how) ? WEXITSTATUS(how) : STATUS_TROUBLE;
}

/* -v: the chip is read into memory and compared. */
static int verify(struct compat *c, const char *file, struct err *e)
{
	struct image want = { 0 }, is = { 0 };
	int fd = memfd_create("chip", MFD_CLOEXEC), status = -1;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0)
		fail_sys(e, "no memory for the chip");
	else if (!image_open(&want, file, e))
		status = run_into(c, fd, e);
	if (!status)
		status = image_open(&is, path, e);
	if (!status) {
		status = view_equal(want.v, is.v) ? STATUS_OK : STATUS_NO;
		printf("%s: %s the chip\n", file, status ? "differs from" : "identical to");
	}
	image_close(&want);
	image_close(&is);
	if (fd >= 0)
		close(fd);
	return status;
}

static int flashrom(struct run *r, struct err *e)
{
	struct compat c = { .words = flash_words };
	struct wish w = { 0 };
	char value[256];
	int argc = r->argc + 1;
	char **argv = r->argv - 1;

	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		help_command(r->command, stdout);
		return STATUS_OK;
	}
	take_wish(&w, &argc, argv);
	if (!w.programmer)
		return fail(e, ERR_USAGE, "no programmer; give -p ch341a_spi or another");
	for (int i = 1; !w.verb && i < argc; i++)
		if (!strcmp(argv[i], "-E") || !strcmp(argv[i], "--erase"))
			w.verb = "flash";
	compat_add(&c, w.verb && !strcmp(w.verb, "flash") ? "flash" : "acquire");
	if (take_programmer(&c, w.programmer, value, e) < 0 ||
	    compat_read(&c, argc, argv, e) < 0)
		return -1;
	if (!w.verb) {
		compat_add(&c, "--probe");
	} else if (!strcmp(w.verb, "flash")) {
		compat_add(&c, "-y");
		if (w.file)
			compat_add(&c, "--");
		if (w.file)
			compat_add(&c, w.file);
	} else {
		compat_add(&c, "-f");
		compat_add(&c, "-o");
		compat_add(&c, !strcmp(w.verb, "verify") ? "-" : w.file);
	}
	return w.verb && !strcmp(w.verb, "verify") ? verify(&c, w.file, e)
						   : compat_run(&c, e);
}

const struct command command_flashrom = {
	.name = "flashrom",
	.operands = "-p PROGRAMMER [-r|-w|-v FILE | -E] [-c CHIP] [-l LAYOUT -i NAME]",
	.summary = "read, write, erase and verify a chip as flashrom does",
	.about = "Takes the command line of flashrom for the programmers that are ours:\n"
		 "ch341a_spi, ch347_spi, ft2232_spi, serprog, linux_spi, dummy. What is\n"
		 "read is read twice; -r - is standard output.",
	.exits = "0 done, 1 not the same (-v), 2 trouble, 3 partial, 4 hardware",
	.raw = true,
	.run = flashrom,
};

static const struct compat_word env_words[] = {
	{ "-n", 0, "--value" }, { "--noheader", 0, "--value" },
	{ "-l", 1, "" }, { "--lock", 1, "" }, { "-V", 0, "" }, { "--version", 0, "" },
	{ 0 }
};

/* A line of fw_env.config: device, offset, size. */
static bool read_config(const char *path, char *device, char *at, char *size)
{
	FILE *f = fopen(path, "r");
	char line[512];
	bool ok = false;

	while (f && !ok && fgets(line, sizeof(line), f))
		ok = line[0] != '#' && line[0] == '/' &&
		     sscanf(line, "%255s %31s %31s", device, at, size) == 3;
	if (f)
		fclose(f);
	return ok;
}

static int printenv(struct run *r, struct err *e)
{
	struct compat c = { .words = env_words };
	char device[256], at[32], size[32];
	const char *file = "/etc/fw_env.config";
	int argc = r->argc + 1, n = 1;
	char **argv = r->argv - 1;

	if (argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		help_command(r->command, stdout);
		return STATUS_OK;
	}
	for (int i = 1; i < argc; i++) {
		if ((!strcmp(argv[i], "-c") || !strcmp(argv[i], "--config")) && i + 1 < argc)
			file = argv[++i];
		else
			argv[n++] = argv[i];
	}
	compat_add(&c, "env");
	compat_add(&c, "-q");
	if (compat_read(&c, n, argv, e) < 0)
		return -1;
	if (read_config(file, device, at, size)) {
		compat_add(&c, "--at");
		compat_add(&c, at);
		compat_add(&c, "--size");
		compat_add(&c, size);
		file = device;
	}
	compat_add(&c, "--");
	compat_add(&c, file);
	for (int i = 0; i < c.operands; i++)
		compat_add(&c, c.operand[i]);
	return compat_run(&c, e);
}

const struct command command_fw_printenv = {
	.name = "fw_printenv",
	.operands = "[-n] [-c FILE] [NAME...]",
	.summary = "print a U-Boot environment as fw_printenv does",
	.about = "Takes the command line of fw_printenv. FILE is its configuration, or a\n"
		 "dump, an environment or a log of printenv itself.",
	.exits = "0 done, 1 not there, 2 trouble. See also: fwtool env",
	.raw = true,
	.run = printenv,
};
