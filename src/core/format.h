/* format.h - what a format is, and what finding one yields */
#ifndef CORE_FORMAT_H
#define CORE_FORMAT_H

#include "core/buf.h"
#include "core/err.h"

/* How sure we are, in the words that people read (UX: proof words). Ordered. */
enum proof {
	PROOF_NONE,	 /* not this format after all */
	PROOF_WEAK,	 /* the magic, and nothing else to check */
	PROOF_PLAUSIBLE, /* the header agrees with itself and fits the image */
	PROOF_PROVEN,	 /* a checksum over the content holds, or every pointer
			    was followed to its end inside the image */
};

extern const char *const proof_words[];	/* "none" "weak" ... */

struct format;

/* A fact for JSON's "detail": key and value; number where `is_number`. */
struct prop { const char *key; char text[64]; bool is_number; };

enum { MOST_PROPS = 12, MOST_EVIDENCE = 4 };

struct region {
	uint64_t at;		/* within the whole image */
	uint64_t size;		/* exact, as the format says and as is there */
	uint64_t says;		/* what the format says where the image ends
				   earlier; else 0: "says X, is Y" */
	const struct format *format;
	enum proof proof;
	bool broken;		/* a checksum in it does not hold, or what it
				   points at is damaged: detail says what */
	enum endian endian;
	char label[33];		/* a name found inside, printable, or "" */
	char detail[96];	/* the DETAIL column: "crc32 ok twice, ARM, lzma" */
	char evidence[MOST_EVIDENCE][64];	/* "header crc32 8901b7c4" */
	struct prop prop[MOST_PROPS];
	unsigned nprop, nevidence;
};

/* An entry of a partition table: a part of the flash that begins with image. */
struct table_part { char name[64]; uint64_t at, size; };
/* Its name, up to a NUL; false where it is empty, too long or not printable. */
bool table_part_name(struct table_part *p, struct view name);
enum { MOST_TABLE = 128 };

struct magic { unsigned off; unsigned len; const char *bytes; };

/* One const object per format, defined at the foot of its own file. */
struct format {
	const char *name;	/* "cramfs": the word in commands and manifests */
	const char *title;	/* "compressed ROM file system" */
	const char *proves;	/* what it takes to be proven: "crc32 of header
				   and data"; NULL: it never is */
	/*
	 * Whose images come back bit for bit when changed back to what they were,
	 * the original gone: "mkfs.jffs2 2.1.5"; NULL: only while it is at hand.
	 */
	const char *exact;
	const char *suffix;	/* of a part that is one: ".cramfs"; NULL: ".bin" */

	/* Ends with len 0; NULL where there is none. len is 3 or more. */
	const struct magic *magic;

	/*
	 * For formats without a magic (U-Boot environment): look at every
	 * multiple of this many bytes; peek() must reject nearly all in a few
	 * instructions. 0 and NULL where a magic is enough.
	 */
	unsigned grid;
	bool (*peek)(struct view v);

	/*
	 * Is there one whose magic lies as the table says if it begins at
	 * `at`? image is everything there is, and nothing outside it is read;
	 * a border (the end of a partition) is the end of image. Fill size,
	 * endian, label, detail, evidence and prop of *r; at is set, and may
	 * be moved (jffs2 begins at a block border before its first node).
	 * Must cost little on a false hit: the cheap tests come first.
	 */
	enum proof (*probe)(struct view image, uint64_t at, struct region *r);

	/*
	 * The end is not stated by the format (a log of nodes), so neighbours
	 * can only be told apart by a partition border: probed again per
	 * partition once the map is known.
	 */
	bool borderless;

	/* Often a part of programs, as streams and device trees are. */
	bool embedded;

	/*
	 * The partitions that the table at `at` lists, in its order; returns
	 * how many. Called where probe() found it plausible. NULL: no table.
	 */
	int (*table)(struct view image, uint64_t at, struct table_part *slot, int most);
	/* A table at the front of a disk: it holds as well for a part of a dump. */
	bool leads;

	const struct fs *fs;		/* NULL: not a file system */
	const struct wrap *wrap;	/* NULL: holds nothing inside */
};

/* A format with something inside it: a kernel in a uImage, volumes in UBI. */
struct payload {
	struct view v;			/* the bytes as they lie in the image;
					   empty where load() makes them */
	char name[33];			/* "kernel-1", or "" */
	const struct codec *codec;	/* how they are compressed, or NULL */
};

/*
 * To add a wrap is one file with probe, open and refit, and one word in
 * tables.c: what it opens is unpacked, looked into, and lies in a project as
 * open/NAME or, if it is a file system, as fs/NAME (project/opened.h). v is
 * the object as probe() measured it.
 */
struct wrap {
	/* The payloads of v, in order. Returns how many, or -1. */
	int (*open)(struct view v, struct payload *inner, int most, struct err *e);
	/*
	 * Append v to out with payload i replaced: lengths and sums made right.
	 * Passing the payload as it was gives v again, with its sums mended.
	 * It may become longer or shorter; whether that fits is judged by who
	 * calls. What no longer holds (a signature) is said by warn(). NULL:
	 * it can only be opened.
	 */
	int (*refit)(struct view v, int i, struct view payload, struct buf *out,
		     struct err *e);
	/*
	 * NULL: a payload is the bytes at its v. Else, where they are scattered
	 * or scrambled: append what payload i holds to out; more than `most`
	 * bytes fail with ERR_LIMIT. refit() takes the same.
	 */
	int (*load)(struct view v, int i, uint64_t most, struct buf *out,
		    struct err *e);
	const char *caveat;	/* said where it is opened: what of it is only
				   half understood; NULL: nothing */
};

extern const struct format *const formats[];	/* NULL-terminated, src/tables.c */

const struct format *format_named(const char *name);
void region_prop(struct region *r, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void region_number(struct region *r, const char *key, uint64_t n);
void region_evidence(struct region *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Append to the DETAIL column, ", " between. */
void region_detail(struct region *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Foreign bytes as a label: unprintable ones become dots, cut at a NUL. */
void region_label(struct region *r, struct view text);
/* Set size from what the format says, or says and size where less is there. */
void region_size(struct region *r, struct view image, uint64_t says);

#endif
