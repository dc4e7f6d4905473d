/* layout.c - nodes into erase blocks */
#include "fs/jffs2/layout.h"

#include "fs/jffs2/put.h"

void layout_put(struct layout *l, struct view v)
{
	size_t at = l->start + (size_t)l->at;

	if (!v.len)
		return;
	if (at + v.len > l->out->len)
		put_fill(l->out, 0xff, at + v.len - l->out->len);
	memcpy(l->out->p + at, v.p, v.len);
	l->at += v.len;
	if (l->next_block && l->at % l->block == 0)
		l->at = l->next_block(l);
}

static void skip(struct layout *l, uint64_t n)
{
	size_t end = l->start + (size_t)(l->at + n);

	if (end > l->out->len)
		put_fill(l->out, 0xff, end - l->out->len);
	l->at += n;
}

static void mark_clean(struct layout *l)
{
	struct buf b = { .endian = l->out->endian };

	if (!l->cleanmarker || l->at % l->block)
		return;
	jcleanmarker_put(&b, (uint32_t)l->cleanmarker);
	layout_put(l, buf_view(&b));
	skip(l, jffs2_pad(l->cleanmarker) - b.len);
	buf_free(&b);
}

void layout_need(struct layout *l, uint64_t n)
{
	mark_clean(l);
	while (l->at % l->block && n > layout_left(l)) {
		layout_pad(l);
		mark_clean(l);
	}
}

void layout_pad(struct layout *l)
{
	if (l->at % l->block)
		skip(l, layout_left(l));
	if (l->next_block)
		l->at = l->next_block(l);
}

void layout_fill(struct layout *l, uint64_t size)
{
	if (l->at < size)
		skip(l, size - l->at);
}

void layout_pad_to(struct layout *l, uint64_t size)
{
	if (!l->cleanmarker) {
		layout_fill(l, size);
		return;
	}
	layout_pad(l);
	while (l->at < size) {
		mark_clean(l);
		layout_pad(l);
	}
}
