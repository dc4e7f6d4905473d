/* acquire.c - fwtool acquire: get a dump */
#include "cmd/acquire.h"

#include <stddef.h>
#include <string.h>

#include "cmd/config.h"

#define AT(field) offsetof(struct acquire_opts, field)

static const char *const via_words[] = { "auto", "md", "tftp", "sd", "xmodem", NULL };

static const struct option options[] = {
	{ OPT_MAYBE, 0, "ch341a", AT(ch341a), "ID", "a CH341A (ID: serial or BUS:DEV)",
	  0 },
	{ OPT_MAYBE, 0, "ch347", AT(ch347), "ID", "a CH347", 0 },
	{ OPT_MAYBE, 0, "ft232h", AT(ft232h), "ID", "an FT232H, FT2232H or FT4232H", 0 },
	{ OPT_TEXT, 0, "serprog", AT(serprog), "PORT", "serprog at a tty or HOST:PORT",
	  0 },
	{ OPT_TEXT, 0, "spidev", AT(spidev), "DEV", "a bus of this machine's kernel",
	  0 },
	{ OPT_TEXT, 0, "sim", AT(sim), "FILE", "a simulated chip: FILE is its content",
	  0 },
	{ OPT_TEXT, 0, "mtd", AT(mtd), "DEV", "an MTD device, /dev/mtd2", 0 },
	{ OPT_TEXT, 0, "file", AT(file), "PATH", "a card, a block device, a file", 0 },
	{ OPT_MAYBE, 0, "tftp", AT(tftp), "ADDR", "wait for an upload (tftpput)", 0 },
	{ OPT_TEXT, 0, "uboot", AT(uboot), "PORT", "flash, at a U-Boot prompt", 0 },
	{ OPT_TEXT, 0, "monitor", AT(monitor), "PORT",
	  "memory, at any known loader's prompt", 0 },
	{ OPT_FLAG, 0, "list", AT(list), 0, "programmers and ports that are there", 0 },
	{ OPT_FLAG, 0, "probe", AT(probe), 0, "say which chip it is, read nothing", 0 },
	{ OPT_TEXT, 0, "chip", AT(chip), "NAME", "believe it is this chip", 0 },
	{ OPT_UINT, 0, "size", AT(size), "SIZE", "believe it is this large", 0 },
	{ OPT_TEXT, 0, "speed", AT(speed), "HZ", "clock: 12M, 500k", 0 },
	{ OPT_UINT, 0, "reads", AT(reads), "N", "read N times and compare (2)", 0 },
	{ OPT_UINT, 0, "reread", AT(reread), "N", "tries where reads differ (5)", 0 },
	{ OPT_FLAG, 0, "resume", AT(resume), 0, "go on with an interrupted read", 0 },
	{ OPT_FLAG, 0, "stream", AT(stream), 0, "send bytes before they are proven",
	  0 },
	{ OPT_TEXT, 0, "range", AT(range), "R", "OFF+LEN, OFF..END, OFF.. or +LEN", 0 },
	{ OPT_TEXT, 'p', "part", AT(part), "SEL", "these partitions, into -d DIR", 0 },
	{ OPT_TEXT, 'm', "map", AT(map), "SRC", "mtdparts=... or a file that has it",
	  0 },
	{ OPT_TEXT, 0, "baud", AT(baud), "N", "of the console: 115200, or auto", 0 },
	{ OPT_TEXT, 0, "prompt", AT(prompt), "TEXT", "of the console (default: learnt)",
	  0 },
	{ OPT_TEXT, 0, "loader", AT(loader), "NAME", "u-boot, mstar, cfe, zyxel, ... (default: known)",
	  0 },
	{ OPT_WORD, 0, "via", AT(via), "HOW", "md, tftp, sd, xmodem; auto: tftp, then md",
	  via_words },
	{ OPT_WORD, 0, "from", AT(from), "WHAT", "sf, nand, mmc, flash; auto: what answers",
	  store_words },
	{ OPT_UINT, 0, "width", AT(width), "N", "of md's words: 1, 2, 4 or 8 (4)", 0 },
	{ OPT_UINT, 0, "ram", AT(ram), "ADDR", "memory to use (default: asked for)", 0 },
	{ OPT_TEXT, 0, "base", AT(base), "OLD", "an older dump: equal blocks are not sent",
	  0 },
	{ OPT_FLAG, 0, "no-skip", AT(no_skip), 0, "send blank and equal blocks too", 0 },
	{ OPT_TEXT, 0, "serverip", AT(serverip), "ADDR", "this machine, as the device sees it",
	  0 },
	{ OPT_TEXT, 0, "ipaddr", AT(ipaddr), "ADDR", "the device's own (default: its, or dhcp)",
	  0 },
	{ OPT_UINT, 0, "tftp-port", AT(tftp_port), "PORT", "instead of 69", 0 },
	{ OPT_UINT, 0, "wait", AT(wait), "S", "seconds to wait for a prompt or an upload", 0 },
	{ 0 }
};

const struct programmer *acquire_programmer(const struct acquire_opts *o,
					    const char **value)
{
	const struct { const char *name, *value; } given[] = {
		{ "ch341a", o->ch341a }, { "ch347", o->ch347 },
		{ "ft232h", o->ft232h }, { "serprog", o->serprog },
		{ "spidev", o->spidev }, { "sim", o->sim },
	};

	for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++) {
		if (!given[i].value)
			continue;
		*value = given[i].value;
		for (size_t k = 0; programmers[k]; k++)
			if (!strcmp(programmers[k]->name, given[i].name))
				return programmers[k];
	}
	return NULL;
}

unsigned acquire_sources(const struct acquire_opts *o)
{
	const char *const all[] = { o->ch341a, o->ch347, o->ft232h, o->serprog,
				    o->spidev, o->sim, o->mtd, o->file,
				    o->uboot || o->monitor ? NULL : o->tftp,
				    o->uboot, o->monitor };
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		n += all[i] != NULL;
	return n;
}

static int run(struct run *r, struct err *e)
{
	struct acquire_opts own = *(const struct acquire_opts *)r->opts;
	const struct acquire_opts *o = &own;
	struct settings settings;

	if (r->argc)
		return fail(e, ERR_USAGE, "%s: acquire takes no INPUT; name a source, as "
			    "in --ch341a or --file %s", r->argv[0], r->argv[0]);
	if (o->list)
		return acquire_list(r, e);
	if (acquire_defaults(r, &own, &settings, e) < 0)
		return -1;
	if (acquire_sources(o) != 1)
		return fail(e, ERR_USAGE, "acquire needs one source; give --ch341a, "
			    "--serprog PORT, --tftp ... (see --help)");
	if (o->uboot || o->monitor)
		return acquire_console(r, o, e);
	if (o->tftp)
		return acquire_tftp(r, o, e);
	if (o->mtd || o->file)
		return acquire_file(r, o, e);
	return acquire_chip(r, o, e);
}

static const struct acquire_opts defaults = { .reads = 2, .reread = 5 };

const struct command command_acquire = {
	.name = "acquire",
	.group = "get a dump",
	.operands = "SOURCE [OPTIONS]",
	.summary = "read a flash chip, a U-Boot prompt, a TFTP upload or a card",
	.about = "Read a flash chip, a boot loader's console, an MTD device, a card, or\n"
		 "a TFTP upload. Chips are read twice and compared; sectors that differ\n"
		 "are read again and voted on; over a console each block is proven by\n"
		 "the device's own crc32. In a pipe bytes leave only when proven.",
	.examples = "  fwtool acquire --ch341a | fwtool carve\n"
		    "  fwtool acquire --uboot /dev/ttyUSB0 -m boot.log -p ROOTFS -d .\n"
		    "  fwtool acquire --file /dev/sdb --range 0x10s+0x8000s -o dump.bin\n",
	.exits = "0 done, 2 trouble, 3 partial: FILE.part, --resume, 4 hardware",
	.opts = options,
	.defaults = &defaults,
	.optsize = sizeof(struct acquire_opts),
	.run = run,
};
