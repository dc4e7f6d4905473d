/* read.c - cpio archives as a tree, as Linux makes one of an initramfs */
#include "fs/cpio/read.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/codec.h"
#include "core/log.h"
#include "fs/inodes.h"

/* Linux reads no longer target; all members together unpack to no more. */
enum { MOST_TARGET = 4095 };
#define MOST_UNPACKED (UINT64_C(1) << 30)

/* Linux tells files apart by these, and by the inode number. */
static uint64_t device_of(const struct cpio_entry *n)
{
	return (n->f[CPIO_DEVMAJOR] << 32 | n->f[CPIO_DEVMINOR]) << 4 |
	       n->f[CPIO_MODE] >> 12;
}

/*
 * The inode that the entry speaks of: a new one, or one that has names in this
 * archive already; those are known by number of inode + 1.
 */
static size_t inode_of(struct cpio_reader *r, struct inodes *links,
		       const struct cpio_entry *n)
{
	struct stat st = {
		.st_dev = device_of(n), .st_ino = n->f[CPIO_INO], .st_nlink = 2,
	};
	struct node *known = NULL;

	if (n->f[CPIO_NLINK] > 1 && n->f[CPIO_MODE] >> 12 != 4)
		known = inodes_known(links, st.st_dev, st.st_ino);
	if (known)
		return (size_t)(uintptr_t)known - 1;
	r->inode = xgrow(r->inode, &r->cap, r->n + 1, sizeof(*r->inode));
	r->inode[r->n++] = (struct cpio_inode){ .entry = *n };
	if (n->f[CPIO_NLINK] > 1 && n->f[CPIO_MODE] >> 12 != 4)
		inodes_first(links, &st, (struct node *)(uintptr_t)r->n);
	return r->n - 1;
}

/* False: a link to nowhere. */
static bool take_content(struct cpio_reader *r, struct view v,
			 const struct cpio_entry *n, struct cpio_inode *i,
			 uint64_t at)
{
	struct view data = view_upto(v, n->data, n->f[CPIO_SIZE]);
	uint32_t mode = (uint32_t)n->f[CPIO_MODE];

	i->entry = *n;
	if (S_ISLNK(mode)) {
		if (!data.len || data.len > MOST_TARGET || memchr(data.p, 0, data.len))
			return false;
		i->target = arena_copy(&r->t->arena, data.p, data.len);
	}
	if (S_ISREG(mode) && n->f[CPIO_SIZE]) {
		i->data = data;
		if (data.len < n->f[CPIO_SIZE])
			tree_damage(r->t, at, NULL, "cpio.cut", "cpio archive ends "
				    "within \"%s\"; %llu bytes of it are missing",
				    (const char *)n->name.p,
				    (unsigned long long)(n->f[CPIO_SIZE] - data.len));
		else if (!cpio_sum_holds(v, n))
			tree_damage(r->t, at, NULL, "cpio.sum", "cpio checksum of "
				    "\"%s\" is wrong", (const char *)n->name.p);
	}
	return true;
}

static int add_entry(struct cpio_reader *r, struct inodes *links, struct view v,
		     const struct cpio_entry *n, uint64_t at, struct err *e)
{
	uint32_t mode = (uint32_t)n->f[CPIO_MODE];
	size_t which;

	if (!(mode & S_IFMT)) {
		tree_damage(r->t, at, NULL, "cpio.type", "cpio entry of no type; it "
			    "is not written");
		return 0;
	}
	which = inode_of(r, links, n);
	if (!take_content(r, v, n, &r->inode[which], at)) {
		tree_damage(r->t, at, NULL, "cpio.target", "cpio name \"%s\" is a "
			    "symbolic link whose target is lost; it is not written",
			    (const char *)n->name.p);
		return 0;
	}
	if (cpio_name(r, n, at, which, e))
		r->order++;
	else if (e->kind)
		return -1;
	return 0;
}

/* One archive; *end is moved behind its trailer. base: where v lies for people. */
static int read_archive(struct cpio_reader *r, struct view v, uint64_t base,
			bool packed, uint64_t *end, struct err *e)
{
	struct inodes links = { 0 };
	struct cpio_entry n;
	bool ended = false;
	int result = 0;

	while (!result && !ended && cpio_get(v, *end, &n)) {
		uint64_t at = packed ? base : base + *end;

		ended = cpio_is_trailer(&n);
		if (!ended)
			result = add_entry(r, &links, v, &n, at, e);
		*end = n.next < v.len ? n.next : v.len;
	}
	if (!result && !ended)
		tree_damage(r->t, packed ? base : base + *end, NULL, "cpio.trailer",
			    "cpio archive has no trailer; what follows is missing");
	free(links.slot);
	r->archive++;
	return result;
}

static int read_members(struct cpio_reader *r, struct view v, uint64_t base,
			bool packed, struct err *e);

static int read_packed(struct cpio_reader *r, struct view v, uint64_t base,
		       const struct codec *codec, uint64_t *at, struct err *e)
{
	struct decoded d;
	struct err why = { 0 };
	struct buf *b;

	r->plain = xgrow(r->plain, &r->plaincap, r->plains + 1, sizeof(*r->plain));
	b = &r->plain[r->plains++];
	*b = (struct buf){ 0 };
	if (codec->decode(view_from(v, *at), MOST_UNPACKED - r->unpacked, b, &d,
			  &why) < 0 || !d.ended)
		tree_damage(r->t, base + *at + d.used, NULL, "cpio.packed",
			    "cpio archive in %s is %s; the rest of it is missing",
			    codec->name, why.kind ? "damaged" : "larger than 1 GiB");
	r->unpacked += b->len;
	base += *at;
	*at += d.used ? d.used : v.len - *at;
	return read_members(r, buf_view(b), base, true, e);
}

/* In what was compressed nothing compressed is looked for. */
static int read_members(struct cpio_reader *r, struct view v, uint64_t base,
			bool packed, struct err *e)
{
	const struct codec *codec;
	uint64_t at = 0;
	int result = 0;

	while (!result && cpio_member(v, &at, &codec)) {
		if (codec && packed)
			break;
		result = codec ? read_packed(r, v, base, codec, &at, e)
			       : read_archive(r, v, base, packed, &at, e);
	}
	if (!result && view_run(view_from(v, at), 0) < v.len - at)
		tree_damage(r->t, packed ? base : base + at, NULL, "cpio.behind",
			    "what follows the cpio archive is no archive; it is left "
			    "out");
	return result;
}

static void fill(struct cpio_reader *r, struct node *n, struct cpio_inode *i)
{
	const uint64_t *f = i->entry.f;

	i->names++;
	if (i->first) {
		n->same = i->first;
		n->mode = i->first->mode;
		n->ino = i->first->ino;
		return;
	}
	i->first = n;
	n->mode = (uint32_t)f[CPIO_MODE];
	n->uid = (uint32_t)f[CPIO_UID];
	n->gid = (uint32_t)f[CPIO_GID];
	n->ino = (uint32_t)f[CPIO_INO];
	n->mtime = (int64_t)f[CPIO_MTIME];
	if (S_ISREG(n->mode))
		tree_bytes(r->t, n, i->data);
	if (S_ISLNK(n->mode))
		n->target = i->target;
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode)) {
		n->major = (uint32_t)f[CPIO_RDEVMAJOR];
		n->minor = (uint32_t)f[CPIO_RDEVMINOR];
	}
}

static void fill_below(struct cpio_reader *r, struct node *dir)
{
	for (struct node *n = dir->child; n; n = n->next) {
		if (n->mark)
			fill(r, n, &r->inode[n->mark - 1]);
		fill_below(r, n);
	}
}

static uint64_t links_of(const struct cpio_reader *r, const struct node *n)
{
	uint64_t dirs = 2;

	if (!S_ISDIR(n->mode))
		return r->inode[n->mark - 1].names;
	for (n = n->child; n; n = n->next)
		dirs += S_ISDIR(n->mode);
	return dirs;
}

/* A count of links that is not as the tree has it is remembered. */
static void note_links(struct cpio_reader *r, struct node *n)
{
	if (n->mark) {
		uint64_t says = r->inode[n->mark - 1].entry.f[CPIO_NLINK];
		char as[48];

		if (says != links_of(r, n))
			n->as = arena_copy(&r->t->arena, as, (size_t)
				snprintf(as, sizeof(as), "%s:%llu", n->as,
					 (unsigned long long)says));
	}
	for (struct node *k = n->child; k; k = k->next)
		note_links(r, k);
}

static void clear_marks(struct node *n)
{
	n->mark = 0;
	for (n = n->child; n; n = n->next)
		clear_marks(n);
}

static void free_reader(struct tree *t)
{
	struct cpio_reader *r = t->reader;

	for (size_t i = 0; i < r->plains; i++)
		buf_free(&r->plain[i]);
	free(r->plain);
	free(r->inode);
}

int cpio_read(struct view v, struct tree *t, struct err *e)
{
	struct cpio_reader *r = arena_alloc(&t->arena, sizeof(*r));
	struct cpio_entry first;
	int result;

	r->v = v;
	r->t = t;
	r->place = (struct placing){ .t = t, .implied = "-" };
	t->reader = r;
	t->on_free = free_reader;
	e->kind = ERR_NONE;
	if (!cpio_get(v, 0, &first))
		return fail_at(e, v.at, "no cpio archive begins here; read the image "
			       "again");
	t->root->as = "-";
	result = read_members(r, v, v.at, false, e);
	tree_finish(t);
	if (result < 0)
		return -1;
	if (t->root->mark)
		fill(r, t->root, &r->inode[t->root->mark - 1]);
	fill_below(r, t->root);
	note_links(r, t->root);
	clear_marks(t->root);
	if (r->place.replaced)
		note("cpio.again", "%zu name%s again in the archives; the last one "
		     "counts, as in Linux", r->place.replaced,
		     r->place.replaced == 1 ? " comes" : "s come");
	return 0;
}
