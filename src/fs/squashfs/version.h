/* version.h - versions and variants of squashfs, as the option names them */
#ifndef FS_SQUASHFS_VERSION_H
#define FS_SQUASHFS_VERSION_H

#include "fs/squashfs/options.h"
#include "fs/squashfs/read.h"

/*
 *	MAJOR.MINOR { "," WORD }
 *
 * WORD: big, mixed (big-endian, but for lengths of metadata), check, mark
 * (LZMA ends with one), magic=HEX, id=N (of the compressor), options=HEX (as
 * they are stored), for=NAME (of the compressor that these two are for),
 * ng (squashfs-tools-ng made it), xz= with lc/lp/pb and the length of a nice
 * match, or a layout of LZMA with lc/lp/pb, and the dictionary where it is
 * stored: lzma13=, lzma5=, 7z=, ddwrt=, headerless=.
 */
int squash_parse_version(const char *text, struct squash_plan *p, struct err *e);

/* The same of an image, appended. */
void squash_name_version(const struct squash_reader *r, struct buf *out);

/* What its blocks are packed by; where none is, what the superblock says. */
enum squash_comp squash_comp_of(const struct squash_reader *r);

/* What is stored for the compressor in some other way; mostly empty. */
struct view squash_odd_options(const struct squash_reader *r);

/*
 * Whether squashfs-tools-ng made it: there all names in a directory count as
 * its links, and holes are told of in other words.
 */
bool squash_is_ng(const struct squash_reader *r);

/*
 * Find how xz was told to pack: how->xz and how->dict, of which the latter
 * and the filters are what is known already.
 */
void squash_learn_xz(const struct squash_reader *r, struct squash_how *how);
extern const struct squash_xz squash_usual_xz;

#endif
