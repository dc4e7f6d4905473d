/* probe.c - YAFFS1 and YAFFS2 found by a header under the root, proved by tags */
#include <sys/stat.h>

#include "fs/yaffs/yaffs.h"

enum { MOST_WRONG = 64 };

/* A name that ends, of bytes that people use; a mode that fits the type. */
static bool is_plausible(const struct yaffs_header *h)
{
	static const uint32_t kind[] = { 0, S_IFREG, S_IFLNK, S_IFDIR };

	for (const char *p = h->name; *p; p++)
		if ((uint8_t)*p < ' ' || *p == '/' || *p == 127)
			return false;
	if (h->type == YAFFS_HARDLINK)
		return *h->name;
	if (h->type == YAFFS_SPECIAL)
		return *h->name && !(h->mode >> 16);
	return (h->mode & S_IFMT) == kind[h->type] && !(h->mode >> 16) &&
	       (*h->name || h->type == YAFFS_DIRECTORY);
}

struct extent { uint64_t right, wrong, end; bool coded; };

/* On to the last chunk with right tags; what is erased or wrong may be between. */
static struct extent measure(struct view v, const struct yaffs_shape *s)
{
	struct extent x = { .coded = true };
	uint64_t size = yaffs_step(s), wrong = 0;

	for (uint64_t at = 0; view_has(v, at, size); at += size) {
		struct yaffs_tags t;

		yaffs_get_tags(s, view_sub(v, at, size), &t);
		if (t.is_erased)
			continue;
		if (!t.is_right) {
			if (++wrong > MOST_WRONG)
				break;
			continue;
		}
		x.right++;
		x.wrong += wrong;
		x.coded &= t.ecc_right;
		wrong = 0;
		x.end = at + size;
	}
	return x;
}

/* Chunks before the one that was found, as long as their tags are right. */
static uint64_t begin_of(struct view image, uint64_t at, const struct yaffs_shape *s)
{
	uint64_t size = yaffs_step(s);
	struct yaffs_tags t;

	while (at >= size) {
		yaffs_get_tags(s, view_sub(image, at - size, size), &t);
		if (!t.is_right || t.is_erased)
			break;
		at -= size;
	}
	return at;
}

static void tell(struct region *r, const struct yaffs_shape *s, const struct extent *x)
{
	r->endian = (enum endian)s->header;
	region_prop(r, "kind", "%s", yaffs_kinds[s->kind]);
	region_number(r, "chunk", s->chunk);
	region_number(r, "spare", s->spare);
	region_number(r, "chunks", x->right);
	region_detail(r, "%s, chunks of %llu+%llu, %llu used", yaffs_kinds[s->kind],
		      (unsigned long long)s->chunk, (unsigned long long)s->spare,
		      (unsigned long long)x->right);
	if (s->header == BIG)
		region_detail(r, "big-endian");
	if (x->wrong) {
		r->broken = true;
		region_detail(r, "%llu chunks with wrong tags",
			      (unsigned long long)x->wrong);
	}
}

static enum proof probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct yaffs_shape s = { .chunk = YAFFS_HEADER };
	struct yaffs_header h;
	struct extent x;
	unsigned right;

	s.header = peek32(v, 0, BIG) <= YAFFS_SPECIAL ? BIG : LITTLE;
	if (!yaffs_get_header(&s, v, &h) || !is_plausible(&h))
		return PROOF_NONE;
	right = yaffs_find(v, &s, NULL);
	if (!right)
		return PROOF_NONE;
	r->at = begin_of(image, at, &s);
	v = view_from(image, r->at);
	x = measure(v, &s);
	region_size(r, image, x.end);
	tell(r, &s, &x);
	if (x.right < 2 || x.wrong * 10 > x.right)
		return right < 2 && !x.coded ? PROOF_NONE : PROOF_PLAUSIBLE;
	region_evidence(r, "%s of %llu chunks", s.ecc || x.coded ? "tags and their ecc"
			: "tags", (unsigned long long)x.right);
	return PROOF_PROVEN;
}

const struct format format_yaffs = {
	.name = "yaffs",
	.title = "YAFFS1 and YAFFS2",
	.proves = "tags of every chunk",
	.suffix = ".yaffs",
	.borderless = true,
	.magic = (const struct magic[]){
		{ 4, 6, "\1\0\0\0\xff\xff" }, { 4, 6, "\0\0\0\1\xff\xff" }, { 0 }
	},
	.probe = probe,
	.fs = &yaffs_fs,
};
