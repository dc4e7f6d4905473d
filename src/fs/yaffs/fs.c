/* fs.c - YAFFS as a file system, and its options */
#include "fs/yaffs/write.h"
#include "fs/yaffs/xattr.h"

#define AT(f) offsetof(struct yaffs_shape, f)

const struct yaffs_shape yaffs_defaults = {
	.kind = YAFFS2_SPARE, .chunk = 2048, .spare = 64, .ecc = true,
};

static const struct option options[] = {
	{ OPT_WORD, 0, "kind", AT(kind), "KIND",
	  "yaffs2, yaffs2-inband, yaffs1, yaffs1-packed", yaffs_kinds },
	{ OPT_UINT, 0, "chunk", AT(chunk), "SIZE", "bytes of a chunk", 0 },
	{ OPT_UINT, 0, "spare", AT(spare), "SIZE", "spare bytes of a chunk", 0 },
	{ OPT_UINT, 0, "tags-at", AT(offset), "OFF", "where tags are in the spare bytes",
	  0 },
	{ OPT_WORD, 0, "headers", AT(header), "ORDER", "byte order of headers",
	  yaffs_endians },
	{ OPT_WORD, 0, "tags", AT(tags), "ORDER", "byte order of tags", yaffs_endians },
	{ OPT_OFF, 0, "no-tags-ecc", AT(ecc), NULL, "tags without a code of their own",
	  0 },
	{ OPT_FLAG, 0, "root-header", AT(root), NULL, "a header for the root as well", 0 },
	{ 0 }
};

static int learn(struct view v, const struct tree *t, void *opts, struct err *e)
{
	struct yaffs_shape *to = opts;

	if (!yaffs_find(v, to, NULL))
		return fail_at(e, v.at, "no chunks with tags begin here");
	to->root = survey_object(t->reader, YAFFS_ROOT) != NULL;
	return 0;
}

/* With room for the tags and their code. */
static uint64_t usual_spare(uint64_t chunk)
{
	return chunk < 1024 ? 32 : chunk / 32;
}

/* A kind that is another has chunks and places of tags of its own; spare bytes
 * go with the chunks. */
static bool forget(void *learnt, const void *given)
{
	const struct yaffs_shape *now = given, *d = &yaffs_defaults;
	struct yaffs_shape *s = learnt;
	bool is_one = now->kind >= YAFFS1_NATIVE;

	if (s->kind == now->kind) {
		if (s->kind != YAFFS2_SPARE || s->chunk == now->chunk ||
		    (s->spare != usual_spare(s->chunk) && yaffs_spare_fits(now->chunk, s->spare)))
			return false;
		s->spare = usual_spare(now->chunk);
		return true;
	}
	if (is_one || s->kind >= YAFFS1_NATIVE)
		s->chunk = is_one ? YAFFS_LEAST_CHUNK : d->chunk;
	s->spare = now->kind == YAFFS2_INBAND ? 0 : is_one ? 16 : usual_spare(s->chunk);
	s->offset = d->offset;
	s->ecc = now->kind == YAFFS2_SPARE;
	return true;
}

static void describe(const void *opts, struct buf *out)
{
	const struct yaffs_shape *s = opts;

	put_text(out, "%s, chunks of %llu+%llu", yaffs_kinds[s->kind],
		 (unsigned long long)s->chunk, (unsigned long long)s->spare);
	if (s->kind == YAFFS2_SPARE || s->kind == YAFFS1_PACKED)
		put_text(out, ", tags at %llu", (unsigned long long)s->offset);
	put_text(out, ", %s-endian", yaffs_endians[s->header]);
	if (s->tags != s->header)
		put_text(out, ", tags %s-endian", yaffs_endians[s->tags]);
}

const struct fs yaffs_fs = {
	.read = yaffs_read,
	.history = yaffs_history,
	.write = yaffs_write,
	.update = yaffs_update,
	.prepare = yaffs_prepare,
	.learn = learn,
	.forget = forget,
	.hides_damage = true,
	.describe = describe,
	.opts = options,
	.defaults = &yaffs_defaults,
	.optsize = sizeof(struct yaffs_shape),
};
