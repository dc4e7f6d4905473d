/* emit.c - nodes of a tree into a log */
#include "fs/jffs2/emit.h"

#include <stdlib.h>

#include "core/mem.h"
#include "fs/jffs2/put.h"

enum { LEAST_DATA = 128 };	/* room wanted for data before a page is begun */

void emit_start(struct emit *m, const struct jffs2_plan *plan, struct buf *out)
{
	*m = (struct emit){ .plan = plan };
	out->endian = m->node.endian = plan->o.big ? BIG : LITTLE;
	m->l = (struct layout){
		.out = out, .start = out->len, .block = plan->o.eraseblock,
		.cleanmarker = plan->o.cleanmarkers ? plan->o.cleanmarker : 0,
	};
	m->packer = packer_new(&plan->how);
	m->cut = xmalloc(plan->o.pagesize);
}

void emit_free(struct emit *m)
{
	packer_free(m->packer);
	free(m->cut);
	buf_free(&m->node);
}

static void put_node(struct emit *m)
{
	layout_put(&m->l, buf_view(&m->node));
	buf_clear(&m->node);
}

static uint32_t time_of(const struct emit *m, const struct node *n)
{
	bool none = m->plan->o.faketime || n->mtime == TREE_NO_TIME;

	return none ? 0 : (uint32_t)n->mtime;
}

static uint32_t mode_of(const struct emit *m, const struct node *n)
{
	if (m->plan->o.squash_perms && !S_ISLNK(n->mode))
		return n->mode & ~(uint32_t)(S_IWGRP | S_IWOTH | S_ISUID | S_ISGID);
	return n->mode;
}

void emit_name(struct emit *m, const struct node *n, uint32_t pino, uint32_t ino,
	       uint32_t version)
{
	struct node *self = tree_self(n);
	struct jdirent d = {
		.pino = pino, .version = version, .ino = ino,
		.mctime = time_of(m, self), .dtype = (self->mode & S_IFMT) >> 12,
		.name = view_text(n->name),
	};

	jdirent_put(&m->node, &d);
	layout_need(&m->l, JFFS2_DIRENT_SIZE + d.name.len);
	put_node(m);
}

/* All that the nodes of one inode have in common. */
static struct jinode inode_of(const struct emit *m, const struct node *n,
			      const struct identity *id)
{
	uint32_t when = time_of(m, n);

	return (struct jinode){
		.ino = id->ino, .mode = mode_of(m, n),
		.uid = m->plan->o.squash_uids ? 0 : (uint16_t)n->uid,
		.gid = m->plan->o.squash_uids ? 0 : (uint16_t)n->gid,
		.atime = when, .mtime = when, .ctime = when,
		.isize = S_ISREG(n->mode) ? (uint32_t)n->size : 0,
	};
}

void emit_inode(struct emit *m, const struct node *n, struct identity *id)
{
	struct jinode i = inode_of(m, n, id);
	struct buf device = { .endian = m->node.endian };

	i.version = ++id->version;
	if (S_ISLNK(n->mode)) {
		i.data = view_text(n->target);
		i.isize = (uint32_t)i.data.len;
	} else if (S_ISCHR(n->mode) || S_ISBLK(n->mode)) {
		jdevice_put(&device, n->major, n->minor);
		i.data = buf_view(&device);
	}
	i.dsize = (uint32_t)i.data.len;
	jinode_put(&m->node, &i);
	layout_need(&m->l, JFFS2_INODE_SIZE + i.data.len);
	put_node(m);
	buf_free(&device);
}

/* A page may be cut at the end of a block; the rest is compressed anew. */
void emit_page(struct emit *m, const struct node *n, const struct page *p,
	       struct identity *id)
{
	struct jinode i = inode_of(m, n, id);
	size_t from = 0;

	while (from < p->bytes.len) {
		struct view rest = view_from(p->bytes, from);
		struct packed got = p->packed;
		const uint8_t *data = p->data;
		uint64_t space;

		layout_need(&m->l, JFFS2_INODE_SIZE + LEAST_DATA);
		space = layout_left(&m->l) - JFFS2_INODE_SIZE;
		if (!data || from || space < rest.len) {
			data = m->cut;
			got = pack_page(m->packer, rest,
					space < rest.len ? space : rest.len, m->cut);
		}
		i.version = ++id->version;
		i.offset = (uint32_t)(p->index * m->plan->o.pagesize + from);
		i.compr = got.compr;
		i.dsize = got.used;
		i.data = (struct view){ data, got.size, 0 };
		jinode_put(&m->node, &i);
		put_node(m);
		from += got.used;
	}
}
