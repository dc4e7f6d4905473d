/* forget.c - learnt options that do not go with those of the command line */
#include <stdlib.h>

#include "fs/squashfs/options.h"

/* What another compressor was told, and one that is told otherwise now. */
static bool forget_compressor(struct squash_options *o, const struct squash_options *now)
{
	const struct squash_options *d = &squash_defaults;

	if (o->comp == now->comp) {
		if (now->algorithm == d->algorithm || !o->level)
			return false;
		o->level = d->level;
		return true;
	}
	o->level = d->level;
	o->window = d->window;
	o->strategy = d->strategy;
	o->bcj = d->bcj;
	o->dict = d->dict;
	o->algorithm = d->algorithm;
	o->hc = d->hc;
	return true;
}

/* An older version lacks what the newer one has, and a newer one has it again. */
static bool forget_version(struct squash_options *o, const struct squash_options *now)
{
	unsigned major = squash_major(now), was = squash_major(o);
	const struct squash_options *d = &squash_defaults;

	if (o->block <= squash_most_block(major) && (major < 4) == (was < 4))
		return false;
	if (o->block > squash_most_block(major))
		o->block = squash_most_block(major);
	if (major < 4 && o->comp + 1 != SQUASH_LZMA) {
		o->comp = d->comp;
		forget_compressor(o, &(struct squash_options){ .comp = -1 });
	}
	if (major == 4 && was < 4) {
		o->xattrs = d->xattrs;
		o->exports |= was < 3 && d->exports;
		o->sparse |= was < 3 && d->sparse;
	}
	return true;
}

bool squash_forget(void *learnt, const void *given)
{
	const struct squash_options *now = given;
	struct squash_options *o = learnt;
	bool forgot = forget_version(o, now);

	forgot |= forget_compressor(o, now);
	if (o->dict && !strchr(o->dict, '%') && strtoull(o->dict, NULL, 0) > now->block) {
		o->dict = squash_defaults.dict;
		forgot = true;
	}
	return forgot;
}
