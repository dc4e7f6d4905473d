/* flash.h - the pieces of the command */
#ifndef CMD_FLASH_H
#define CMD_FLASH_H

#include "acquire/update.h"
#include "cmd/acquire.h"
#include "core/image.h"

struct flash_opts {
	struct acquire_opts source;	/* its sources and chip options */
	const char *backup, *base, *include;
	bool unprotect, pad;
};

/*
 * What was begun and not ended: IMAGE.flash beside the image names the chip,
 * the image's hash, and where the old content is kept.
 */
struct flash_journal { char path[4096], backup[4096]; bool found; };

int flash_journal_find(struct flash_journal *j, const char *image,
		       struct view bytes, const struct nor *n, struct err *e);
int flash_journal_begin(struct flash_journal *j, struct view bytes,
			const struct nor *n, struct err *e);
void flash_journal_end(struct flash_journal *j);

/*
 * Fails when a step touches a partition that must be named first, by the map
 * of the image or of old (a file with the chip's content, or "").
 */
int flash_guard(const struct flash_opts *o, const char *image, const char *old,
		const struct update_plan *p, struct err *e);

#endif
