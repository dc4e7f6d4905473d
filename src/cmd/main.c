/* main.c - find the command, run it, print what it leaves, exit */
#include <lzo/lzo1x.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/help.h"
#include "cmd/say.h"
#include "core/mem.h"
#include "core/text.h"

/* Both streams are checked: a full disk or a closed pipe is trouble. */
static int flush(int status)
{
	static const char text[] = "fwtool: error: standard output: cannot write; is "
		"the disk full?\n";

	if (fflush(stdout) || ferror(stdout)) {
		fputs(text, stderr);
		return STATUS_TROUBLE;
	}
	return status;
}

static int finish(struct run *r, int status, struct err *e)
{
	progress_end(r);
	if (status < 0) {
		log_err(LOG_ERROR, e);
		status = e->kind == ERR_DEVICE ? STATUS_DEVICE : STATUS_TROUBLE;
	}
	say_rest();
	if (r->common->json && (!r->emitted || status == STATUS_TROUBLE) &&
	    !r->common->jsonl)
		cmd_emit(r, status != STATUS_TROUBLE && status != STATUS_DEVICE);
	else if (r->common->json && !r->emitted)
		cmd_emit(r, status != STATUS_TROUBLE && status != STATUS_DEVICE);
	json_decref(r->doc);
	return flush(status);
}

static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json") || !strcmp(argv[i], "--jsonl"))
			return true;
	return false;
}

static int run_command(const struct command *c, int argc, char **argv)
{
	struct common common = { 0 };
	struct run r = { .command = c, .common = &common, .argc = argc - 1,
			 .argv = argv + 1 };
	void *opts = xcalloc(1, c->optsize);
	const struct optset own[] = { { c->opts, opts }, { 0 } };
	struct err e = { 0 };
	int status = 0;

	if (c->defaults)
		memcpy(opts, c->defaults, c->optsize);
	r.opts = opts;
	r.doc = cmd_document(c);
	say_start(&common);
	common.json = c->raw ? false : wants_json(argc, argv);
	if (!c->raw)
		status = cmd_parse(&r, own, &e);
	if (!status && common.help)
		help_command(c, stdout);
	else if (!status)
		status = c->run(&r, &e);
	status = finish(&r, status, &e);
	if (c->opts)
		opt_free(own);
	free(opts);
	interrupt_finish();
	return status;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int unknown(const char *name)
{
	const char *words[128], *best;
	size_t n = 0;

	for (size_t i = 0; commands[i] && n < 127; i++)
		if (commands[i]->group)
			words[n++] = commands[i]->name;
	words[n] = NULL;
	best = nearest(name, words);
	fprintf(stderr, best ? "fwtool: error: unknown command \"%s\"; did you mean "
		"\"%s\"?\n" : "fwtool: error: unknown command \"%s\"; see fwtool "
		"--help\n", name, best);
	return STATUS_TROUBLE;
}

/* Move the command's name to argv[0]; the options before it stay. */
static char *take_command(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		char *name = argv[i];

		if (name[0] == '-' && name[1]) {
			i += opt_takes_next(common_options, name);
			continue;
		}
		memmove(argv + i, argv + i + 1, (size_t)(*argc - i) * sizeof(*argv));
		--*argc;
		return name;
	}
	return NULL;
}

static bool has(int argc, char **argv, const char *a, const char *b)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], a) || !strcmp(argv[i], b))
			return true;
	return false;
}

/* A mapped file that shrinks under us must not look like a crash. */
static void on_bus_error(int sig)
{
	static const char text[] = "fwtool: error: the input became shorter or "
		"unreadable while it was read; copy it first\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(STATUS_TROUBLE);
	(void)sig;
}

/* A link called mkfs.jffs2 is fwtool mkfs.jffs2. */
static const struct command *called_as(const char *argv0)
{
	const char *slash = strrchr(argv0, '/');
	const char *name = slash ? slash + 1 : argv0;

	return strcmp(name, "fwtool") ? find(name) : NULL;
}

int main(int argc, char **argv)
{
	const struct command *c = argc ? called_as(argv[0]) : NULL;
	char *name;

	signal(SIGBUS, on_bus_error);
	lzo_init();
	if (c)
		return run_command(c, argc, argv);
	name = take_command(&argc, argv);
	if (!name && has(argc, argv, "-V", "--version"))
		return flush(help_version(has(argc, argv, "--json", "--jsonl")));
	if (!name && has(argc, argv, "-h", "--help")) {
		help_all(stdout);
		return flush(STATUS_OK);
	}
	if (!name) {
		help_usage(stderr);
		return STATUS_TROUBLE;
	}
	if (!strcmp(name, "help"))
		return flush(help_topic(argc, argv));
	c = find(name);
	return c ? run_command(c, argc, argv) : unknown(name);
}
