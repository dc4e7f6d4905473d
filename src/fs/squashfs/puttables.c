/* puttables.c - what follows the data of squashfs, and its superblock */
#include <stdlib.h>

#include "core/mem.h"
#include "fs/squashfs/put.h"

static void put_pointer(const struct squash_super *s, uint64_t at, struct buf *out)
{
	if (s->major > 2)
		put64(out, at);
	else
		put32(out, (uint32_t)at);
}

/* v in blocks, then where each lies, between them `head`; where that begins. */
static uint64_t put_table(const struct squash_writer *w, struct view v, bool raw,
			  struct view head, size_t start, struct buf *out)
{
	size_t blocks = (v.len + SQUASH_META - 1) / SQUASH_META;
	uint64_t *at = xcalloc(blocks + 1, sizeof(*at)), here;

	for (size_t i = 0; i < blocks; i++) {
		at[i] = out->len - start;
		squash_put_meta(&w->s, raw ? NULL : w->packer,
				view_upto(v, i * SQUASH_META, SQUASH_META), out);
	}
	here = out->len - start;
	put_view(out, head);
	for (size_t i = 0; i < blocks; i++)
		put_pointer(&w->s, at[i], out);
	free(at);
	return here;
}

static void put_fragments(struct squash_writer *w, size_t start, struct buf *out)
{
	struct buf b = { .endian = w->s.endian };

	if (w->s.major == 1)
		return;
	for (size_t i = 0; i < w->data.fragments; i++) {
		put_pointer(&w->s, w->data.fragment[i].start, &b);
		put32(&b, w->data.fragment[i].word);
		if (w->s.major > 2)
			put32(&b, 0);
	}
	w->s.fragment_table = put_table(w, buf_view(&b), w->plan->o.raw_fragments,
					(struct view){ .p = NULL }, start, out);
	buf_free(&b);
}

/* For NFS: where each inode lies, by its number. */
static void put_exports(struct squash_writer *w, size_t start, struct buf *out)
{
	struct buf b = { .endian = w->s.endian };
	uint64_t *place;

	w->s.export_table = SQUASH_ABSENT;
	if (!w->plan->o.exports)
		return;
	place = xcalloc(w->inodes, sizeof(*place));
	for (size_t i = 0; i < w->inodes; i++)
		place[w->inode[i].number - 1] = w->inode[i].place;
	for (size_t i = 0; i < w->inodes; i++)
		put64(&b, place[i]);
	free(place);
	w->s.export_table = put_table(w, buf_view(&b), w->plan->o.raw_inodes,
				      (struct view){ .p = NULL }, start, out);
	buf_free(&b);
}

static void put_xattrs(struct squash_writer *w, size_t start, struct buf *out)
{
	struct buf b = { .endian = w->s.endian }, head = { .endian = w->s.endian };
	uint64_t at = out->len - start;

	w->s.xattr_table = SQUASH_ABSENT;
	if (!squash_lists_count(w->lists))
		return;
	squash_chain_end(&w->values);
	put_view(out, buf_view(&w->values.done));
	squash_lists_put(w->lists, &b);
	put64(&head, at);
	put32(&head, squash_lists_count(w->lists));
	put32(&head, 0);
	w->s.xattr_table = put_table(w, buf_view(&b), w->plan->o.raw_xattrs,
				     buf_view(&head), start, out);
	buf_free(&b);
	buf_free(&head);
}

/* Up to version 3 as they are; no groups may be of their own. */
static void put_ids(struct squash_writer *w, size_t start, struct buf *out)
{
	const struct squash_options *o = &w->plan->o;

	if (w->s.major == 4) {
		w->s.id_table = put_table(w, buf_view(&w->ids),
					  o->raw_inodes || o->raw_ids,
					  (struct view){ .p = NULL }, start, out);
		return;
	}
	w->s.id_table = out->len - start;
	put_view(out, buf_view(&w->ids));
	w->s.guid_table = w->guids.len ? out->len - start : 0;
	put_view(out, buf_view(&w->guids));
}

void squash_put_tables(struct squash_writer *w, size_t start, struct buf *out)
{
	out->endian = w->s.endian;
	squash_chain_end(&w->inode_table);
	squash_chain_end(&w->dir_table);
	w->s.inode_table = out->len - start;
	put_view(out, buf_view(&w->inode_table.done));
	w->s.dir_table = out->len - start;
	put_view(out, buf_view(&w->dir_table.done));
	put_fragments(w, start, out);
	put_exports(w, start, out);
	put_ids(w, start, out);
	put_xattrs(w, start, out);
	w->s.used = out->len - start;
}
