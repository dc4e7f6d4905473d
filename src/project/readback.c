/* readback.c - an image that was built is measured and read back */
#include "project/rebuilding.h"

void compare_with_original(struct job *j, struct view made)
{
	const struct origin *from = &j->r->m.from;
	char sum[SHA256_TEXT];

	if (j->r->how != REBUILT_ANEW || !from->sha256[0] ||
	    made.len != from->size)
		return;
	sha256_text(made, sum);
	if (!strcmp(sum, from->sha256))
		j->r->how = REBUILT_IDENTICAL;
}

int check_room(struct job *j, struct view made, struct err *e)
{
	uint64_t room = j->b->room, block = j->r->block;
	uint64_t over = made.len > room ? made.len - room : 0;

	if (!room || !over)
		return 0;
	if (block && room / block)
		return fail(e, ERR_LIMIT, "needs %llu blocks, room for %llu (%llu bytes "
			    "too many); see fwtool ls --by-size, or remove files",
			    (unsigned long long)(made.len + block - 1) / block,
			    (unsigned long long)(room / block),
			    (unsigned long long)over);
	return fail(e, ERR_LIMIT, "needs %llu bytes, room for %llu (%llu too many); "
		    "see fwtool ls --by-size, or remove files",
		    (unsigned long long)made.len, (unsigned long long)room,
		    (unsigned long long)over);
}

int read_back(struct job *j, struct view made, struct err *e)
{
	struct tree back;
	struct buf why = { 0 };
	int r = -1;

	tree_init(&back);
	if (j->fs->read(made, &back, e) < 0) {
		within(e, "read back");
		goto out;
	}
	r = tree_same_but(&j->t, &back, j->fs->alike, &why, e);
	/* Damage that was there before may be kept, none may be added. */
	if (r == 1 && back.damages <= j->r->m.from.damages)
		r = 0;
	else if (r >= 0)
		r = fail(e, ERR_FORMAT, "read back: %s; the result was thrown away",
			 why.len ? buf_string(&why) : back.damage->text);
out:
	buf_free(&why);
	tree_free(&back);
	return r;
}
