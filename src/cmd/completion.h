/* completion.h - what the shells complete, as one table per shell */
#ifndef CMD_COMPLETION_H
#define CMD_COMPLETION_H

#include <stdio.h>

#include "cmd/cmd.h"

/* What may stand after an option, or as its value. */
enum takes { TAKES_NOTHING, TAKES_WORD, TAKES_FILE, TAKES_DIR, TAKES_TEXT };

enum takes option_takes(const struct option *o);

/*
 * A shell's way to say it. Called in this order: head, then for each command
 * begin, option (each name once), end; then tail.
 */
struct shell {
	const char *name;
	void (*head)(FILE *out);
	void (*begin)(const struct command *c, FILE *out);
	void (*option)(const struct command *c, const struct option *o, FILE *out);
	void (*end)(const struct command *c, FILE *out);
	void (*tail)(FILE *out);
};

extern const struct shell shell_bash, shell_zsh, shell_fish;

/* What a person may type behind "fwtool help", a space before each word. */
void put_topics(FILE *out);

#endif
