/* options.c - what a romfs image is made like, as options and in words */
#include "core/log.h"
#include "core/text.h"
#include "fs/romfs/write.h"

#include <stdlib.h>

#define AT(field) offsetof(struct romfs_options, field)

const struct option romfs_option_table[] = {
	{ OPT_TEXT, 0, "volume", AT(volume), "NAME", "its name (default: rom)", NULL },
	{ OPT_UINT, 0, "align", AT(align), "SIZE",
	  "place the data of files at multiples (default: 16)", NULL },
	{ OPT_TEXT, 0, "aligned", AT(aligned), "N,GLOB",
	  "the same for what GLOB matches; more behind a :", NULL },
	{ 0 }
};

const struct romfs_options romfs_defaults = { .volume = "rom", .align = 16 };

void romfs_describe(const void *opts, struct buf *out)
{
	const struct romfs_options *o = opts;

	put_text(out, "volume ");
	put_escaped(out, view_text(o->volume));
	if (o->align > 16)
		put_text(out, ", files aligned to %llu",
			 (unsigned long long)o->align);
}

struct romfs_as romfs_as(const char *as)
{
	struct romfs_as a = { 0 };
	char *end;

	if (!as)
		return a;
	a.at = (uint32_t)strtoul(as, &end, 16);
	a.known = end != as && a.at;
	if (*end == '.')
		a.dot = (uint32_t)strtoul(end + 1, &end, 16);
	if (*end == ':')
		a.dots = (uint32_t)strtoul(end + 1, &end, 16);
	return a;
}

enum { LINUX_NAME = 127 };

struct preparing { size_t owners, modes, xattrs, names; };

/* What Linux makes of the little that romfs keeps of a mode. */
static uint32_t mode_of(uint32_t mode)
{
	uint32_t x = mode & 0111 ? 0111 : 0;

	if (S_ISDIR(mode) || S_ISREG(mode))
		return (mode & S_IFMT) | 0644 | x;
	if (S_ISLNK(mode))
		return S_IFLNK | 0777;
	return (mode & S_IFMT) | (S_ISCHR(mode) || S_ISBLK(mode) ? 0600 : 0644);
}

static int prepare(struct preparing *p, struct node *n, struct err *e)
{
	uint32_t mode = mode_of(n->mode);

	if (!n->same && (S_ISCHR(n->mode) || S_ISBLK(n->mode)) &&
	    (n->major > 0xffff || n->minor > 0xffff))
		return fail(e, ERR_LIMIT, "%s: has a device number that does not fit "
			    "romfs; leave it out", n->name);
	p->owners += n->uid || n->gid;
	p->modes += mode != n->mode;
	p->xattrs += n->xattr != NULL;
	p->names += !n->as && strlen(n->name) > LINUX_NAME;
	n->uid = n->gid = 0;
	n->mode = mode;
	n->mtime = TREE_NO_TIME;
	n->xattr = NULL;
	for (n = n->child; n; n = n->next)
		if (prepare(p, n, e) < 0)
			return -1;
	return 0;
}

int romfs_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	struct preparing p = { 0 };

	(void)opts;
	(void)anew;
	if (prepare(&p, t->root, e) < 0)
		return -1;
	if (p.owners || p.modes)
		note("romfs.mode", "of owners and modes (%zu, %zu) romfs keeps only "
		     "whether a file can be run", p.owners, p.modes);
	if (p.names)
		warn("romfs.name", "%zu name%s longer than %d bytes, which Linux does not "
		     "find in romfs", p.names, p.names == 1 ? " is" : "s are", LINUX_NAME);
	if (p.xattrs)
		warn("romfs.xattr", "extended attributes of %zu file%s are left out; "
		     "romfs has none", p.xattrs, p.xattrs == 1 ? "" : "s");
	return 0;
}

/* What all files with content are aligned to, if there are several. */
static void learn_align(const struct node *dir, struct view v, uint64_t *all,
			size_t *files)
{
	for (const struct node *n = dir->child; n; n = n->next) {
		struct romfs_as as = romfs_as(n->as);
		struct romfs_file f;

		if (S_ISREG(n->mode) && !n->same && romfs_file(v, as.at, &f)) {
			*all |= f.data;
			++*files;
		}
		learn_align(n, v, all, files);
	}
}

int romfs_learn(struct view v, const struct tree *t, void *opts, struct err *e)
{
	enum { SOME = 3, MOST = 1 << 20 };
	struct romfs_options *o = opts;
	struct view name = view_upto(v, ROMFS_HEADER, romfs_head(v, 0) - ROMFS_HEADER);
	uint64_t all = 0;
	size_t files = 0;

	(void)e;
	o->volume = arena_copy((struct arena *)(uintptr_t)&t->arena, name.p,
			       strlen((const char *)name.p));
	learn_align(t->root, v, &all, &files);
	if (files >= SOME && (all & -all) > 16 && (all & -all) <= MOST)
		o->align = all & -all;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* With other multiples everything gets another place. */
bool romfs_forget(void *learnt, const void *given)
{
	const struct romfs_options *now = given;
	struct romfs_options *o = learnt;

	o->moved = o->align != now->align || !same_text(o->aligned, now->aligned);
	return o->moved;
}
