/* pages.c - the pages of many files, compressed as jffs2 does it */
#include "fs/blocks.h"
#include "fs/jffs2/pages.h"

static void *open_packer(const void *how)
{
	return packer_new(how);
}

static void close_packer(void *packer)
{
	packer_free(packer);
}

static void pack(void *packer, struct view bytes, uint8_t *data, void *result)
{
	*(struct packed *)result = pack_page(packer, bytes, bytes.len, data);
}

static int take(void *arg, const struct block *b, struct err *e)
{
	const struct pages *p = arg;
	const struct page page = {
		b->file, b->index, b->bytes, *(const struct packed *)b->result,
		b->data, b->is_last
	};

	return p->take(p->arg, &page, e);
}

int pages_run(const struct pages *p, struct err *e)
{
	const struct blocks b = {
		.file = p->file, .files = p->files, .size = p->pagesize,
		.result = sizeof(struct packed), .open = open_packer,
		.close = close_packer, .how = p->how, .pack = pack, .take = take,
		.arg = (void *)(uintptr_t)p,
	};

	return blocks_run(&b, e);
}
