/* map.h - partition maps: who says what, and whom to believe */
#ifndef SCAN_MAP_H
#define SCAN_MAP_H

#include "scan/scan.h"

struct map_part {
	char name[64];		/* as stored, NUL-terminated, may be hostile */
	uint64_t at, size;
	bool readonly;
	bool holds_others;	/* lies over other parts ("ALL"): listed, not cut */
};

/* Where a map came from decides ties; what it fits decides before that. */
enum map_rank {
	MAP_GIVEN,		/* --map: always wins, errors are errors */
	MAP_PROJECT,		/* fwtool.json */
	MAP_ENV,		/* an environment whose CRC holds */
	MAP_TABLE,		/* a partition table with a checksum */
	MAP_DEVICETREE,
	MAP_CMDLINE,		/* a kernel's command line */
	MAP_ENV_DEFAULT,	/* compiled into U-Boot: often a decoy */
	MAP_LAYOUT,		/* what is usual for such a board */
};

struct map {
	enum map_rank rank;
	char source[128];	/* "mtdparts in the environment at 0x040000" */
	uint64_t from;		/* where in the image it was found */
	struct map_part *part;	/* rising in at, then larger first */
	size_t n, cap;
	bool leads;		/* holds where the dump is cut off, too */
	char device[48];	/* "NOR_FLASH", as stored */
	uint64_t end;		/* the end of the last one, as the source says */
	char last[64];		/* ... which is this one */
	unsigned long line;	/* of a text, where `last` stands; else 0 */
	unsigned begins;	/* objects that begin where a part does */
	unsigned inside;	/* ... that should, and do not */
	unsigned cuts;		/* ... that a border goes through */
	int score;		/* how well it fits the proven objects */
	char verdict[96];	/* "agrees with the structures", "ends at ..." */
};

/* Zeroed is empty, but best is right only after maps_choose(). */
struct maps {
	struct map *map;
	size_t n, cap;
	long best;		/* index, or -1: none fits */
	const char *flash;	/* "dump.bin" in messages; NULL: "the dump" */
};

/*
 * All maps that a text holds: mtdparts=..., a boot log ("Creating N MTD
 * partitions"), /proc/mtd, a printenv log, a flashrom layout, fwtool.json.
 * size is that of the flash, for "-" (rest) sizes; 0: unknown, "-" then has
 * the size 0. Fails, with the line, when there is none, or when every one of
 * them ends behind the flash.
 */
int maps_from_text(struct maps *m, struct view text, uint64_t size,
		   const char *name, struct err *e);
/* Those in the dump itself: environments, command lines, device trees. */
void maps_from_image(struct maps *m, struct view image, const struct scan *s);
/*
 * Score all, set best. The reason of each is in its verdict. A map of rank
 * MAP_GIVEN wins over all others.
 */
void maps_choose(struct maps *m, const struct scan *s, uint64_t size);
/*
 * Say what people should know of the choice: a note where the best one cuts
 * an object or another fits as well, a trace for each of the others.
 */
void maps_say(const struct maps *m);
void maps_free(struct maps *m);

#endif
