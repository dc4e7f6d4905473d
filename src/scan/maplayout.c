/*
 * maplayout.c - the customary division of a flash, where nothing tells of one
 *
 * Ralink's and MediaTek's router kits compile it into the kernel: the boot
 * loader in 192 KiB, its settings and the radio's calibration in 64 KiB each,
 * and the kernel at 0x50000. The calibration begins with the id of the radio
 * and, at 4, the MAC address.
 */
#include "scan/mapmake.h"

enum { CONFIG = 0x30000, FACTORY = 0x40000, KERNEL = 0x50000 };

static bool is_radio(struct view image)
{
	static const uint16_t ids[] = {
		0x2860, 0x2872, 0x3050, 0x3052, 0x3090, 0x3352, 0x3883, 0x5350,
		0x5390, 0x5592, 0x7602, 0x7603, 0x7610, 0x7612, 0x7615, 0x7620,
		0x7628, 0x7662,
	};
	uint16_t id = peek16(image, FACTORY, LITTLE);

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (id == ids[i])
			return !(image.p[FACTORY + 4] & 1);
	return false;
}

static bool has_kernel(const struct scan *s)
{
	const struct found *f = scan_at(s, KERNEL);

	return f && f->r.proof == PROOF_PROVEN && !strcmp(f->r.format->name, "uimage");
}

void maps_layout_usual(struct maps *m, struct view image, const struct scan *s)
{
	struct map *map;

	if (image.len <= KERNEL || !has_kernel(s) || !is_radio(image))
		return;
	map = map_new(m, MAP_LAYOUT, FACTORY);
	if (!map)
		return;
	map_source(map, "Ralink's usual layout, radio %04x at 0x%06x",
		   peek16(image, FACTORY, LITTLE), FACTORY);
	map_part(map, view_text("Bootloader"), 0, CONFIG);
	map_part(map, view_text("Config"), CONFIG, FACTORY - CONFIG);
	map_part(map, view_text("Factory"), FACTORY, KERNEL - FACTORY);
	map_part(map, view_text("Kernel"), KERNEL, image.len - KERNEL);
	map_done(m, map, image.len);
}
