/* batch.c - fwtool batch: one command over many inputs, a child for each */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/batch.h"
#include "cmd/help.h"
#include "cmd/say.h"
#include "core/image.h"

#define AT(field) offsetof(struct batch_opts, field)

static const struct option options[] = {
	{ OPT_UINT, 0, "timeout", AT(timeout), "SECONDS",
	  "end a child after that long (600)", 0 },
	{ OPT_UINT, 0, "memory", AT(memory), "SIZE",
	  "the most a child may allocate (1G); 0: any", 0 },
	{ OPT_TEXT, 0, "from", AT(from), "FILE", "names of inputs, - for stdin", 0 },
	{ OPT_TEXT, 0, "shard", AT(shard), "K/N", "only every N-th, from the K-th", 0 },
	{ OPT_FLAG, 0, "resume", AT(resume), 0,
	  "go on with -o FILE: not again what it has", 0 },
	{ 0 }
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->group && !strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int refuse(const char *name, struct err *e)
{
	const struct command *c = find(name);

	if (!c)
		return fail(e, ERR_USAGE, "batch: unknown command \"%s\"; see fwtool "
			    "--help", name);
	if (!strcmp(name, "batch") || !strcmp(name, "flash") || !strcmp(name, "acquire"))
		return fail(e, ERR_USAGE, "batch: %s is not for many inputs; run it "
			    "alone", name);
	return 0;
}

/*
 * Where in "OPTIONS COMMAND OPTIONS -- INPUTS" the command stands, and the
 * "--"; both argc where they are missing.
 */
static void split(int argc, char **argv, int *at, int *dashes)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && argv[i][1] && strcmp(argv[i], "--"))
		i += 1 + (opt_takes_next(options, argv[i]) ||
			  opt_takes_next(common_options, argv[i]));
	*at = i < argc ? i : argc;
	while (i < argc && strcmp(argv[i], "--"))
		i++;
	*dashes = i < argc ? i : argc;
}

/* The child's own options: where it writes is ours to say. */
static int check_child(struct batch *b, struct err *e)
{
	for (char **arg = b->child + 1; *arg; arg++) {
		if (!strcmp(*arg, "--json") || !strcmp(*arg, "--jsonl"))
			b->json = true;
		if (!strncmp(*arg, "-o", 2) || !strncmp(*arg, "--output", 8) ||
		    !strncmp(*arg, "-d", 2) || !strcmp(*arg, "--dir"))
			return fail(e, ERR_USAGE, "batch: %s would be the same for all "
				    "inputs; give -d DIR before the command", *arg);
	}
	return 0;
}

static int gather(struct batch *b, char **operands, int n, struct err *e)
{
	if (!n && !b->o.from)
		return fail(e, ERR_USAGE, "batch needs inputs; give -- FILE..., or --from "
			    "LIST");
	if (b->o.from && inputs_from(&b->in, b->o.from, e) < 0)
		return -1;
	if (inputs_gather(&b->in, operands, n, e) < 0)
		return -1;
	return b->o.shard ? inputs_shard(&b->in, b->o.shard, e) : 0;
}

/* An earlier file of lines: what is done is learnt, a cut line taken off. */
static int open_earlier(struct batch *b, const char *path, struct err *e)
{
	struct image im = { 0 };
	uint64_t whole;

	if (image_open(&im, path, e) < 0)
		return -1;
	whole = batch_known(&b->known, &b->in, im.v);
	image_close(&im);
	b->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (b->fd < 0 || ftruncate(b->fd, (off_t)whole) < 0)
		return fail_sys(e, "%s", path);
	return 0;
}

static int open_output(struct batch *b, struct err *e)
{
	const char *path = b->r->common->output;
	int how = b->r->common->force ? O_TRUNC : O_EXCL;

	b->fd = STDOUT_FILENO;
	if (b->o.resume && (!path || !strcmp(path, "-")))
		return fail(e, ERR_USAGE, "--resume goes on with a file; give -o FILE");
	if (b->o.resume && !b->json)
		return fail(e, ERR_USAGE, "--resume needs the lines of --json; give it "
			    "behind the command");
	if (!path || !strcmp(path, "-"))
		return 0;
	if (b->o.resume && access(path, F_OK) == 0)
		return open_earlier(b, path, e);
	b->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | how, 0666);
	if (b->fd < 0 && errno == EEXIST)
		return fail(e, ERR_USAGE, "%s: exists; give --resume to go on with it, "
			    "or -f", path);
	return b->fd < 0 ? fail_sys(e, "%s", path) : 0;
}

static void show_inputs(const struct batch *b)
{
	for (size_t i = 0; i < b->in.n; i++)
		printf("%s\n", b->in.path[i]);
}

static int run(struct run *r, struct err *e)
{
	struct batch b = { .r = r, .o = { .timeout = 600, .memory = 1 << 30 } };
	const struct optset own[] = { { options, &b.o }, { 0 } };
	int argc = r->argc + 1, at, dashes, status;
	char **argv = r->argv - 1;

	split(argc, argv, &at, &dashes);
	b.child = argv + at;
	if (dashes < argc)
		argv[dashes] = NULL;
	r->argc = at - 1;
	if (cmd_parse(r, own, e) < 0)
		return -1;
	if (r->common->help) {
		help_command(r->command, stdout);
		return STATUS_OK;
	}
	if (at == argc || !b.child[0])
		return fail(e, ERR_USAGE, "batch needs a COMMAND; give fwtool batch scan -- "
			    "FILE...");
	if (dashes - at > MOST_WORDS)
		return fail(e, ERR_USAGE, "batch: more than %d words before --; leave some "
			    "out", MOST_WORDS);
	if (refuse(b.child[0], e) < 0 || check_child(&b, e) < 0)
		return -1;
	status = gather(&b, argv + dashes + 1, dashes < argc ? argc - dashes - 1 : 0, e);
	if (!status && r->common->dry_run)
		show_inputs(&b);
	else if (!status)
		status = open_output(&b, e) < 0 ? -1 : batch_run(&b, e);
	inputs_free(&b.in);
	free(b.known.v);
	return status;
}

const struct command command_batch = {
	.name = "batch",
	.group = "many at once",
	.operands = "[OPTIONS] COMMAND [OPTIONS] -- FILE|DIR...",
	.summary = "run a command over many inputs, a child for each",
	.about = "Run COMMAND over every file, and every file below every directory:\n"
		 "a process for each, with limits on time and memory, -j of them at\n"
		 "once. With --json behind COMMAND there is one document a line for\n"
		 "each input; lines of several runs are merged by concatenation.\n"
		 "-o FILE takes the lines, -d DIR what the children write, -n lists.",
	.examples = "  fwtool batch scan --json -- collection/ > results.jsonl\n"
		    "  fwtool batch -o r.jsonl --resume scan --json -- collection/\n"
		    "  fwtool batch --shard 3/10 scan --json -- collection/\n",
	.exits = "0 done, 2 trouble, 3 some inputs had trouble",
	.opts = options,
	.optsize = sizeof(struct batch_opts),
	.raw = true,
	.run = run,
};
