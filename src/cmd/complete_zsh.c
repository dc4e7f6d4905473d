/* complete_zsh.c - the option tables as specifications for zsh's _arguments */
#include "cmd/completion.h"

static const char *const actions[] = {
	[TAKES_FILE] = "_files", [TAKES_DIR] = "_files -/", [TAKES_TEXT] = " ",
};

/* Inside single quotes, with what _arguments itself takes for its own. */
static void put_quoted(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", out);
		else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void head(FILE *out)
{
	fputs("#compdef fwtool\n"
	      "# fwtool(1) completion for zsh, made by fwtool completion zsh\n"
	      "_fwtool()\n{\n"
	      "\tlocal context state state_descr line\n"
	      "\ttypeset -A opt_args\n"
	      "\tlocal -a words_of_fwtool\n"
	      "\twords_of_fwtool=(\n", out);
	for (size_t i = 0; commands[i]; i++) {
		if (!commands[i]->group)
			continue;
		fprintf(out, "\t\t'%s:", commands[i]->name);
		put_quoted(commands[i]->summary, out);
		fputs("'\n", out);
	}
	fputs("\t\t'help:what a command or a topic is'\n\t)\n"
	      "\t_arguments -C '(- *)'{-h,--help}'[this help]' "
	      "'(- *)'{-V,--version}'[the version]' \\\n"
	      "\t\t'1: :->command' '*:: :->argument'\n"
	      "\tif [[ $state == command ]]; then\n"
	      "\t\t_describe command words_of_fwtool\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tcase $words[1] in\n", out);
}

static void begin(const struct command *c, FILE *out)
{
	fprintf(out, "\t%s)\n\t\t_arguments -s", c->name);
}

static void put_value(const struct option *o, FILE *out)
{
	enum takes takes = option_takes(o);

	if (o->kind == OPT_MAYBE)
		fputs("::VALUE: ", out);
	if (takes == TAKES_NOTHING)
		return;
	fputc(':', out);
	put_quoted(o->arg, out);
	fputc(':', out);
	if (takes != TAKES_WORD) {
		fputs(actions[takes], out);
		return;
	}
	fputc('(', out);
	for (size_t i = 0; o->words[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", o->words[i]);
	fputc(')', out);
}

/* What may be given again is marked so; else it is offered once. */
static void put_spec(const struct option *o, const char *name, int letter,
		     FILE *out)
{
	bool again = o->kind == OPT_LIST || o->kind == OPT_COUNT;
	const char *joined = !name ? "" : opt_takes_value(o) ? "=" :
			     o->kind == OPT_MAYBE ? "=-" : "";

	fputs(" \\\n\t\t\t'", out);
	if (again)
		fputc('*', out);
	else if (o->letter && o->name)
		fprintf(out, "(-%c --%s)", o->letter, o->name);
	if (name)
		fprintf(out, "--%s%s[", name, joined);
	else
		fprintf(out, "-%c[", letter);
	put_quoted(o->help, out);
	fputc(']', out);
	put_value(o, out);
	fputc('\'', out);
}

static void option(const struct command *c, const struct option *o, FILE *out)
{
	(void)c;
	if (o->letter)
		put_spec(o, NULL, o->letter, out);
	if (o->name)
		put_spec(o, o->name, 0, out);
}

static void end(const struct command *c, FILE *out)
{
	(void)c;
	fputs(" \\\n\t\t\t'*:file:_files' ;;\n", out);
}

static void tail(FILE *out)
{
	fputs("\thelp)\n\t\tcompadd --", out);
	put_topics(out);
	fputs(" ;;\n\tesac\n}\n"
	      "if [[ $funcstack[1] == _fwtool ]]; then\n"
	      "\t_fwtool \"$@\"\n"
	      "else\n"
	      "\tcompdef _fwtool fwtool\n"
	      "fi\n", out);
}

const struct shell shell_zsh = {
	.name = "zsh", .head = head, .begin = begin, .option = option, .end = end,
	.tail = tail,
};
