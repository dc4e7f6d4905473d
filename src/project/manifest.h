/* manifest.h - fwtool.json: what was read and how it was cut, out and in */
#ifndef PROJECT_MANIFEST_H
#define PROJECT_MANIFEST_H

#include "core/hash.h"
#include "core/json.h"
#include "project/opened.h"
#include "project/plan.h"

#define MANIFEST_FILE "fwtool.json"	/* marks a directory as ours */
#define MANIFEST_SCHEMA "fwtool.project/1"

/* Digests of an input, its parts, and of the file before fix-ups. */
struct sums {
	char whole[SHA256_TEXT], raw[SHA256_TEXT];
	char (*part)[SHA256_TEXT];		/* n of them */
};

/* Where a project keeps what undoing fix-up i needs. Returns room. */
enum { KEPT_ROOM = 32 };
const char *kept_name(unsigned i, char room[KEPT_ROOM]);

/*
 * Pieces of a document about a plan: found[], map (null where there is none)
 * and parts[], as the manifest, scan --json and carve --json have them.
 */
json_t *json_of_found(const struct plan *p);
json_t *json_of_map(const struct plan *p);
json_t *json_of_part(const struct plan *p, const struct part *part);
json_t *json_of_opened(const struct opening *o);
json_t *json_of_input(const struct plan *p, const struct sums *s);

/*
 * The whole manifest. The same input, map and choice give the same text:
 * no clock, no host, no directories. chosen: what lies in parts/; NULL: all.
 */
json_t *manifest_make(const struct plan *p, const struct plan_opts *o,
		      const struct sums *s, const bool *chosen);
int manifest_save(const json_t *doc, int dirfd, struct err *e);

/* A manifest as it was read; every name and range in it was checked. */
struct manifest {
	char input[256];		/* "dump.bin" */
	uint64_t size;
	char sha256[SHA256_TEXT];
	uint64_t raw_size;		/* before fix-ups */
	char raw_sha256[SHA256_TEXT];
	struct applied applied[MOST_FIXUPS];
	unsigned napplied;
	uint8_t erased;			/* value of erased flash */
	char source[128];		/* of the map, or "" */
	struct map map;			/* the partitions, as the map had them */
	struct manifest_part {
		struct part part;	/* but for main */
		char sha256[SHA256_TEXT];
		bool written;
		const struct format *format;	/* of the main object; or NULL */
		uint64_t main_at, main_size;	/* in the image */
		enum proof proof;
	} *part;			/* they tile [0, size) */
	size_t n;
	struct opened *opened;		/* what lies inside the parts */
	size_t nopened;
	/* All that was found: what holds checksums must be made right. */
	struct manifest_object {
		const struct format *format;	/* NULL: not known here */
		uint64_t at, size;		/* in the image */
		enum proof proof;
		enum endian endian;
		unsigned header;		/* of an environment: 4, or 5 */
	} *object;
	size_t objects;
};

/* The text may be hostile; a failure names the line. */
int manifest_read(struct manifest *m, struct view text, struct err *e);
/* path is a project directory. */
int manifest_open(struct manifest *m, const char *path, struct err *e);
void manifest_free(struct manifest *m);	/* takes a zeroed one too */

/* Whether path is a directory with a manifest in it. */
bool is_project(const char *path);

#endif
