/* loader.c - the boot loaders that are known, as data */
#include "acquire/loader.h"

#include <stdio.h>
#include <string.h>

#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }
#define PRINT(...) (const struct printer[]){ __VA_ARGS__, { 0 } }
#define ASKS(...) (const struct question[]){ __VA_ARGS__, { 0 } }

/* md.q is silent on 32-bit processors: md.l is the shortest that is not. */
#define MD PRINT({ "md.%w 0x%a 0x%n", 4, 0x4000 }, { "md.%w 0x%a 0x%n", 1, 0x1000 }, \
		 { "md.%w 0x%a 0x%n", 2, 0x1000 })
#define CRC32 "crc32 0x%a 0x%b"
#define CMP "cmp.b 0x%a 0x%s 0x%b"
#define UBOOT WORDS("U-Boot 1.", "U-Boot 2")

/*
 * Sources of the less known: NetOS prints 256 bytes, whatever is asked, and
 * wants 0x before an address (W90N745's loader); brnboot asks address, width
 * and count one after the other, the count in decimal and 10000 at most;
 * BootBase stops every 16 lines; zyx2 has CFE's spelling of it; Realtek's
 * older loader prints words (D), its newer one bytes (DB), and asks before it
 * reads flash.
 */
const struct loader loaders[] = {
	{ .name = "u-boot", .title = "U-Boot", .banner = UBOOT,
	  .prompts = WORDS("=> ", "U-Boot> ", "U-Boot # ", "OpenIPC # "),
	  .help = "memory display", .nudge = "\x03", .print = MD, .crc32 = CRC32,
	  .cmp = CMP },
	{ .name = "mstar", .title = "MStar U-Boot", .banner = WORDS("MXIC REMS"),
	  .prompts = WORDS("MStar # ", "SigmaStar # "), .keys = "\r", .nudge = "\x03",
	  .print = MD, .crc32 = CRC32, .cmp = CMP },
	{ .name = "hisilicon", .title = "HiSilicon U-Boot",
	  .banner = WORDS("System startup", "hi_fmc"), .keys = "\x03",
	  .prompts = WORDS("hisilicon # ", "goke # ", "fastboot# "), .nudge = "\x03",
	  .print = MD, .crc32 = CRC32, .cmp = CMP, .send = "uploadx 0x%a 0x%b" },
	{ .name = "cfe", .title = "CFE", .banner = WORDS("CFE version", "CFE1 ver"),
	  .prompts = WORDS("CFE> ", "CFE>"), .keys = "\x03", .nudge = "\r",
	  .help = "command status",
	  .print = PRINT({ "dm %a %d", 1, 0x1000 }, { "dm 0x%a %d", 1, 0x1000 },
			 { "d 0x%a %d", 1, 0x1000 }) },
	{ .name = "realtek", .title = "Realtek", .banner = WORDS("---RealTek(RTL"),
	  .prompts = WORDS("<RealTek>"), .keys = "\x1b", .nudge = "\r",
	  .print = PRINT({ "DB %A %d", 1, 0x1000 }, { "D 0x%A %d", 4, 0x1000 }),
	  .asks = ASKS({ "(N)o ? -->", "Y\r" }) },
	{ .name = "redboot", .title = "RedBoot", .prompts = WORDS("RedBoot> "),
	  .banner = WORDS("RedBoot(tm) bootstrap"), .keys = "\x03", .nudge = "\x03",
	  .help = "a range of memory",
	  .print = PRINT({ "dump -b 0x%a -l 0x%n", 1, 0x1000 },
			 { "x -b 0x%a -l 0x%n", 1, 0x1000 }) },
	{ .name = "zyxel", .title = "ZyXEL", .prompts = WORDS("ZHAL> ", "Zyxel> "),
	  .banner = WORDS("Bootbase Version", "BootBase"), .keys = " ", .nudge = "\r",
	  .print = PRINT({ "ATDU%A,%n", 1, 0x1000 }, { "ATDU %a %d", 1, 0x1000 }),
	  .asks = ASKS({ "ESC to Quit >", " " }), .send = "ATDO%A,%n" },
	{ .name = "tcboot", .title = "tcboot", .prompts = WORDS("bldr> ", "bldr>"),
	  .banner = WORDS("RT63365 at", "TC3162 DMT", "TC3262"), .keys = "\r", .nudge = "\r",
	  .print = PRINT({ "dump %a %n", 1, 0x1000 }) },
	{ .name = "netos", .title = "NetOS", .prompts = WORDS("bootloader > "),
	  .banner = WORDS("W90P745", "W90N745", "W90P710"), .keys = "\x1b", .nudge = "\r",
	  .print = PRINT({ "d -s 0x%a", 1, 0x100 }, { "d -b 0x%a", 1, 0x100 }) },
	{ .name = "brnboot", .title = "brnboot", .prompts = WORDS("]:"), .menu = true,
	  .banner = WORDS("AMAZON Bootloader", "BRNBOOT"), .keys = " !", .nudge = "\r",
	  .print = PRINT({ "r", 1, 0x2000 }),
	  .asks = ASKS({ "to Read....0x", "%A\r" }, { "1 Byte...", "3" },
		       { "10000)", "%d\r" }) },
	{ 0 }
};

const struct loader *loader_named(const char *name)
{
	for (const struct loader *l = loaders; l->name; l++)
		if (!strcmp(l->name, name))
			return l;
	return NULL;
}

void put_loaders(struct buf *b)
{
	for (const struct loader *l = loaders; l->name; l++)
		put_text(b, "%s%s", l == loaders ? "" : l[1].name ? ", " : " or ",
			 l->name);
}

void put_request(struct buf *b, const char *text, const struct request *q)
{
	unsigned unit = q->unit ? q->unit : 1;
	unsigned long long n = q->size / unit, at = q->at;

	for (; *text; text++) {
		if (*text != '%' || !text[1]) {
			put8(b, (uint8_t)*text);
			continue;
		}
		switch (*++text) {
		case 'a': put_text(b, "%llx", at); break;
		case 'A': put_text(b, "%llX", at); break;
		case 'n': put_text(b, "%llx", n); break;
		case 'd': put_text(b, "%llu", n); break;
		case 'b': put_text(b, "%llx", (unsigned long long)q->size); break;
		case 's': put_text(b, "%llx", (unsigned long long)q->second); break;
		case 'w': put8(b, unit == 1 ? 'b' : unit == 2 ? 'w' : unit == 4 ? 'l'
			       : 'q'); break;
		}
	}
}

static const uint8_t *find(struct view v, const char *word)
{
	return v.len ? memmem(v.p, v.len, word, strlen(word)) : NULL;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return m <= n && !strcmp(text + n - m, end);
}

bool loader_began(const struct loader *l, struct view came)
{
	char line[40];

	for (size_t i = 0; l->banner[i]; i++) {
		snprintf(line, sizeof(line), "\n%s", l->banner[i]);
		if (find(came, line))
			return true;
	}
	return false;
}

const struct loader *loader_of(const char *prompt, struct view came)
{
	const struct loader *l;

	for (l = loaders; l->name; l++)
		for (size_t i = 0; l->prompts[i]; i++)
			if (ends_with(prompt, l->prompts[i]))
				return l;
	/* U-Boot comes last: some of the others say its name too. */
	for (l = loaders + 1; l->name; l++)
		if (loader_began(l, came) || (l->help && find(came, l->help)))
			return l;
	if (loader_began(loaders, came) || find(came, loaders->help))
		return loaders;
	return NULL;
}

void loader_version(const struct loader *l, struct view came, char *text, size_t n)
{
	const uint8_t *hit = NULL;
	size_t len = 0;

	for (size_t i = 0; !hit && loaders[0].banner[i]; i++)
		hit = find(came, loaders[0].banner[i]);
	for (size_t i = 0; !hit && l && l->banner[i]; i++)
		hit = find(came, l->banner[i]);
	while (hit && hit + len < came.p + came.len && len + 1 < n && hit[len] >= ' ' &&
	       hit[len] < 0x7f && hit[len] != '(')
		len++;
	while (len && hit[len - 1] == ' ')
		len--;
	if (len)
		memcpy(text, hit, len);
	text[len] = 0;
}

const char *loader_keys(struct view came)
{
	static const struct stop { const char *says, *keys; } stops[] = {
		{ "Press Ctrl+C", "\x03" }, { "Ctrl-C", "\x03" }, { "^C to", "\x03" },
		{ "Autobooting in", "tpl" },
		{ "to abort autoboot with \"slp\"", "slp" },
		{ "Press [ESC]", "\x1b" }, { "ESC to", "\x1b" }, { "press ESC", "\x1b" },
		{ "Space Bar 3 times", "   !" },
		{ "4: Entr boot command line", "4" }, { "press Enter", "\r" },
		{ "Press Enter", "\r" }, { "press <INTERRUPT>", "\x03" },
		{ "Hit any key", " " }, { "Press any key", " " },
		{ "press any key", " " }, { NULL, NULL }
	};

	for (const struct stop *s = stops; s->says; s++)
		if (find(came, s->says))
			return s->keys;
	for (const struct loader *l = loaders; l->name; l++)
		if (l->keys && loader_began(l, came))
			return l->keys;
	return NULL;
}
