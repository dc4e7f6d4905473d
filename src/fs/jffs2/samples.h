/* samples.h - by which compressors the data of an image were made */
#ifndef FS_JFFS2_SAMPLES_H
#define FS_JFFS2_SAMPLES_H

#include "fs/jffs2/log.h"
#include "fs/jffs2/options.h"

/*
 * Compress some pages anew in every way that mkfs.jffs2 knows, and set
 * compress and mode to the way that gives most of the nodes again. Page and
 * erase block size must be in o already.
 */
void samples_try(const struct jlog *l, struct jffs2_options *o);

#endif
