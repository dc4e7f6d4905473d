/* archive.h - libarchive, loaded when it is wanted */
#ifndef FS_ARCHIVE_H
#define FS_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

/*
 * The library brings an XML parser and Unicode tables along, which would cost
 * every start of the program a millisecond; only tar streams need it.
 */
#define LIBARCHIVE(X) \
	X(archive_version_string) X(archive_error_string) \
	X(archive_write_new) X(archive_write_set_format_pax_restricted) \
	X(archive_write_set_format_option) X(archive_write_set_bytes_per_block) \
	X(archive_write_set_bytes_in_last_block) X(archive_write_open) \
	X(archive_write_header) X(archive_write_data) \
	X(archive_write_finish_entry) X(archive_write_close) X(archive_write_free) \
	X(archive_entry_new) X(archive_entry_free) X(archive_entry_set_pathname) \
	X(archive_entry_set_mode) X(archive_entry_set_uid) \
	X(archive_entry_set_gid) X(archive_entry_set_mtime) \
	X(archive_entry_set_size) X(archive_entry_set_symlink) \
	X(archive_entry_set_hardlink) X(archive_entry_set_rdevmajor) \
	X(archive_entry_set_rdevminor) X(archive_entry_xattr_add_entry)

#define LIBARCHIVE_FIELD(name) __typeof__(&name) name;
struct libarchive { LIBARCHIVE(LIBARCHIVE_FIELD) };

/* Its calls, under their own names; NULL where it is not installed. */
const struct libarchive *libarchive(void);

#endif
