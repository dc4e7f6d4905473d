/* write.c - a tree as a cramfs image, byte for byte as mkfs.cramfs makes it */
#include "fs/cramfs/write.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/image.h"
#include "core/mem.h"

static uint32_t inode_size(const struct cramfs_options *o)
{
	return o->wide ? CRAMFS_INODE + CRAMFS_WIDER : CRAMFS_INODE;
}

void cramfs_put_inode(struct buf *b, bool wide, const struct cramfs_inode *i)
{
	uint32_t n = i->namelen / 4, at = (uint32_t)(i->offset / 4);
	uint32_t size = i->size & 0xffffff, more = i->size >> 24;

	if (b->endian == BIG) {
		put32(b, (uint32_t)i->mode << 16 | i->uid);
		put32(b, size << 8 | i->gid);
		put32(b, wide ? more << 24 | n : n << 26 | at);
	} else {
		put32(b, i->mode | (uint32_t)i->uid << 16);
		put32(b, size | (uint32_t)i->gid << 24);
		put32(b, wide ? more | n << 8 : n | at << 6);
	}
	if (wide)
		put32(b, at);
}

struct cramfs_inode cramfs_inode_of(const struct node *n)
{
	const struct node *self = tree_self(n);
	struct cramfs_inode i = {
		.mode = (uint16_t)self->mode, .uid = (uint16_t)self->uid,
		.gid = (uint8_t)self->gid,
		.namelen = (unsigned)(strlen(n->name) + 3) & ~3u,
	};

	if (S_ISREG(self->mode))
		i.size = (uint32_t)self->size;
	else if (S_ISLNK(self->mode))
		i.size = (uint32_t)strlen(self->target);
	else if (S_ISCHR(self->mode) || S_ISBLK(self->mode))
		i.size = (self->minor & 0xff) | self->major << 8 |
			 (self->minor & ~UINT32_C(0xff)) << 12;
	return i;
}

static bool has_content(const struct node *n)
{
	return (S_ISREG(n->mode) && tree_self(n)->size) || S_ISLNK(n->mode);
}

/* node->mark is the number of its entry + 1, in the order of mkfs.cramfs. */
static void number(struct cramfs_writer *w, struct node *n)
{
	struct cramfs_place *p;

	w->place = xgrow(w->place, &w->cap, w->n + 1, sizeof(*w->place));
	p = &w->place[w->n++];
	*p = (struct cramfs_place){ .n = n, .inode = cramfs_inode_of(n) };
	n->mark = w->n;
	if (has_content(n)) {
		w->file = xgrow(w->file, &w->filecap, w->files + 1, sizeof(*w->file));
		w->file[w->files++] = n;
	}
	for (struct node *k = n->child; k; k = k->next)
		number(w, k);
}

/* A directory's listing, then those of the directories in it. */
static uint64_t place_listings(struct cramfs_writer *w, struct node *dir,
			       uint64_t at)
{
	struct cramfs_inode *i = &w->place[dir->mark - 1].inode;
	uint64_t size = 0;

	for (struct node *k = dir->child; k; k = k->next)
		size += inode_size(w->o) + w->place[k->mark - 1].inode.namelen;
	i->size = (uint32_t)size;
	i->offset = size ? at : 0;
	at += size;
	w->listed += size;
	for (struct node *k = dir->child; k; k = k->next)
		if (S_ISDIR(k->mode))
			at = place_listings(w, k, at);
	return at;
}

static void put_listings(struct cramfs_writer *w, const struct node *dir)
{
	for (const struct node *k = dir->child; k; k = k->next) {
		cramfs_put_inode(w->out, w->o->wide, &w->place[k->mark - 1].inode);
		put(w->out, k->name, strlen(k->name));
		put_fill(w->out, 0, -strlen(k->name) & 3);
	}
	for (const struct node *k = dir->child; k; k = k->next)
		if (S_ISDIR(k->mode))
			put_listings(w, k);
}

/* The same content is stored once: found by what it is packed to. */
static bool is_twin(const struct cramfs_writer *w, const struct cramfs_blob *b,
		    uint32_t sum, uint32_t size, const struct packed *p)
{
	struct view was = view_sub(buf_view(w->out),
				   w->start + b->at + 4 * (uint64_t)p->blocks,
				   p->data.len);

	if (b->sum != sum || b->size != size || b->len != p->data.len ||
	    !view_equal(was, buf_view(&p->data)))
		return false;
	for (uint32_t i = 0; i < p->blocks; i++)
		if (peek32(buf_view(w->out), w->start + b->at + 4 * (uint64_t)i,
			   w->out->endian) !=
		    b->at + 4 * p->blocks + p->end[i])
			return false;
	return true;
}

static struct cramfs_blob *blob_slot(struct cramfs_writer *w, uint32_t sum,
				     uint32_t size, const struct packed *p)
{
	size_t i = sum & (w->blobs - 1);

	while (w->blob[i].at && !is_twin(w, &w->blob[i], sum, size, p))
		i = (i + 1) & (w->blobs - 1);
	return &w->blob[i];
}

int cramfs_too_far(uint64_t at, bool wide, struct err *e)
{
	uint64_t most = wide ? UINT64_C(1) << 31 : UINT64_C(1) << 28;

	return at < most ? 0
		: fail(e, ERR_LIMIT, "needs more than the %llu MiB that cramfs can "
		       "hold; remove files", (unsigned long long)(most >> 20));
}

void cramfs_put_blob(struct buf *out, size_t start, const struct packed *p)
{
	uint64_t first = out->len - start + 4 * (uint64_t)p->blocks;

	for (uint32_t i = 0; i < p->blocks; i++)
		put32(out, (uint32_t)(first + p->end[i]));
	put_view(out, buf_view(&p->data));
	put_fill(out, 0, -(out->len - start) & 3);
}

static int take(size_t file, struct packed *p, void *arg, struct err *e)
{
	struct cramfs_writer *w = arg;
	struct cramfs_inode *i = &w->place[w->file[file]->mark - 1].inode;
	uint32_t sum = crc32_of(0, buf_view(&p->data));
	struct cramfs_blob *b = blob_slot(w, sum, i->size, p);

	w->kept += p->kept;
	w->total += p->blocks;
	if (b->at) {
		i->offset = b->at;
		return 0;
	}
	*b = (struct cramfs_blob){ w->out->len - w->start, p->data.len, i->size, sum };
	i->offset = b->at;
	w->blocks += p->blocks;
	cramfs_put_blob(w->out, w->start, p);
	return cramfs_too_far(b->at, w->o->wide, e);
}

void cramfs_put_super(struct buf *out, const struct cramfs_super *s)
{
	static const uint8_t zero[16];
	size_t n = s->name.len < 16 ? s->name.len : 16;

	put32(out, CRAMFS_MAGIC);
	put32(out, s->size);
	put32(out, s->flags);
	put32(out, s->future);
	put(out, "Compressed ROMFS", 16);
	put32(out, s->crc);
	put32(out, s->edition);
	put32(out, s->blocks);
	put32(out, s->files);
	put(out, s->name.p, n);
	put(out, zero, 16 - n);
	cramfs_put_inode(out, s->wide, &s->root);
}

static void put_head(struct cramfs_writer *w)
{
	const struct cramfs_options *o = w->o;
	struct cramfs_super s = {
		.base = o->boot ? CRAMFS_BOOT : 0, .endian = w->out->endian,
		.size = (uint32_t)(w->out->len - w->start),
		.flags = CRAMFS_V2 | CRAMFS_SORTED | (o->holes ? CRAMFS_HOLES : 0) |
			 (w->insert.len ? CRAMFS_SHIFTED : 0),
		.edition = (uint32_t)o->edition, .blocks = w->blocks,
		.files = (uint32_t)w->n, .name = view_text(o->name), .wide = o->wide,
		.root = w->place[0].inode,
	};
	struct buf head = { .endian = w->out->endian };
	uint8_t *to = w->out->p + w->start + s.base;

	s.root.offset = w->root;
	cramfs_put_super(&head, &s);
	memcpy(to, head.p, head.len);
	s.crc = cramfs_crc(view_from(buf_view(w->out), w->start), &s);
	buf_clear(&head);
	cramfs_put_super(&head, &s);
	memcpy(to, head.p, head.len);
	buf_free(&head);
}

static int insert(struct cramfs_writer *w, struct err *e)
{
	struct image im = { 0 };

	if (w->o->insert && image_open(&im, w->o->insert, e) < 0)
		return -1;
	if (w->o->insert)
		w->insert = im.v;
	put_view(w->out, w->insert);
	put_fill(w->out, 0, -(w->out->len - w->start) & 3);
	image_close(&im);
	return 0;
}

static int write_all(struct cramfs_writer *w, const struct tree *t, struct err *e)
{
	struct packing p = { .o = w->o, .take = take, .arg = w };
	uint64_t first;
	size_t listings;

	number(w, t->root);
	put_fill(w->out, 0, (w->o->boot ? CRAMFS_BOOT : 0) + CRAMFS_SUPER +
			    (w->o->wide ? CRAMFS_WIDER : 0));
	if (insert(w, e) < 0)
		return -1;
	w->root = first = w->out->len - w->start;
	listings = w->out->len;
	put_fill(w->out, 0, (size_t)(place_listings(w, t->root, first) - first));
	for (w->blobs = 64; w->blobs < 2 * w->files; )
		w->blobs *= 2;
	w->blob = xcalloc(w->blobs, sizeof(*w->blob));
	p.file = w->file;
	p.files = w->files;
	p.was = w->was ? w->was(w) : NULL;
	if (cramfs_too_far(w->listed, w->o->wide, e) < 0 || pack_files(&p, e) < 0)
		return -1;
	put_fill(w->out, 0, -(w->out->len - w->start) & (w->o->page - 1));
	first = w->out->len;
	w->out->len = listings;
	put_listings(w, t->root);
	w->out->len = first;
	put_head(w);
	return 0;
}

int cramfs_lay_out(struct cramfs_writer *w, const struct tree *t, struct err *e)
{
	enum endian was = w->out->endian;
	int r;

	w->start = w->out->len;
	w->out->endian = w->o->big ? BIG : LITTLE;
	r = cramfs_check_options(w->o, e) < 0 ? -1 : write_all(w, t, e);
	w->out->endian = was;
	free(w->place);
	free(w->file);
	free(w->blob);
	return r;
}

int cramfs_write(const struct tree *t, const void *opts, struct buf *out,
		 struct err *e)
{
	struct cramfs_writer w = { .o = opts, .out = out };

	return cramfs_lay_out(&w, t, e);
}
