/* entry.h - an entry of a cpio archive, in each of the ways it is written */
#ifndef FS_CPIO_ENTRY_H
#define FS_CPIO_ENTRY_H

#include "core/buf.h"

/*
 *	archive = { entry } trailer zeros
 *	newc    = "070701" or "070702" 13 fields of 8 hex digits, name\0 pad4
 *		  data pad4
 *	odc     = "070707" fields of 6 or 11 octal digits, name\0 data
 *	bin     = 070707 as a 16-bit word, words of 16 bits, name\0 pad2 data
 *		  pad2; of 32 bits the upper half comes first
 *
 * The last entry is named TRAILER!!!. With 070702 a field is the sum of the
 * data's bytes. Several archives may follow each other, zeros between them,
 * each as it is or compressed; Linux makes one tree of them.
 */
enum cpio_kind { CPIO_NEWC, CPIO_CRC, CPIO_ODC, CPIO_BIN, CPIO_BIG, CPIO_KINDS };

enum cpio_field {
	CPIO_INO, CPIO_MODE, CPIO_UID, CPIO_GID, CPIO_NLINK, CPIO_MTIME,
	CPIO_SIZE, CPIO_DEVMAJOR, CPIO_DEVMINOR, CPIO_RDEVMAJOR,
	CPIO_RDEVMINOR, CPIO_NAMESIZE, CPIO_CHECK,
	CPIO_FIELDS
};

extern const char *const cpio_kinds[];	/* "newc" "crc" "odc" "bin" "bin-be" */

struct cpio_entry {
	enum cpio_kind kind;
	uint64_t f[CPIO_FIELDS];
	struct view name;		/* without the NUL */
	uint64_t data, next;		/* offsets in the archive */
};

/* Decode the entry at `at`; false: there is none. Its data may be cut off. */
bool cpio_get(struct view v, uint64_t at, struct cpio_entry *n);

/*
 * Append an entry whose data has the size that there is; what it aligns to is
 * counted from start.
 */
void cpio_put(const struct cpio_entry *n, bool lower, struct view data,
	      struct buf *out, size_t start);

bool cpio_is_trailer(const struct cpio_entry *n);

/* The sum of the bytes, as 070702 has it. */
uint32_t cpio_sum(struct view v);

/* Whether the data is what the entry's checksum says. */
bool cpio_sum_holds(struct view v, const struct cpio_entry *n);

/*
 * What begins at *at of v, zeros skipped: an archive as it is (*codec NULL)
 * or compressed. *at is moved to it. False: neither.
 */
struct codec;
bool cpio_member(struct view v, uint64_t *at, const struct codec **codec);

#endif
