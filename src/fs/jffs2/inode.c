/* inode.c - what is known of a file in jffs2 but for its name */
#include "fs/jffs2/read.h"
#include "fs/jffs2/unpack.h"

/* The newest node that tells what f is; a damaged one if there is no other. */
static const struct jrec *told_by(const struct jfile *f)
{
	const struct jrec *best = f->latest;

	for (size_t i = 0; i < f->n && !f->latest; i++)
		if (f->nodes[i]->state == J_BAD_DATA)
			best = f->nodes[i];
	return best;
}

void jfile_data(struct jreader *r, const struct jfile *f, struct buf *out)
{
	struct jfrags fr = { 0 };
	struct jinode n;

	jfrags_make(&fr, f, JFFS2_MOST_TARGET + 1, false);
	if (fr.n == 1 && fr.v[0].node &&
	    jinode_get(r->m.log.v, fr.v[0].node->at, r->m.log.endian, &n)) {
		size_t size = fr.v[0].size;

		if (jffs2_unpack(n.compr, n.data, buf_room(out, size), size) == 0)
			out->len += size;
	}
	jfrags_free(&fr);
}

static void set_content(struct jreader *r, struct node *node, const struct jfile *f,
			const struct jinode *n)
{
	/* Where no node is good, none of its content is. */
	node->size = f->latest ? jfile_size(f, n->isize) : 0;
	node->content = (struct content){
		jffs2_load, r, (uint64_t)(f - r->m.file)
	};
}

void jfile_fill(struct jreader *r, struct node *node, struct jfile *f,
		const struct buf *data)
{
	const struct jrec *told = told_by(f);
	struct jinode n;

	f->mark = node;
	node->ino = f->ino;
	if (!told || !jinode_get(r->m.log.v, told->at, r->m.log.endian, &n))
		return;
	node->mode = n.mode & (S_IFMT | 07777);
	node->uid = n.uid;
	node->gid = n.gid;
	node->mtime = n.mtime;
	if (S_ISREG(n.mode))
		set_content(r, node, f, &n);
	else if (S_ISLNK(n.mode))
		node->target = arena_copy(&r->t->arena, data->p, data->len);
	else if (S_ISCHR(n.mode) || S_ISBLK(n.mode))
		jffs2_device(buf_view(data), r->m.log.endian, &node->major,
			     &node->minor);
}

uint32_t jfile_mode(const struct jreader *r, const struct jfile *f)
{
	const struct jrec *told = told_by(f);
	struct jinode n;

	if (told && jinode_get(r->m.log.v, told->at, r->m.log.endian, &n))
		return n.mode & (S_IFMT | 07777);
	return f->nnames ? S_IFDIR | 0755 : 0;
}
