/* acquire.h - the pieces of the command, one file per kind of source */
#ifndef CMD_ACQUIRE_H
#define CMD_ACQUIRE_H

#include "acquire/source.h"
#include "acquire/spi.h"
#include "acquire/nor.h"
#include "cmd/cmd.h"
#include "core/text.h"
#include "scan/map.h"

struct acquire_opts {
	/* sources: exactly one */
	const char *ch341a, *ch347, *ft232h, *serprog, *spidev, *sim;
	const char *mtd, *file, *tftp, *uboot, *monitor;
	bool list, probe;
	/* chips */
	const char *chip, *speed;
	uint64_t size, reads, reread;
	bool resume, stream;
	/* ranges */
	const char *range, *part, *map;
	/* consoles and TFTP */
	const char *baud, *prompt, *loader, *base, *serverip, *ipaddr;
	uint64_t ram, tftp_port, wait;
	bool no_skip;
	int via, from;
	uint64_t width;
};

extern const char *const store_words[];	/* --from */

/* What --via names, in the order of its words. */
enum via { VIA_AUTO, VIA_MD, VIA_TFTP, VIA_SD, VIA_XMODEM };

/* The programmer that the options name, or NULL. */
const struct programmer *acquire_programmer(const struct acquire_opts *o,
					    const char **value);

/* How many sources the options name. */
unsigned acquire_sources(const struct acquire_opts *o);
/* What the options leave open, as the settings have it; o borrows from s. */
struct settings;
int acquire_defaults(const struct run *r, struct acquire_opts *o, struct settings *s,
		     struct err *e);

int acquire_list(struct run *r, struct err *e);
int acquire_chip(struct run *r, const struct acquire_opts *o, struct err *e);
int acquire_file(struct run *r, const struct acquire_opts *o, struct err *e);
int acquire_console(struct run *r, const struct acquire_opts *o, struct err *e);
int acquire_tftp(struct run *r, const struct acquire_opts *o, struct err *e);

/* A chip behind the programmer that the options name; said on the way. */
int acquire_open(struct run *r, const struct acquire_opts *o, struct nor *n,
		 struct err *e);
void acquire_close(struct nor *n);
/* All of it, read until it is proven; fails where it cannot be. */
int acquire_whole(struct run *r, const struct acquire_opts *o, struct nor *n,
		  struct proven *p, struct err *e);
/*
 * The source that text names: "ch341a", "ch341a=1:7", "serprog=PORT"; port is
 * for those that need one and do not say it. o borrows from both.
 */
int acquire_named(struct acquire_opts *o, const char *text, const char *port,
		  struct err *e);

/* To standard output while it is read, once, unproven. */
int acquire_stream(struct source *s, struct range range, struct err *e);

/* Read one range into one file, or "-". A status; -1: nothing is saved. */
int acquire_range(struct run *r, const struct acquire_opts *o, struct source *s,
		  struct range range, const char *path, struct err *e);

/*
 * Prove [range] of s (or the partitions of -p), say the passes, and save.
 * name: "mx25l12833f", of which the default file name is made.
 */
int acquire_source(struct run *r, const struct acquire_opts *o, struct source *s,
		   const char *name, struct err *e);

/* The maps that -m names: a text, or a file that holds them. */
int acquire_map(const char *text, uint64_t size, struct maps *m, struct err *e);
/* A partition's name as a file's in dir: nothing foreign leaves it. */
void acquire_part_file(const char *dir, const char *name, char *path, size_t n);
/* The partition of that name, any case, or NULL. */
const struct map_part *acquire_part(const struct maps *maps, uint64_t size,
				    const char *name, size_t n);

/* FILE.json beside the file, and not where that goes to a pipe; takes side. */
void acquire_sidecar(const char *path, json_t *side, struct view bytes);

/* Say what the bytes are and save them where the options want. */
int acquire_save(struct run *r, const char *name, struct view bytes,
		 struct err *e);

/* "11m55s, 2.7 KiB/s" */
const char *acquire_pace(int64_t ms, uint64_t bytes, char text[80]);

/* "mx25l12833f" -> "mx25l12833f-20251120-050142.bin" */
void acquire_name(const char *name, char *path, size_t n);

#endif
