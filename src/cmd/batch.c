/* batch.c - fwtool batch: one command over many inputs, a child for each */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acquire/clock.h"
#include "cmd/batch.h"
#include "cmd/help.h"
#include "cmd/say.h"
#include "core/image.h"
#include "core/mem.h"
#include "core/out.h"
#include "core/par.h"

#define AT(field) offsetof(struct batch_opts, field)

static const struct option options[] = {
	{ OPT_UINT, 0, "timeout", AT(timeout), "SECONDS",
	  "end a child after that long (600)", 0 },
	{ OPT_UINT, 0, "memory", AT(memory), "SIZE",
	  "the most a child may allocate (1G)", 0 },
	{ OPT_TEXT, 0, "from", AT(from), "FILE", "names of inputs, - for stdin", 0 },
	{ OPT_TEXT, 0, "shard", AT(shard), "K/N", "only every N-th, from the K-th", 0 },
	{ OPT_FLAG, 0, "resume", AT(resume), 0,
	  "go on with -o FILE: not again what it has", 0 },
	{ 0 }
};

enum { MOST_SLOTS = 256, MOST_WORDS = 250 };

/* One batch under way. */
struct batch {
	struct run *r;
	struct batch_opts o;
	char **child;			/* the command and its options */
	bool json;
	struct inputs in;
	struct digests known;
	int fd;				/* where lines go */
	struct job *job;		/* slots of them */
	unsigned slots;
	size_t begun, ended;
	size_t good, bad, skipped;
};

/* Whether argv[i] is an option of ours whose value is the next word. */
static bool takes_next(const char *arg, const struct option *table)
{
	for (const struct option *o = table; o->kind; o++)
		if (opt_takes_value(o) &&
		    ((o->letter && arg[1] == o->letter && !arg[2]) ||
		     (arg[1] == '-' && !strcmp(arg + 2, o->name))))
			return true;
	return false;
}

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
		i += 1 + (takes_next(argv[i], options) ||
			  takes_next(argv[i], common_options));
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
	whole = batch_known(&b->known, im.v);
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

/*
 * The child's line: one worker where several children share the machine, and
 * its directory, -d DIR/PATH, made as needed.
 */
static int child_line(struct batch *b, const char *path, char **argv, char **dir,
		      struct err *e)
{
	size_t n = 0;

	argv[n++] = b->child[0];
	if (b->slots > 1)
		argv[n++] = (char *)(uintptr_t)"-j1";
	for (char **word = b->child + 1; *word; word++)
		argv[n++] = *word;
	argv[n] = *dir = NULL;
	if (!b->r->common->dir)
		return 0;
	*dir = batch_place(b->r->common->dir, path, e);
	argv[n] = (char *)(uintptr_t)"-d";
	argv[n + 1] = *dir;
	argv[n + 2] = NULL;
	return *dir ? 0 : -1;
}

static int begin(struct batch *b, struct job *j, struct err *e)
{
	char *argv[MOST_WORDS + 6], *dir;
	int bad;

	j->path = b->in.path[b->begun++];
	bad = child_line(b, j->path, argv, &dir, e);
	if (!bad)
		bad = job_start(j, argv, &b->o, &b->known, e);
	free(dir);
	return bad;
}

static int end(struct batch *b, struct job *j, struct err *e)
{
	struct buf line = { 0 };
	int bad = 0;

	job_wait(j);
	b->ended++;
	if (j->fate == FATE_DONE && digests_have(&b->known, job_digest(j)))
		j->fate = FATE_KNOWN;
	if (j->fate == FATE_KNOWN) {
		b->skipped++;
	} else {
		batch_line(&line, j, b->json);
		bad = write_view(b->fd, buf_view(&line), e);
		if (j->fate == FATE_DONE && j->status <= STATUS_NO)
			b->good++;
		else
			b->bad++;
	}
	buf_free(&line);
	job_free(j);
	progress(b->r, "batch", b->ended, b->in.n);
	return bad;
}

/* Wait until a child says something, at most until the next one is late. */
static void wait_any(struct batch *b)
{
	struct pollfd fds[3 * MOST_SLOTS];
	int64_t now = now_ms(), left = 1000;
	nfds_t n = 0;

	for (unsigned i = 0; i < b->slots; i++) {
		struct job *j = &b->job[i];
		int64_t late = j->began + (int64_t)b->o.timeout * 1000 - now;

		for (unsigned k = 0; j->pid && k < 3; k++)
			if (j->fd[k] >= 0)
				fds[n++] = (struct pollfd){ j->fd[k], POLLIN, 0 };
		if (j->pid && j->fate == FATE_DONE && late <= 0)
			job_kill(j, FATE_TIMEOUT);
		else if (j->pid && late > 0 && late < left)
			left = late;
	}
	poll(fds, n, (int)left);
}

static int work(struct batch *b, struct err *e)
{
	unsigned busy = 0;
	int bad = 0;

	while (!bad && (busy || b->begun < b->in.n)) {
		for (unsigned i = 0; !bad && i < b->slots; i++) {
			struct job *j = &b->job[i];

			if (!j->pid && b->begun < b->in.n) {
				bad = begin(b, j, e);
				busy += !bad;
			} else if (j->pid && job_read(j)) {
				bad = end(b, j, e);
				busy--;
			}
		}
		if (!bad && (busy == b->slots || b->begun == b->in.n) && busy)
			wait_any(b);
	}
	return bad;
}

static int batch(struct batch *b, struct err *e)
{
	int status;

	if (open_output(b, e) < 0)
		return -1;
	b->slots = par_jobs() < MOST_SLOTS ? par_jobs() : MOST_SLOTS;
	b->job = xcalloc(b->slots, sizeof(*b->job));
	status = work(b, e);
	for (unsigned i = 0; i < b->slots; i++)
		if (b->job[i].pid)
			job_kill(&b->job[i], FATE_SIGNAL);
	free(b->job);
	if (b->fd != STDOUT_FILENO)
		close(b->fd);
	if (status < 0)
		return -1;
	progress_end(b->r);
	say(b->r, "%zu inputs: %zu done, %zu with trouble, %zu known already", b->in.n,
	    b->good, b->bad, b->skipped);
	return b->bad ? STATUS_PARTIAL : STATUS_OK;
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
		status = batch(&b, e);
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
