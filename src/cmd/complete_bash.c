/* complete_bash.c - the option tables as a completion function for bash */
#include "cmd/completion.h"

/*
 * The script is a table of calls, one per option; each adds its names and, if
 * it stands before the cursor, says what its value is. bash splits
 * --color=never into three words. The command is the first word that is no
 * option.
 */
static void head(FILE *out)
{
	fputs("# fwtool(1) completion for bash, made by fwtool completion bash\n"
	      "_fwtool_option()\n{\n"
	      "\tlocal takes=$1 list=$2\n"
	      "\tshift 2\n"
	      "\topts+=\" $*\"\n"
	      "\tif [[ \" $* \" == *\" $prev \"* ]]; then kind=$takes words=$list; fi\n"
	      "}\n\n"
	      "_fwtool()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tlocal cmd= opts= kind= words= i\n"
	      "\tif [[ $cur == = ]]; then cur=\n"
	      "\telif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\t[[ ${COMP_WORDS[i]} == -* ]] || { cmd=${COMP_WORDS[i]}; break; }\n"
	      "\tdone\n"
	      "\tcase $cmd in\n", out);
}

static void begin(const struct command *c, FILE *out)
{
	fprintf(out, "\t%s)\n", c->name);
}

static const char *const kinds[] = {
	[TAKES_NOTHING] = "''", [TAKES_WORD] = "word", [TAKES_FILE] = "file",
	[TAKES_DIR] = "dir", [TAKES_TEXT] = "text",
};

static void option(const struct command *c, const struct option *o, FILE *out)
{
	enum takes takes = option_takes(o);

	(void)c;
	fprintf(out, "\t\t_fwtool_option %s '", kinds[takes]);
	for (size_t i = 0; takes == TAKES_WORD && o->words[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", o->words[i]);
	fputc('\'', out);
	if (o->letter)
		fprintf(out, " -%c", o->letter);
	if (o->name)
		fprintf(out, " --%s", o->name);
	fputc('\n', out);
}

static void end(const struct command *c, FILE *out)
{
	(void)c;
	fputs("\t\t;;\n", out);
}

static void tail(FILE *out)
{
	fputs("\thelp)\n\t\tkind=word words='", out);
	put_topics(out);
	fputs("' ;;\n"
	      "\t'')\n\t\topts='-h --help -V --version' kind=word words='help", out);
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->group)
			fprintf(out, " %s", commands[i]->name);
	fputs("' ;;\n"
	      "\tesac\n"
	      "\tif [[ $cur == -* && $kind != text ]]; then kind=word words=$opts; fi\n"
	      "\tcase $kind in\n"
	      "\tword) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
	      "\tdir) compopt -o filenames\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
	      "\ttext) COMPREPLY=() ;;\n"
	      "\t*) compopt -o filenames\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
	      "\tesac\n"
	      "}\n"
	      "complete -F _fwtool fwtool\n", out);
}

const struct shell shell_bash = {
	.name = "bash", .head = head, .begin = begin, .option = option, .end = end,
	.tail = tail,
};
