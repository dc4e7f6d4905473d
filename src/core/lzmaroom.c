/* lzmaroom.c - memory for an encoder of liblzma, used again by the next */
#include "core/lzmaroom.h"

#include <stdlib.h>
#include <sys/mman.h>

/* BESIDES: what liblzma needs that it does not count. */
enum { PAGE = 2 << 20, ALIGN = 64, BESIDES = 64 << 10 };

static void *take(void *opaque, size_t n, size_t size)
{
	struct lzma_room *r = opaque;
	uint8_t *p;

	/* liblzma asks for one of something at a time. */
	if (!r->p || n != 1 || size > r->size - r->used)
		return n && size > SIZE_MAX / n ? NULL : malloc(n * size);
	p = r->p + r->used;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	r->used = size < r->size - r->used ? r->used + size : r->size;
	r->live++;
	return p;
}

static void give(void *opaque, void *p)
{
	struct lzma_room *r = opaque;

	if ((uintptr_t)p - (uintptr_t)r->p >= r->size)
		free(p);
	else if (!--r->live)
		r->used = 0;
}

void lzma_room_free(struct lzma_room *r)
{
	free(r->p);
	*r = (struct lzma_room){ 0 };
}

static void fit(struct lzma_room *r, const lzma_filter *filters)
{
	uint64_t need = lzma_raw_encoder_memusage(filters);

	/* Where a large page would not be filled, clearing it costs more. */
	if (need < PAGE || need > SIZE_MAX / 2 || (need += BESIDES) <= r->size)
		return;
	lzma_room_free(r);
	r->size = (size_t)(need + PAGE - 1) & ~(size_t)(PAGE - 1);
	r->p = aligned_alloc(PAGE, r->size);
	if (r->p)
		madvise(r->p, r->size, MADV_HUGEPAGE);
	else
		r->size = 0;
}

const lzma_allocator *lzma_room_for(struct lzma_room *r, const lzma_filter *filters)
{
	fit(r, filters);
	r->lent = (lzma_allocator){ .alloc = take, .free = give, .opaque = r };
	return &r->lent;
}
