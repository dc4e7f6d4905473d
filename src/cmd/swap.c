/* swap.c - fwtool swap16, swap32, swap64: the bytes of every word reversed */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/swapcheck.h"
#include "core/mem.h"
#include "core/out.h"
#include "fixup/swap.h"

enum { PIECE = 1 << 18 };

enum tail { TAIL_REFUSE, TAIL_KEEP };

struct swap_opts { bool check; int tail; };

static const char *const tail_words[] = { "refuse", "keep", NULL };

static const struct option options[] = {
	{ OPT_FLAG, 0, "check", offsetof(struct swap_opts, check), 0,
	  "say what each word order would prove, change nothing", 0 },
	{ OPT_WORD, 0, "tail", offsetof(struct swap_opts, tail), "WHAT",
	  "keep or refuse what is left after the last word", tail_words },
	{ 0 }
};

static unsigned width_of(const struct run *r)
{
	return (unsigned)atoi(r->command->name + 4) / 8;
}

/* As much as there is, up to n: only the last piece is short. */
static ssize_t read_whole(int fd, uint8_t *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t more = read(fd, p + got, n - got);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -1;
		if (!more)
			break;
		got += (size_t)more;
	}
	return (ssize_t)got;
}

static int check_length(const struct run *r, uint64_t n, struct err *e)
{
	const struct swap_opts *o = r->opts;
	unsigned over = (unsigned)(n % width_of(r));

	if (!over || o->tail == TAIL_KEEP)
		return 0;
	return fail(e, ERR_FORMAT, "length %llu is not a multiple of %u (%u byte%s "
		    "over); the dump is cut off, or add --tail keep",
		    (unsigned long long)n, width_of(r), over, over == 1 ? "" : "s");
}

static int copy(const struct run *r, int fd, struct out *out, uint64_t size,
		struct err *e)
{
	uint8_t *piece = xmalloc(PIECE);
	uint64_t done = 0;
	ssize_t got;
	int status = 0;

	while (!status && (got = read_whole(fd, piece, PIECE)) != 0) {
		if (got < 0) {
			status = fail_sys(e, "cannot read on at 0x%06llx",
					  (unsigned long long)done);
			break;
		}
		done += (uint64_t)got;
		if (got < PIECE)
			status = check_length(r, done, e);
		swap_words(piece, (size_t)got, width_of(r));
		if (!status)
			status = out_write(out, (struct view){ piece, (size_t)got, 0 }, e);
		progress(r, r->command->name, done, size);
	}
	free(piece);
	if (!status && !done)
		status = fail(e, ERR_FORMAT, fd == STDIN_FILENO ? "standard input is "
			      "empty; the command before the pipe failed" :
			      "the file is empty; there is nothing to swap");
	return status;
}

/* A file's length is known before anything is written; a pipe's is not. */
static int open_input(const struct run *r, const char *path, uint64_t *size,
		      struct err *e)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*size = 0;
	if (fd < 0 || fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		if (fd >= 0)
			errno = EISDIR;
		fail_sys(e, "cannot open");
	} else if (!S_ISREG(st.st_mode) || is_stdin ||
		   !check_length(r, *size = (uint64_t)st.st_size, e)) {
		return fd;
	}
	if (fd > STDERR_FILENO)
		close(fd);
	return -1;
}

static const char *output_name(const struct run *r, const char *path, char *room)
{
	char infix[16];

	if (!r->common->output && r->argc > 1)
		return r->argv[1];
	snprintf(infix, sizeof(infix), ".%s", r->command->name);
	return cmd_output(r, cmd_renamed(path, infix, NULL, room));
}

/* Refuse what cannot end well before the first byte is read. */
static int check_usage(const struct run *r, const char *to, struct err *e)
{
	if (r->argc > 2 || (r->argc > 1 && r->common->output))
		return fail(e, ERR_USAGE, "one input and one output; give IN and OUT, "
			    "or IN and -o OUT");
	if (!strcmp(to, "-") && r->common->json)
		return fail(e, ERR_USAGE, "the bytes and --json both want standard "
			    "output; give -o a file");
	if (!strcmp(to, "-") && isatty(STDOUT_FILENO))
		return fail(e, ERR_USAGE, "binary is not written to a terminal; give "
			    "-o FILE");
	return 0;
}

static int swap(struct run *r, const char *path, const char *to, struct err *e)
{
	struct out out = { 0 };
	uint64_t size, wrote;
	int fd = open_input(r, path, &size, e), status;

	if (fd < 0)
		return -1;
	status = out_open(&out, r->common->dry_run ? "/dev/null" : to,
			  r->common->force, e);
	if (!status)
		status = copy(r, fd, &out, size, e);
	if (fd != STDIN_FILENO)
		close(fd);
	wrote = out.written;
	if (!status)
		status = out_commit(&out, e);
	out_abort(&out);
	if (status < 0)
		return -1;
	json_object_set_new(r->doc, "output", json_pack("{s:s, s:I}", "name", to, "size",
							(json_int_t)wrote));
	say(r, "%s: %llu bytes, the bytes of every %u-bit word reversed%s",
	    strcmp(to, "-") ? to : "standard output", (unsigned long long)wrote,
	    width_of(r) * 8, r->common->dry_run ? ", not written (dry run)" : "");
	return STATUS_OK;
}

static int run_swap(struct run *r, struct err *e)
{
	const struct swap_opts *o = r->opts;
	const char *path = cmd_input(r, e), *to;
	char room[4096];

	if (!path)
		return -1;
	if (o->check)
		return swap_check(r, path, e);
	to = output_name(r, path, room);
	if (check_usage(r, to, e) < 0)
		return -1;
	return swap(r, path, to, e);
}

#define SWAP(bits, where, also, example)					\
const struct command command_swap##bits = {					\
	.name = "swap" #bits,							\
	.group = where,								\
	.operands = "[OPTIONS] [IN [OUT]]",					\
	.summary = "reverse the bytes of every " #bits "-bit word" also,	\
	.about =								\
		"Reverse the bytes of every " #bits "-bit word. The output is OUT, "	\
		"or\nIN with swap" #bits " in its name; from a pipe into a pipe, "	\
		"in constant memory.",						\
	.examples = example,							\
	.exits = "0 done, 1 no order proves anything (--check), 2 trouble",	\
	.opts = options,							\
	.optsize = sizeof(struct swap_opts),					\
	.run = run_swap,							\
}

SWAP(16, NULL, "", "  fwtool swap16 sys.img");
SWAP(32, "repair it", " (also swap16, swap64)",
     "  fwtool swap32 sys.img\n"
     "  fwtool swap32 sys_y203c -o sys_y203c.swapped\n"
     "  fwtool swap32 --check sys.img");
SWAP(64, NULL, "", "  fwtool swap64 sys.img");
