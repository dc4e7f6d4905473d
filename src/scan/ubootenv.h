/* ubootenv.h - U-Boot environments: found without a magic, by their CRC */
#ifndef SCAN_UBOOTENV_H
#define SCAN_UBOOTENV_H

#include "core/buf.h"
#include "core/err.h"

/*
 * A block of a size that is written nowhere:
 *
 *	block	= crc32 [flags] { name "=" value NUL } NUL pad...
 *	crc32	= over everything behind crc32 and flags, in the byte order of
 *		  the processor (both are tried)
 *	flags	= one byte, in one of a redundant pair only
 */
struct env {
	struct view v;		/* the whole block; v.at is where it lies */
	unsigned header;	/* 4, or 5 with flags */
	enum endian endian;	/* of the crc */
	uint32_t crc;		/* as stored */
	bool crc_ok;
	uint8_t flags;		/* if header is 5 */
	size_t used;		/* by the variables, each with its NUL */
	unsigned n;		/* variables */
	uint8_t pad;		/* what fills the rest */
};

enum { MOST_ENV_SIZE = 0x40000 };

/* Is there one at the start of v? Finds its size, which ends within v. */
bool env_find(struct env *env, struct view v);
/*
 * Is what begins v, at 4 KiB, one whose CRC does not hold? Its size is up to
 * the end of the padding in the last 4 KiB that it uses.
 */
bool env_damaged(struct env *env, struct view v);
/* The block v is said to be one: of either header; crc_ok says whether. */
bool env_given(struct env *env, struct view v);
bool env_begins(struct view v);		/* as one does, of either header */
uint32_t env_crc(const struct env *env);	/* what it should be */
/* Where name=value NUL name=value NUL ... lies. */
struct view env_vars(const struct env *env);

/* The next "name=value" of a list of them, without its NUL. */
bool vars_next(struct view *vars, struct view *entry);
struct view var_name(struct view entry);
struct view var_value(struct view entry);
bool vars_get(struct view vars, struct view name, struct view *value);
/* Append text with ${name}, $(name) replaced, again within what came in. */
void vars_expand(struct view vars, struct view text, struct buf *out);

/*
 * In a list whose every entry has its NUL: change one where it stands, or
 * add it at the end; a value of NULL removes it. Returns whether it was there.
 */
bool vars_set(struct buf *vars, struct view name, const struct view *value);
/* Append the variables of a log of printenv, each with its NUL; their number. */
unsigned vars_from_log(struct view text, struct buf *vars);

/*
 * The pair a is of: the other of equal size with flags, or NULL. envs are
 * all there are, in order. env_active() says which one U-Boot takes.
 */
const struct env *env_other(const struct env *envs, size_t n,
			    const struct env *a);
const struct env *env_active(const struct env *a, const struct env *b);

/* Append the block of vars in the place of env: same size, flags and pad. */
int env_build(const struct env *env, struct view vars, struct buf *out,
	      struct err *e);

/*
 * The variables that are compiled into a boot loader, around `at`: no CRC, so
 * only as good as they look. False if there are fewer than three.
 */
bool env_default(struct view image, uint64_t at, struct view *vars);
/* The longest such list in the image. */
bool env_defaults(struct view image, struct view *vars);

#endif
