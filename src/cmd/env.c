/* env.c - fwtool env: show or change the U-Boot environment */
#include <stddef.h>

#include "cmd/env.h"

#define AT(field) offsetof(struct env_opts, field)

static const struct option options[] = {
	{ OPT_FLAG, 0, "value", AT(value), 0, "print the value only", 0 },
	{ OPT_LIST, 0, "set", AT(set), "NAME=VALUE", "change or add a variable", 0 },
	{ OPT_LIST, 0, "unset", AT(unset), "NAME", "remove a variable", 0 },
	{ OPT_TEXT, 0, "import", AT(import), "FILE",
	  "set those of NAME=VALUE lines", 0 },
	{ OPT_TEXT, 0, "at", AT(at), "OFF",
	  "where it begins (default: look for it)", 0 },
	{ OPT_UINT, 0, "size", AT(size), "SIZE",
	  "its size, with a wrong crc32 too", 0 },
	{ OPT_TEXT, 0, "fixup", AT(fixup), "LIST",
	  "auto, none, or unhex,swap32,... in order (auto)", 0 },
	{ OPT_FLAG, 0, "mtdparts", AT(mtdparts), 0,
	  "print the partition map it holds", 0 },
	{ 0 }
};

static int work(struct run *r, struct env_subject *s, struct err *e)
{
	const struct env_opts *o = r->opts;
	int status = env_look(r, s, e);

	if (status)
		return status;
	if (o->set.n || o->unset.n || o->import)
		return env_change(r, s, e);
	if (o->mtdparts)
		return env_show_map(r, s, e);
	status = env_show(r, s, e);
	if (status >= 0)
		env_say(r, s);
	return status;
}

static int run_env(struct run *r, struct err *e)
{
	struct env_subject s = { 0 };
	int status = env_open(r, &s, e);

	if (!status)
		status = work(r, &s, e);
	env_close(&s);
	return status;
}

const struct command command_env = {
	.name = "env",
	.group = "look inside",
	.operands = "[OPTIONS] [INPUT [NAME...]]",
	.summary = "show or change the U-Boot environment",
	.about =
"Print the variables of a U-Boot environment as fw_printenv does, all or those\n"
"named. INPUT is a dump, an environment block, or a log of printenv. With --set,\n"
"--unset or --import the whole input with the new environment goes to -o; the\n"
"two copies of a redundant pair both get it, so it is used whichever is active.",
	.examples =
"  fwtool env dump.bin\n"
"  fwtool env --value dump.bin bootargs\n"
"  fwtool env dump.bin --mtdparts\n"
"  fwtool env dump.bin --set bootdelay=5 -o dump5.bin\n",
	.exits = "0 done, 1 no environment or no such variable, 2 trouble",
	.opts = options,
	.optsize = sizeof(struct env_opts),
	.run = run_env,
};
