/* flash.h - the pieces of the command */
#ifndef CMD_FLASH_H
#define CMD_FLASH_H

#include "acquire/update.h"
#include "cmd/acquire.h"
#include "core/image.h"

struct flash_opts {
	struct acquire_opts source;	/* its sources and chip options */
	const char *backup, *base, *include;
	bool unprotect, pad, no_verify, erase;
	int via;			/* over a boot loader: enum load */
};

/* How bytes get into a boot loader's memory, in the order of --via's words. */
enum load { LOAD_AUTO, LOAD_LOADY, LOAD_TFTP, LOAD_SD };

/*
 * What was begun and not ended: IMAGE.flash beside the image names the chip,
 * the image's hash, where the old content is kept, and the write protection
 * that was lifted.
 */
struct flash_journal {
	char path[4096], backup[4096];
	bool found, locked;
	struct nor_lock lock;
};

int flash_journal_find(struct flash_journal *j, const char *image,
		       struct view bytes, const struct nor *n, struct err *e);
int flash_journal_begin(struct flash_journal *j, struct view bytes,
			const struct nor *n, struct err *e);
void flash_journal_end(struct flash_journal *j);

/* Fails on a protected chip without --unprotect, and on one of unknown size. */
int flash_may_write(const struct flash_opts *o, struct nor *n, bool *locked,
		    struct err *e);
/* Lift what j says was there, and put it back. */
int flash_lift(struct run *r, struct nor *n, const struct flash_journal *j,
	       struct err *e);
int flash_put_back(struct run *r, struct nor *n, const struct flash_journal *j,
		   struct err *e);

/* Fails where FILE.json beside image, the dump it was built from, or --base
   says that it is of another chip. */
int flash_same_chip(const struct flash_opts *o, const char *image,
		    const struct nor_chip *c, struct err *e);

/*
 * Fails when a step touches a partition that must be named first, by the map
 * of the image or of old (a file with the chip's content); either may be "".
 */
int flash_guard(const struct flash_opts *o, const char *image, const char *old,
		const struct update_plan *p, struct err *e);
/* The same by maps that are there. */
int flash_guard_maps(const struct flash_opts *o, const struct maps *maps,
		     const struct update_plan *p, struct err *e);

/*
 * Ask once, on a terminal; -y answers; nobody there: refused. what: "Write",
 * where: "to the chip".
 */
int flash_confirm(const struct run *r, const struct update_plan *p, const char *what,
		  const char *where, struct err *e);

/* Write through a boot loader: --uboot. */
int flash_uboot(struct run *r, const struct flash_opts *o, struct err *e);

#endif
