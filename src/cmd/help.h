/* help.h - what the program says about itself */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include <stdio.h>

#include "cmd/cmd.h"
#include "core/version.h"

extern const struct option common_options[];

void help_usage(FILE *out);			/* a few lines */
void help_all(FILE *out);			/* fwtool --help */
/*
 * The tables of a command's options: its own, its formats', the common ones.
 * The i-th of them, or NULL past the last.
 */
const struct option *help_table(const struct command *c, size_t i);
void help_command(const struct command *c, FILE *out);
int help_topic(int argc, char **argv);		/* fwtool help [TOPIC] */
int help_version(bool json);

/* A text one can ask for: fwtool help ranges. */
struct topic { const char *name, *text; };
extern const struct topic topics[];		/* ends with name NULL */

#endif
