/* mapmake.h - how the sources of maps make them */
#ifndef SCAN_MAPMAKE_H
#define SCAN_MAPMAKE_H

#include "core/buf.h"
#include "scan/map.h"
#include "scan/ubootenv.h"

enum { MOST_MAPS = 64, MOST_MAP_PARTS = 256 };

/*
 * A map being made. map_part() collects, map_done() sorts, marks those that
 * lie over others and forgets a map that is empty or there already. The
 * pointer is valid until the next map_new(); NULL when there are MOST_MAPS.
 */
struct map *map_new(struct maps *m, enum map_rank rank, uint64_t from);
void map_part(struct map *map, struct view name, uint64_t at, uint64_t size);
void map_source(struct map *map, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void map_device(struct map *map, struct view device);
/* Take back the last one. */
void map_drop(struct maps *m);
void map_done(struct maps *m, struct map *map, uint64_t size);

/* Set holds_others where a partition lies over others; see mapover.c. */
void map_mark_over(struct map *map);

/* A name as it may stand in a source text: escaped, cut. */
struct name_text { char text[80]; };
struct name_text name_text(const char *name);

/* Who is speaking, for the maps that a piece of text adds. */
struct speaker {
	enum map_rank rank;
	uint64_t from;		/* in the image, or 0 */
	unsigned long line;	/* of a text, or 0 */
	const char *source;	/* "the environment at 0x040000", "boot.log" */
};

/*
 * One map per device of a kernel's mtdparts list: text begins behind
 * "mtdparts=" and ends by itself (blank, quote, NUL, end of view). Returns
 * how many there were; -1 and e where the first is wrong.
 */
int maps_mtdparts(struct maps *m, const struct speaker *who, struct view text,
		  uint64_t size, struct err *e);

/* Every "mtdparts=" in a text, wrong ones passed over. Returns how many. */
int maps_hunt(struct maps *m, const struct speaker *who, struct view text,
	      uint64_t size);

/* The same in the variables of an environment, after expanding ${...}. */
int maps_vars(struct maps *m, const struct speaker *who, struct view vars,
	      uint64_t size);

/* Tables and lists in the lines of a text; name is what the text is called. */
void maps_tables(struct maps *m, struct view text, uint64_t size,
		 const char *name);	/* boot logs */
void maps_procmtd(struct maps *m, struct view text, uint64_t size,
		  const char *name);
void maps_ubootlist(struct maps *m, struct view text, uint64_t size,
		    const char *name);	/* U-Boot's mtdparts command */
void maps_layout(struct maps *m, struct view text, uint64_t size,
		 const char *name);	/* flashrom */

/* map.parts or parts of a JSON document of ours. */
int maps_json(struct maps *m, struct view text, uint64_t size, const char *name,
	      struct err *e);

/* The environments that a scan proved; v of each is in image. */
size_t envs_found(struct view image, const struct scan *s, struct env *envs,
		  size_t most);

/* Sources in an image. */
void maps_envs(struct maps *m, struct view image, const struct scan *s);
void maps_trees(struct maps *m, struct view image, const struct scan *s);
void maps_cmdlines(struct maps *m, struct view image, const struct scan *s);
void maps_kernels(struct maps *m, struct view image, const struct scan *s);
void maps_layout_usual(struct maps *m, struct view image, const struct scan *s);
void maps_slots(struct maps *m, struct view image, const struct scan *s);
/* The partitions of the device tree at the start of v, which is at `from`. */
int maps_tree(struct maps *m, const struct speaker *who, struct view v,
	      uint64_t size);

#endif
