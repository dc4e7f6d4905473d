/* nandtrial.c - raw NAND without a code that proves itself: by what is in it */
#include "project/nandtrial.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "fixup/nand/find.h"
#include "project/trial.h"

enum { HEAD = 8 << 20, MOST_TRIES = 4, SOLID = 32 << 10 };

/* The head of v without what may be spare bytes, judged like any image. */
static int count_stripped(struct view v, const struct nand_size *s, struct proofs *p,
			  struct err *e)
{
	struct buf data = { 0 };
	int r;

	for (uint64_t at = 0; view_has(v, at, s->page) && data.len < HEAD;
	     at += s->page + s->spare)
		put_view(&data, view_sub(v, at, s->page));
	r = count_proofs(buf_view(&data), -1, p, e);
	buf_free(&data);
	return r;
}

static bool is_more(const struct proofs *a, const struct proofs *b)
{
	return a->bytes + a->jffs2_nodes > b->bytes + b->bytes / 4 + b->jffs2_nodes;
}

int is_plain(struct view v, int fd, bool *plain, struct err *e)
{
	struct nand_size size[NAND_MOST_SIZES];
	struct proofs p = { 0 };

	*plain = true;
	if (!nand_sizes(v, size))
		return 0;
	if (count_proofs(v, fd, &p, e) < 0)
		return -1;
	*plain = p.solid >= SOLID;
	return 0;
}

int find_pages(struct view v, char *page, size_t room, char *why, size_t why_room,
	       struct err *e)
{
	struct nand_size size[NAND_MOST_SIZES];
	unsigned n = nand_sizes(v, size), tries = 0;
	struct proofs best = { 0 }, now;

	*page = 0;
	for (unsigned i = 0; i < n && tries < MOST_TRIES; i++) {
		if (!nand_markers_fit(v, size[i].page, size[i].spare))
			continue;
		if (!tries++ && count_proofs(view_upto(v, 0, HEAD), -1, &best, e) < 0)
			return -1;
		if (count_stripped(v, &size[i], &now, e) < 0)
			return -1;
		if (!is_more(&now, &best))
			continue;
		best = now;
		snprintf(page, room, "%u+%u", size[i].page, size[i].spare);
		snprintf(why, why_room, "pages of %s bytes without a code that is known "
			 "(%s proven without the spare bytes)", page,
			 proof_text(&now).text);
	}
	return 0;
}
