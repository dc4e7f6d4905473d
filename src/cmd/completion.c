/* completion.c - fwtool completion SHELL: the option tables for a shell */
#include "cmd/completion.h"

#include <string.h>

#include "cmd/help.h"

static const struct shell *const shells[] = {
	&shell_bash, &shell_zsh, &shell_fish
};

/* What an argument is called in the tables, where it is the name of a file. */
static const char *const file_words[] = {
	"FILE", "PATH", "PORT", "DEV", "SRC", "IMAGE"
};

enum takes option_takes(const struct option *o)
{
	if (!opt_takes_value(o))
		return TAKES_NOTHING;
	if (o->words)
		return TAKES_WORD;
	if (strstr(o->arg, "DIR"))
		return TAKES_DIR;
	for (size_t i = 0; i < sizeof(file_words) / sizeof(file_words[0]); i++)
		if (strstr(o->arg, file_words[i]))
			return TAKES_FILE;
	return TAKES_TEXT;
}

void put_topics(FILE *out)
{
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->group)
			fprintf(out, " %s", commands[i]->name);
	for (const struct topic *t = topics; t->name; t++)
		fprintf(out, " %s", t->name);
}

/* Whether an earlier table of c has an option of the same name. */
static bool is_repeated(const struct command *c, size_t tables,
			const struct option *o)
{
	for (size_t i = 0; i < tables; i++)
		for (const struct option *was = help_table(c, i); was->kind; was++)
			if (o->name && was->name ? !strcmp(was->name, o->name)
						 : was->letter && was->letter == o->letter)
				return true;
	return false;
}

static void print_command(const struct shell *s, const struct command *c)
{
	const struct option *table;

	s->begin(c, stdout);
	for (size_t i = 0; (table = help_table(c, i)); i++)
		for (const struct option *o = table; o->kind; o++)
			if (!is_repeated(c, i, o))
				s->option(c, o, stdout);
	s->end(c, stdout);
}

static void print_all(const struct shell *s)
{
	s->head(stdout);
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->group)
			print_command(s, commands[i]);
	s->tail(stdout);
}

static int run(struct run *r, struct err *e)
{
	const char *name = r->argc == 1 ? r->argv[0] : "";

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i]->name, name))
			continue;
		print_all(shells[i]);
		return STATUS_OK;
	}
	return fail(e, ERR_USAGE, "completion \"%s\": there is none; give bash, zsh or "
		    "fish", name);
}

const struct command command_completion = {
	.name = "completion",
	.operands = "bash|zsh|fish",
	.summary = "print what a shell needs to complete fwtool's words",
	.about = "Print what a shell needs to complete commands, options and their\n"
		 "values. The installed package has it in its place already.",
	.examples = "  fwtool completion bash > ~/.local/share/bash-completion/"
		    "completions/fwtool\n",
	.run = run,
};
