/* metaput.c - writing a .fwmeta */
#include "fs/dir.h"
#include "fs/fs.h"
#include "fs/meta.h"
#include "fs/metatext.h"

const struct meta_type meta_types[] = {
	{ "dir", S_IFDIR }, { "file", S_IFREG }, { "link", S_IFLNK },
	{ "char", S_IFCHR }, { "block", S_IFBLK }, { "fifo", S_IFIFO },
	{ "socket", S_IFSOCK }, { 0 }
};

void put_token(struct buf *out, const void *p, size_t n)
{
	const unsigned char *s = p;

	for (size_t i = 0; i < n; i++) {
		if (s[i] > 0x20 && s[i] < 0x7f && s[i] != '\\')
			put8(out, s[i]);
		else
			put_text(out, "\\x%02x", s[i]);
	}
}

static void put_path(struct buf *out, const struct node *n)
{
	struct buf path = { 0 };

	tree_path(n, &path);
	put8(out, '/');
	put_token(out, path.p, path.len);
	buf_free(&path);
}

static void put_pair(struct buf *out, const char *key, const char *value)
{
	if (!*value)
		return;
	put_text(out, " %s=", key);
	put_token(out, value, strlen(value));
}

static void put_origin(struct buf *out, const struct origin *o)
{
	put_text(out, "origin");
	put_pair(out, "name", o->name);
	put_pair(out, "path", o->path);
	put_pair(out, "part", o->part);
	put_text(out, " offset=0x%llx size=%llu", (unsigned long long)o->at,
		 (unsigned long long)o->size);
	if (o->room)
		put_text(out, " room=%llu", (unsigned long long)o->room);
	if (o->before)
		put_text(out, " before=%llu*%02x", (unsigned long long)o->before,
			 o->blank);
	if (o->zeros)
		put_text(out, " zeros=%llu", (unsigned long long)o->zeros);
	if (o->tail)
		put_text(out, " tail=%llu", (unsigned long long)o->tail);
	if (o->damages)
		put_text(out, " damages=%llu", (unsigned long long)o->damages);
	if (o->chosen)
		put_text(out, " chosen");
	if (o->cleaned)
		put_text(out, " cleaned");
	put_pair(out, "sha256", o->sha256);
	put8(out, '\n');
}

static void put_option(struct buf *out, const struct option *o,
		       const struct meta *m)
{
	size_t n = opt_times(o, m->opts, m->format->fs->defaults);
	struct buf value = { 0 };

	for (size_t i = 0; o->name && i < n; i++) {
		buf_clear(&value);
		opt_value(o, m->opts, i, &value);
		put_text(out, "option %s", o->name);
		if (value.len) {
			put8(out, '=');
			put_token(out, value.p, value.len);
		}
		put8(out, '\n');
	}
	buf_free(&value);
}

static void put_header(struct buf *out, const struct meta *m)
{
	put_text(out, "%s\n", META_FIRST);
	put_text(out, "# Owners, modes, times, devices, hard links: see fwtool(1), "
		 "extract. The directory\n# decides which files, directories and "
		 "links exist and what is in them; a line of\n# a device, fifo or "
		 "socket is all there is of it.\n");
	if (m->format)
		put_text(out, "format %s\n", m->format->name);
	put_origin(out, &m->from);
	if (m->format && m->format->fs && m->format->fs->opts && m->opts)
		for (const struct option *o = m->format->fs->opts; o->kind; o++)
			put_option(out, o, m);
}

static const char *type_word(uint32_t mode)
{
	const struct meta_type *t = meta_types;

	while (t->word && t->mode != (mode & S_IFMT))
		t++;
	return t->word ? t->word : "file";
}

static void put_link(struct buf *out, const struct node *n)
{
	struct buf disk = { 0 };

	put_text(out, " to=");
	put_token(out, n->target, strlen(n->target));
	if (n->mark & MARK_MOVED) {
		link_relative(n, &disk);
		put_pair(out, "disk", buf_string(&disk));
	}
	buf_free(&disk);
}

static void put_xattr(struct buf *out, const struct xattr *x)
{
	put_text(out, " x:");
	put_token(out, x->name, strlen(x->name));
	put8(out, '=');
	for (size_t i = 0; i < x->value.len; i++)
		put_text(out, "%02x", x->value.p[i]);
}

static void put_as(struct buf *out, const struct node *n)
{
	if (n->as)
		put_pair(out, "as", n->as);
}

static void put_keys(struct buf *out, const struct node *n)
{
	if (n->ino)
		put_text(out, " ino=%u", n->ino);
	if (S_ISCHR(n->mode) || S_ISBLK(n->mode))
		put_text(out, " dev=%u,%u", n->major, n->minor);
	if (S_ISREG(n->mode))
		put_text(out, " size=%llu", (unsigned long long)n->size);
	if (n->mark & MARK_CRC)
		put_text(out, " crc=%08x", (unsigned)n->mark);
	if (S_ISLNK(n->mode))
		put_link(out, n);
	if (S_ISLNK(n->mode) && n->mark & MARK_UNMADE)
		put_text(out, " unmade");
	for (const struct xattr *x = n->xattr; x; x = x->next)
		put_xattr(out, x);
	put_as(out, n);
}

static int put_node(const struct node *n, const char *path, void *arg)
{
	struct buf *out = arg;

	(void)path;
	put_path(out, n);
	if (n->same) {
		put_text(out, " hard to=");
		put_path(out, n->same);
		put_as(out, n);
		put8(out, '\n');
		return 0;
	}
	put_text(out, " %s %04o %u:%u ", type_word(n->mode), n->mode & 07777,
		 n->uid, n->gid);
	if (n->mtime == TREE_NO_TIME)
		put8(out, '-');
	else
		put_text(out, "%lld", (long long)n->mtime);
	put_keys(out, n);
	put8(out, '\n');
	return 0;
}

void meta_put(const struct meta *m, const struct tree *t, struct buf *out)
{
	put_header(out, m);
	tree_each(t, put_node, out);
}
