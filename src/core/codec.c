/* codec.c - the stream formats that know their own end */
#include "core/drain.h"

#include <inttypes.h>

bool drain(struct drain *to, const void *p, size_t n)
{
	uint64_t room = to->most - to->d->size;
	size_t take = n < room ? n : (size_t)room;

	if (to->out && take)
		put(to->out, p, take);
	to->d->size += take;
	return take == n;
}

int cut_off(struct view in, const struct drain *to, struct err *e)
{
	return fail_at(e, in.at + to->d->used, "compressed stream cut off after"
		       " %" PRIu64 " bytes", to->d->used);
}

int broken(struct view in, const struct drain *to, struct err *e)
{
	return fail_at(e, in.at + to->d->used, "compressed stream damaged");
}

const struct codec *const codecs[] = {
	&codec_gzip, &codec_zlib, &codec_deflate, &codec_xz, &codec_lzma,
	&codec_bzip2, &codec_lzop, &codec_lz4, &codec_lz4_legacy, &codec_zstd,
	NULL
};

const struct codec *codec_named(const char *name)
{
	for (size_t i = 0; codecs[i]; i++)
		if (!strcmp(codecs[i]->name, name))
			return codecs[i];
	return NULL;
}
