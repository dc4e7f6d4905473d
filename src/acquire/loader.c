/* loader.c - the boot loaders that are known, as data */
#include <string.h>

#include "acquire/console.h"

static const char *const uboot_says[] = { "U-Boot 1.", "U-Boot 2", "U-Boot >", NULL };
static const char *const cfe_says[] = { "CFE version", "CFE>", "Broadcom BCM", NULL };
static const char *const realtek_says[] = { "<RealTek>", "RealTek(RTL", "Realtek",
					    NULL };
static const char *const netos_says[] = { "W90P745", "W90N745", "NetOS", NULL };
static const char *const redboot_says[] = { "RedBoot", NULL };
static const char *const zyxel_says[] = { "BootBase", "Bootbase", "ZyXEL", NULL };
static const char *const tcboot_says[] = { "bldr>", "tc3162", "RT63365", NULL };

/* Formats take an address and a count, both unsigned long long. */
const struct loader loaders[] = {
	{ "u-boot", uboot_says, "md.%c 0x%llx 0x%llx", 0, false, 0x4000,
	  "crc32 0x%llx 0x%llx", "cmp.b 0x%llx 0x%llx 0x%llx" },
	{ "cfe", cfe_says, "dm %llx %llu", 1, true, 0x1000, NULL, NULL },
	{ "realtek", realtek_says, "DB %llx %llu", 1, true, 0x1000, NULL, NULL },
	{ "redboot", redboot_says, "dump -b 0x%llx -l 0x%llx", 1, false, 0x1000,
	  NULL, NULL },
	{ "zyxel", zyxel_says, "ATDU%llx,%llx", 1, false, 0x200, NULL, NULL },
	{ "tcboot", tcboot_says, "dump %llx %llx", 1, false, 0x1000, NULL, NULL },
	{ "netos", netos_says, "d -b 0x%llx", 1, false, 0x100, NULL, NULL },
	{ 0 }
};

const struct loader *loader_named(const char *name)
{
	for (const struct loader *l = loaders; l->name; l++)
		if (!strcmp(l->name, name))
			return l;
	return NULL;
}
