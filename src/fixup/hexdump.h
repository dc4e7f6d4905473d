/* hexdump.h - console logs and hex dumps become bytes */
#ifndef FIXUP_HEXDUMP_H
#define FIXUP_HEXDUMP_H

#include "core/opt.h"
#include "fixup/hexread.h"

/*
 * A log is read into pieces (hexread.h), these into passes (one after the
 * other rising addresses), and passes of all logs are laid together into
 * dumps: what was printed again is compared, gaps are filled, and bytes that
 * were read from another place of the flash into the same memory are another
 * dump. Nothing is guessed: what is not there is a gap, what two readings
 * show differently is a conflict, and both are reported.
 */
struct hexopts {
	int format;		/* index in hex_formats */
	uint64_t width;		/* 0: any */
	int endian;		/* 0: by the text column, 1 little, 2 big */
	const char *base;	/* only the dump that has this address, from there */
	uint64_t fill;
	uint64_t dump;		/* 1 is the first; 0: the only one */
};

extern const struct option hexdump_options[];
extern const struct hexopts hexdump_defaults;

/* Lines between the good ones that could not be read. */
struct damage {
	uint64_t line;		/* the first of them */
	uint64_t at;		/* its address, if that can be read */
	uint64_t lines;
	int lost;		/* characters that are missing in a single one */
};

/* Bytes that are there. */
struct stretch {
	uint64_t at, size;
	uint8_t *p;
	size_t repeat;		/* p holds so many, for ever repeated; 0: all */
	size_t phase;		/* the first one of a repeated p */
	unsigned log;		/* index, and the line it begins at */
	uint64_t line;
	unsigned per;		/* bytes of a line */
	struct damage before;	/* what stood between it and the one before */
};

struct conflict {
	uint64_t at, size;
	uint8_t value[2];	/* the first byte that differs, in both */
	unsigned log[2];
	uint64_t line[2];
};

struct crc { uint64_t at, size; uint32_t sum; uint64_t line; unsigned log; };

/* Rising addresses, as one or more commands printed them. */
struct pass {
	struct stretch *part;
	size_t n, cap;
	uint64_t from, to;	/* what was asked for, or is there */
	uint64_t load;		/* hash of the command that filled the memory */
	bool asked;		/* a command said how much there will be */
	bool apart;		/* begun by a command, the one before was done */
	struct damage tail;
	const struct dialect *dialect;
	const struct verb *verb;
	unsigned width;
};

struct dump {
	struct stretch *part;	/* rising, disjoint */
	size_t n, cap;
	uint64_t from, to;
	uint64_t load;
	struct damage tail;
	unsigned log;		/* that of its first pass */
	const struct dialect *dialect;
	const struct verb *verb;
	unsigned width;
	struct conflict *conflict;
	size_t nconflict, capconflict;
};

struct hexlog {
	char name[256];
	uint64_t lines, good, bad, other, flipped;
	unsigned spare;
	bool guessed_order;	/* words, and no text to tell their order */
	unsigned order;		/* of words, if there were some */
	struct chunk *chunk;	/* own the bytes */
	size_t nchunk;
};

struct hexdump {
	struct hexopts opts;
	struct hexlog *log;
	size_t nlog;
	struct dump *dump;
	size_t ndump;
	struct crc *crc;
	size_t ncrc;
	uint64_t work;		/* spent on laying together; has a limit */
};

/* A score out of 100 that this is such a log; looks at some of it. */
int hexdump_suspect(struct view in);
/* Read one more log. Fails only where the options or limits say so. */
int hexdump_add(struct hexdump *h, struct view log, const char *name,
		struct err *e);
/* The dump that the options ask for; fails, listing them, if that is unclear. */
struct dump *hexdump_choose(struct hexdump *h, struct err *e);
void hexdump_free(struct hexdump *h);

/* "U-Boot md.b", "xxd" */
struct short_text32 { char text[48]; };
struct short_text32 dump_name(const struct dump *d);
uint64_t dump_lines(const struct hexdump *h);

/* Each missing range in order: at, size, and what was seen there. */
struct gap {
	uint64_t at, size;
	struct damage damage;
	unsigned log;
	size_t next;		/* for dump_gap() */
};
/* The first with gap zeroed, then the following; false: no more. */
bool dump_gap(const struct dump *d, struct gap *g);
/* The command that reads a place again, "md.b 0x82000000 0x20". */
void put_again(struct buf *b, const struct dump *d, uint64_t at, uint64_t size);
/* "32 bytes missing at 0x0a4f10; run ..." as an error about its line. */
void gap_error(const struct hexdump *h, const struct dump *d, const struct gap *g,
	       struct err *e);
void conflict_error(const struct hexdump *h, const struct dump *d,
		    const struct conflict *c, struct err *e);
/* The bytes [0, size) of a dump in order, gaps filled; stops at -1. */
int dump_each(const struct dump *d, uint8_t fill,
	      int (*take)(struct view v, void *arg, struct err *e), void *arg,
	      struct err *e);
/* Those sums of the device that cover bytes which are all there. */
int dump_crc(const struct hexdump *h, const struct dump *d, size_t i, uint32_t *is);

/* Between the files of this folder. */
void piece_to_bad(struct hexlog *log, struct piece *p);
void settle_order(const struct hexopts *o, struct hexlog *log, struct piece *p,
		  size_t n);
void settle_weak(struct hexlog *log, struct piece *p, size_t n);
struct passes { struct pass *pass; size_t n, cap; };
void hexlog_passes(struct hexdump *h, unsigned log, struct passes *out);
int hexdump_lay(struct hexdump *h, struct pass *p, unsigned log, struct err *e);
void stretch_add(struct stretch **part, size_t *n, size_t *cap, struct stretch s);

#endif
