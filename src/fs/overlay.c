/* overlay.c - what is on disk and what is listed, put together */
#include <stdlib.h>

#include "core/hash.h"
#include "fs/dir.h"
#include "fs/overlay.h"

static char *path_of(const struct node *n)
{
	struct buf path = { 0 };
	char *text;

	tree_path(n, &path);
	text = xstrdup(buf_string(&path));
	buf_free(&path);
	return text;
}

void overlay_changed(struct overlay *o, enum change_kind kind,
		    const struct node *n)
{
	o->c->v = xgrow(o->c->v, &o->c->cap, o->c->n + 1, sizeof(*o->c->v));
	o->c->v[o->c->n++] = (struct change){ kind, path_of(n) };
}

/* Somebody may have changed it there, as the disk is for all else. */
static void compare_mode(struct overlay *o, const struct node *k, const struct node *n)
{
	uint32_t made = (k->mode & 0777) | (S_ISDIR(k->mode) ? 0700 : 0600);

	if (!n->parent || !(S_ISREG(n->mode) || S_ISDIR(n->mode)) ||
	    (n->mode & 0777) == made)
		return;
	if (!o->c->modes++)
		o->c->moded = path_of(n);
}

void changes_free(struct changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].path);
	free(c->v);
	free(c->moded);
	*c = (struct changes){ 0 };
}

/* Number the disk's nodes and make every hard link a file of its own. */
static void note_disk(struct overlay *o, struct node *n)
{
	o->seen = xgrow(o->seen, &o->cap, o->n + 1, sizeof(*o->seen));
	n->mark = o->n;
	o->seen[o->n++] = (struct seen){ .n = n, .inode = n->same ? n->same : n };
	for (struct node *k = n->child; k; k = k->next)
		note_disk(o, k);
}

static void part_links(struct overlay *o)
{
	for (size_t i = 0; i < o->n; i++) {
		struct seen *s = &o->seen[i];

		if (s->n == s->inode)
			continue;
		s->n->size = s->inode->size;
		s->n->content = s->inode->content;
		s->n->part = s->inode->part;
		s->n->solid = s->inode->solid;
		s->n->target = s->inode->target;
		s->n->mtime = s->inode->mtime;
		s->n->major = s->inode->major;
		s->n->minor = s->inode->minor;
		s->n->same = NULL;
	}
}

static void note_list(struct overlay *o, struct node *n)
{
	o->map = xgrow(o->map, &o->capmap, o->nmap + 1, sizeof(*o->map));
	o->crc = xgrow(o->crc, &o->capcrc, o->nmap + 1, sizeof(*o->crc));
	o->crc[o->nmap] = n->mark;
	o->map[o->nmap] = NULL;
	n->mark = o->nmap++;
	for (struct node *k = n->child; k; k = k->next)
		note_list(o, k);
}

static int crc_of(const struct node *n, uint32_t *crc, struct err *e)
{
	struct buf b = { 0 };
	int r = n->size ? n->content.load(&n->content, &b, e) : 0;

	*crc = crc32_of(0, buf_view(&b));
	buf_free(&b);
	return r;
}

/* Whether the file on disk is the one that was written there. */
static int is_same_file(const struct node *disk, const struct node *listed,
			uint64_t mark, bool *same, struct err *e)
{
	uint32_t crc = 0;

	*same = false;
	if (disk->size != listed->size)
		return 0;
	*same = disk->mtime == listed->mtime || !(mark & MARK_CRC);
	if (*same)
		return 0;
	if (crc_of(disk, &crc, e) < 0)
		return -1;
	*same = crc == (uint32_t)mark;
	return 0;
}

int overlay_describe(struct overlay *o, const struct node *k, struct node *n,
		    struct err *e)
{
	uint64_t mark = o->crc[k->mark];
	bool same = true;

	if (S_ISREG(n->mode) && is_same_file(n, k, mark, &same, e) < 0)
		return -1;
	if (S_ISLNK(n->mode)) {
		const char *disk = k->content.from ? k->content.from : k->target;

		same = overlay_same_text(n->target, disk);
		if (same)
			n->target = k->target;
	}
	if (!same)
		overlay_changed(o, CHANGE_REPLACED, n);
	else
		n->mtime = k->mtime;
	compare_mode(o, k, n);
	n->mode = k->mode;
	n->uid = k->uid;
	n->gid = k->gid;
	n->ino = k->ino;
	n->major = k->major;
	n->minor = k->minor;
	for (const struct xattr *x = k->xattr; x; x = x->next)
		tree_xattr(o->d, n, x->name, x->value);
	return 0;
}

bool overlay_list_only(const struct overlay *o, const struct node *k)
{
	k = tree_self(k);
	return !(S_ISREG(k->mode) || S_ISDIR(k->mode) || S_ISLNK(k->mode)) ||
	       o->crc[k->mark] & MARK_UNMADE;
}

static struct node *add_listed(struct overlay *o, struct node *dir,
			       const struct node *k, struct err *e)
{
	struct node *n = tree_add(o->d, dir, k->name, strlen(k->name), k->mode, e);

	if (!n)
		return NULL;
	n->target = tree_self(k)->target;
	n->mark = o->n;
	o->seen = xgrow(o->seen, &o->cap, o->n + 1, sizeof(*o->seen));
	o->seen[o->n++] = (struct seen){ .n = n, .inode = n };
	return n;
}

int overlay_find(struct overlay *o, const struct node *k,
		       struct node **found, struct err *e)
{
	struct node *dir = o->map[k->parent->mark], *n;

	*found = NULL;
	n = dir ? tree_child(o->d, dir, k->name, strlen(k->name)) : NULL;
	if (n && ((n->mode ^ k->mode) & S_IFMT)) {
		overlay_changed(o, CHANGE_REPLACED, n);
		overlay_seen(o, n)->listed = true;
		return 0;
	}
	if (!n && dir && S_ISDIR(dir->mode) && overlay_list_only(o, k)) {
		n = add_listed(o, dir, k, e);
		if (!n)
			return -1;
	}
	if (!n) {
		overlay_changed(o, CHANGE_REMOVED, k);
		return 0;
	}
	overlay_seen(o, n)->listed = true;
	n->as = k->as;
	n->solid = false;
	*found = n;
	return 0;
}

void overlay_represent(struct overlay *o, struct node *n)
{
	struct seen *inode = overlay_seen(o, overlay_seen(o, n)->inode);

	if (!inode->rep)
		inode->rep = n;
}

/* Every node of the list but hard links, parents first. */
static int apply_nodes(struct overlay *o, const struct node *k, struct err *e)
{
	struct node *n = o->d->root;

	if (!k->same) {
		if (k->parent && overlay_find(o, k, &n, e) < 0)
			return -1;
		if (n && overlay_describe(o, k, n, e) < 0)
			return -1;
		if (n && !k->parent)
			n->as = k->as;
		if (n)
			overlay_represent(o, n);
		o->map[k->mark] = n;
	}
	for (k = k->child; k; k = k->next)
		if (apply_nodes(o, k, e) < 0)
			return -1;
	return 0;
}

/* What the list does not know: new, and linked to what the disk says. */
static void add_new(struct overlay *o)
{
	for (size_t i = 0; i < o->n; i++) {
		struct seen *s = &o->seen[i];
		struct seen *inode = overlay_seen(o, s->inode);

		if (s->listed || !s->n->parent)
			continue;
		overlay_changed(o, CHANGE_ADDED, s->n);
		if (!inode->rep)
			inode->rep = s->n;
		if (inode->rep != s->n) {
			s->n->same = inode->rep;
			s->n->mode = inode->rep->mode;
		}
	}
}

static void restore_marks(const struct overlay *o, struct node *k)
{
	k->mark = o->crc[k->mark];
	for (k = k->child; k; k = k->next)
		restore_marks(o, k);
}

int meta_apply(const struct meta *m, struct tree *disk, struct changes *c,
	       struct err *e)
{
	struct overlay o = { .m = m, .d = disk, .c = c };
	int r = -1;

	note_disk(&o, disk->root);
	part_links(&o);
	note_list(&o, m->t.root);
	if (apply_nodes(&o, m->t.root, e) < 0 ||
	    overlay_links(&o, m->t.root, e) < 0)
		goto out;
	add_new(&o);
	tree_finish(disk);
	r = 0;
out:
	for (size_t i = 0; i < o.n; i++)
		o.seen[i].n->mark = 0;
	restore_marks(&o, m->t.root);
	free(o.seen);
	free(o.map);
	free(o.crc);
	return r;
}
