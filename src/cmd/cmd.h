/* cmd.h - commands: the only floor that sees argv, prints, or exits */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "core/err.h"
#include "core/format.h"
#include "core/json.h"
#include "core/opt.h"

enum { STATUS_OK = 0, STATUS_NO = 1, STATUS_TROUBLE = 2, STATUS_PARTIAL = 3,
       STATUS_DEVICE = 4 };

/* The options that mean the same in every command. */
struct common {
	const char *output;		/* -o */
	const char *dir;		/* -d */
	bool force, dry_run, yes;
	uint64_t jobs;
	unsigned quiet, verbose;
	bool json, jsonl;
	const char *config;		/* a file; "none"; NULL: the usual */
	int color, progress;
	bool help;
};

/* One invocation of a command. */
struct run {
	const struct command *command;
	const struct common *common;
	const void *opts;		/* the command's own struct */
	int argc;			/* operands */
	char **argv;
	json_t *doc;			/* with --json: fill it, main prints it */
	bool emitted;			/* by cmd_emit() */
};

struct command {
	const char *name;
	const char *group;		/* "look inside"; NULL: hidden */
	const char *operands;		/* "[OPTIONS] [INPUT]" */
	const char *summary;		/* one line for fwtool help */
	const char *about;		/* a paragraph, lines of at most 76 */
	const char *examples;		/* lines, each indented by two */
	const char *exits;		/* "0 done, 2 trouble, 3 partial" */
	const struct option *opts;	/* may be NULL */
	const void *defaults;		/* of optsize bytes; NULL: zeroes */
	size_t optsize;
	/* The options a format adds (repack), for --help; NULL: none. */
	const struct option *(*fs_options)(const struct format *f);
	/*
	 * A command that parses its own line (compat names, repack with a
	 * format's options) sets raw and gets argv[1..] untouched; common is
	 * then filled by cmd_parse().
	 */
	bool raw;
	/* Returns a status, or -1 with e filled (2, or 4 for ERR_DEVICE). */
	int (*run)(struct run *r, struct err *e);
};

extern const struct command *const commands[];	/* NULL-terminated, tables.c */

/* For raw commands: parse argv with the common options and sets of its own. */
int cmd_parse(struct run *r, const struct optset *own, struct err *e);

/*
 * For commands of several inputs with --jsonl: print doc as it is now, with
 * the messages so far, and start a new one. Without --jsonl there is one
 * document, which main prints.
 */
void cmd_emit(struct run *r, bool ok);

/* INPUT: the first operand, or "-" where standard input is no terminal. */
const char *cmd_input(const struct run *r, struct err *e);

/*
 * Talk (stderr, unless -q), formatted by one printf. The result of a command
 * goes to stdout by plain stdio; both are checked and flushed by main.
 */
void say(const struct run *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* "hint: ..." on a terminal only, at most one per run, FWTOOL_HINTS=0: none. */
void hint(const struct run *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A byte stream's destination: -o, else stdout in a pipe, else the default. */
int cmd_save(const struct run *r, const char *default_name, struct view bytes,
	     struct err *e);
const char *cmd_output(const struct run *r, const char *default_name);

/* "dump.bin" and ".fw" -> "dump.bin.fw"; "-" -> "dump.fw". In room, 4096. */
const char *cmd_beside(const char *input, const char *suffix, char *room);

/* Say an error that does not end the command (which then returns 3). */
void cmd_error(const struct err *e);
/*
 * "sys.img", ".swap32", NULL -> "sys.swap32.img"; "session.log", "", ".bin" ->
 * "session.bin"; "-" counts as "dump". In room, 4096.
 */
const char *cmd_renamed(const char *input, const char *infix,
			const char *suffix, char *room);

/* Whether warnings were given: a status of 0 then becomes 3 if partial. */
unsigned cmd_warnings(void);

/* Colours for stdout: "" or an escape sequence; see UX: Colour. */
enum paint { PAINT_NONE, PAINT_PROVEN, PAINT_PLAUSIBLE, PAINT_DIM, PAINT_RED,
	     PAINT_OFFSET };
const char *paint(enum paint p);

/* Progress on stderr: call as often as you like; total 0: unknown. */
void progress(const struct run *r, const char *stage, uint64_t done,
	      uint64_t total);
void progress_end(const struct run *r);

/*
 * For what must not stop anywhere: after interrupt_catch() a Ctrl-C only makes
 * interrupted() true. main then ends the program by the same signal.
 */
void interrupt_catch(void);
bool interrupted(void);
void interrupt_finish(void);

#endif
