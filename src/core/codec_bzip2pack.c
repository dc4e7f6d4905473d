/* codec_bzip2pack.c - bzip2 streams packed again; the header says the level */
#include <bzlib.h>
#include <stdio.h>

#include "core/drain.h"
#include "core/recode.h"

static int bzip2_guesses(struct view was, struct guess *g, int most)
{
	(void)most;
	g[0] = (struct guess){ .level = was.p[3] - '0' };
	snprintf(g[0].name, sizeof(g->name), "bzip2 -%d", g[0].level);
	return 1;
}

static int bzip2_pack(struct view was, const struct guess *g, struct view plain,
		      struct sink *to, struct err *e)
{
	char chunk[DRAIN_CHUNK];
	bz_stream z = { 0 };
	bool more = true;
	int r = BZ_FINISH_OK;

	(void)was;
	if (plain.len > UINT32_MAX ||
	    BZ2_bzCompressInit(&z, g->level, 0, 0) != BZ_OK)
		return fail(e, ERR_LIMIT, "too much for bzip2");
	z.next_in = (char *)(uintptr_t)plain.p;
	z.avail_in = (unsigned)plain.len;
	while (more && r == BZ_FINISH_OK) {
		z.next_out = chunk;
		z.avail_out = sizeof(chunk);
		r = BZ2_bzCompress(&z, BZ_FINISH);
		more = to->take(to, chunk, sizeof(chunk) - z.avail_out);
	}
	BZ2_bzCompressEnd(&z);
	return 0;
}

const struct packer packer_bzip2 = { bzip2_guesses, bzip2_pack, NULL };
