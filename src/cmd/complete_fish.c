/* complete_fish.c - the option tables as complete lines for fish */
#include "cmd/completion.h"

static void put_quoted(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void head(FILE *out)
{
	fputs("# fwtool(1) completion for fish, made by fwtool completion fish\n"
	      "complete -c fwtool -n __fish_use_subcommand -f -s h -l help -d 'this help'\n"
	      "complete -c fwtool -n __fish_use_subcommand -f -s V -l version "
	      "-d 'the version'\n"
	      "complete -c fwtool -n __fish_use_subcommand -f -a help "
	      "-d 'what a command or a topic is'\n", out);
}

static void begin(const struct command *c, FILE *out)
{
	fprintf(out, "complete -c fwtool -n __fish_use_subcommand -f -a %s -d ", c->name);
	put_quoted(c->summary, out);
	fputc('\n', out);
}

static void put_value(const struct option *o, FILE *out)
{
	switch (option_takes(o)) {
	case TAKES_NOTHING:
		return;
	case TAKES_FILE:
		fputs(" -r -F", out);
		return;
	case TAKES_DIR:
		fputs(" -x -a '(__fish_complete_directories)'", out);
		return;
	case TAKES_TEXT:
		fputs(" -x", out);
		return;
	case TAKES_WORD:
		fputs(" -x -a '", out);
		for (size_t i = 0; o->words[i]; i++)
			fprintf(out, "%s%s", i ? " " : "", o->words[i]);
		fputc('\'', out);
	}
}

static void option(const struct command *c, const struct option *o, FILE *out)
{
	fprintf(out, "complete -c fwtool -n '__fish_seen_subcommand_from %s'", c->name);
	if (o->letter)
		fprintf(out, " -s %c", o->letter);
	if (o->name)
		fprintf(out, " -l %s", o->name);
	put_value(o, out);
	fputs(" -d ", out);
	put_quoted(o->help, out);
	fputc('\n', out);
}

static void end(const struct command *c, FILE *out)
{
	(void)c;
	(void)out;
}

static void tail(FILE *out)
{
	fputs("complete -c fwtool -n '__fish_seen_subcommand_from help' -f -a '", out);
	put_topics(out);
	fputs("'\n", out);
}

const struct shell shell_fish = {
	.name = "fish", .head = head, .begin = begin, .option = option, .end = end,
	.tail = tail,
};
