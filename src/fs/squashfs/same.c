/* same.c - whether two files have the same blocks, or the same end */
#include "fs/squashfs/data.h"

/* Whether n bytes of a from i on are those of b from k on. */
static int same_piece(struct squash_eye *y, const struct squash_file *a, uint64_t i,
		      const struct squash_file *b, uint64_t k, size_t n,
		      struct err *e)
{
	buf_clear(&y->a);
	buf_clear(&y->b);
	if (squash_piece(a->n, i, n, &y->a, e) < 0 ||
	    squash_piece(b->n, k, n, &y->b, e) < 0)
		return -1;
	return view_equal(buf_view(&y->a), buf_view(&y->b));
}

/* How much of f is in a block that begins at `at`. */
static uint64_t in_block(const struct squash_eye *y, const struct squash_file *f,
			 uint64_t at)
{
	uint64_t left = f->n->size - at;

	return left < y->block ? left : y->block;
}

/*
 * A hole at the end may be of any length. Not so at the beginning: mksquashfs
 * sorts files by ten bits of the size of their first block, which for a hole
 * is that of what was read; all whose only block was to be a fragment alike.
 */
bool squash_begin_alike(const struct squash_file *a, const struct squash_file *b)
{
	return a->word[0] || b->word[0] || a->hole_key == b->hole_key;
}

int squash_same_run(struct squash_eye *y, const struct squash_file *a,
		    const struct squash_file *b, struct err *e)
{
	int same = a->blocks == b->blocks && a->planned == b->planned &&
		   a->run_sum == b->run_sum && squash_begin_alike(a, b);

	for (uint64_t i = 0; same > 0 && i < a->blocks; i++) {
		uint64_t at = i * y->block, n = in_block(y, a, at);

		same = !a->word[i] == !b->word[i];
		if (same && a->word[i])
			same = n == in_block(y, b, at)
			       ? same_piece(y, a, at, b, at, n, e) : 0;
	}
	return same;
}

int squash_same_tail(struct squash_eye *y, const struct squash_file *a,
		     const struct squash_file *b, struct err *e)
{
	if (a->tail != b->tail || a->tail_sum != b->tail_sum)
		return 0;
	return same_piece(y, a, a->n->size - a->tail, b, b->n->size - b->tail,
			  a->tail, e);
}

void squash_eye_free(struct squash_eye *y)
{
	buf_free(&y->a);
	buf_free(&y->b);
}
