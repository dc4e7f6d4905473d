/* pack.c - the blocks of many files, compressed as UBIFS does it */
#include "fs/ubifs/pack.h"

#include "fs/blocks.h"
#include "fs/ubifs/encode.h"

struct packed { size_t size; uint16_t compr; };	/* size 0: a hole */

static void *open_encoder(const void *options)
{
	return ubifs_encoder_new(options);
}

static void close_encoder(void *encoder)
{
	ubifs_encoder_free(encoder);
}

static void pack(void *encoder, struct view bytes, uint8_t *data, void *result)
{
	struct packed *p = result;

	*p = (struct packed){ 0 };
	if (view_run(bytes, 0) < bytes.len)
		p->size = ubifs_encode(encoder, bytes, data, &p->compr);
}

static int take(void *arg, const struct block *b, struct err *e)
{
	const struct ubifs_packing *p = arg;
	const struct packed *is = b->result;
	const struct ubifs_packed packed = {
		p->file[b->file], (uint32_t)b->index, is->compr,
		b->bytes, { b->data, is->size, 0 }
	};

	if (is->size && p->take(p->arg, &packed, e) < 0)
		return -1;
	return b->is_last ? p->end(p->arg, packed.file, e) : 0;
}

int ubifs_pack(const struct ubifs_packing *p, struct err *e)
{
	const struct blocks b = {
		.file = p->file, .files = p->files, .size = UBIFS_BLOCK,
		.result = sizeof(struct packed), .open = open_encoder,
		.close = close_encoder, .how = p->o, .pack = pack, .take = take,
		.arg = (void *)(uintptr_t)p,
	};

	return blocks_run(&b, e);
}
