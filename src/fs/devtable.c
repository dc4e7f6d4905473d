/* devtable.c - owners, modes and devices from a device table */
#include "fs/devtable.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/text.h"

enum { MOST_COUNT = 100000, MOST_MODE = 07777 };

struct entry {
	char name[4096];
	char type;
	unsigned mode, uid, gid, major, minor, start, increment, count;
	uint64_t line;
};

struct kind { char type; uint32_t mode; };

static const struct kind kinds[] = {
	{ 'f', S_IFREG }, { 'd', S_IFDIR }, { 'c', S_IFCHR }, { 'b', S_IFBLK },
	{ 'p', S_IFIFO }, { 0 },
};

static uint32_t mode_of_type(char type)
{
	for (const struct kind *k = kinds; k->type; k++)
		if (k->type == type)
			return k->mode;
	return 0;
}

/* Fields from the seventh on are often "-", and then 0. */
static bool scan_line(const char *s, struct entry *n)
{
	char major[16] = "", minor[16] = "", start[16] = "", inc[16] = "";
	char count[16] = "";
	int got = sscanf(s, "%4095s %c %o %u %u %15s %15s %15s %15s %15s", n->name,
			 &n->type, &n->mode, &n->uid, &n->gid, major, minor, start, inc,
			 count);

	n->major = (unsigned)strtoul(major, NULL, 10);
	n->minor = (unsigned)strtoul(minor, NULL, 10);
	n->start = (unsigned)strtoul(start, NULL, 10);
	n->increment = (unsigned)strtoul(inc, NULL, 10);
	n->count = (unsigned)strtoul(count, NULL, 10);
	return got >= 3;
}

static int parse_line(struct view line, struct entry *n, struct err *e)
{
	struct buf text = { 0 };
	bool ok;

	*n = (struct entry){ .line = n->line };
	put_view(&text, line);
	ok = scan_line(buf_string(&text), n);
	buf_free(&text);
	if (!ok)
		return fail_line(e, n->line, "not a line of a device table; give name, "
				 "type, mode, uid, gid, major, minor, start, "
				 "increment, count");
	if (!mode_of_type(n->type))
		return fail_line(e, n->line, "type %c is not known; give f, d, c, b or "
				 "p", n->type);
	if (n->mode > MOST_MODE || n->count > MOST_COUNT)
		return fail_line(e, n->line, "mode %o or count %u is too large; 7777 "
				 "and %d are the most", n->mode, n->count, MOST_COUNT);
	return 0;
}

static void set(struct node *n, const struct entry *d)
{
	n->mode = (n->mode & S_IFMT) | d->mode;
	n->uid = d->uid;
	n->gid = d->gid;
}

/* The parent of the name, and the name's last part. */
static struct node *parent_of(const struct tree *t, char *path, char **last)
{
	char *slash;
	struct node *dir;

	while ((slash = strrchr(path, '/')) && !slash[1] && slash != path)
		*slash = 0;
	*last = slash ? slash + 1 : path;
	if (!slash)
		return NULL;
	*slash = 0;
	dir = tree_find(t, path);
	*slash = '/';
	return dir && S_ISDIR(dir->mode) ? dir : NULL;
}

static int make(struct tree *t, struct node *dir, const char *name,
		const struct entry *d, uint32_t step, struct err *e)
{
	struct node *n = tree_child(t, dir, name, strlen(name));
	uint32_t type = mode_of_type(d->type);
	bool device = type == S_IFCHR || type == S_IFBLK;

	if (n && (n->mode & S_IFMT) != type)
		return fail_line(e, d->line, "%s is of another type in the tree; "
				 "remove one of them", d->name);
	if (!n)
		n = tree_add(t, dir, name, strlen(name), type, e);
	if (!n)
		return within(e, "%s", d->name);
	set(tree_self(n), d);
	if (device) {
		n->major = d->major;
		n->minor = d->minor + step * d->increment;
	}
	return 0;
}

static int make_all(struct tree *t, struct node *dir, const char *last,
		    const struct entry *d, int64_t now, struct err *e)
{
	struct node *before = dir->last;

	for (uint32_t i = 0; i < (d->count ? d->count : 1); i++) {
		char name[4096 + 16];

		if (d->count)
			snprintf(name, sizeof(name), "%s%u", last, d->start + i);
		else
			snprintf(name, sizeof(name), "%s", last);
		if (make(t, dir, name, d, i, e) < 0)
			return -1;
	}
	before = before ? before->next : dir->child;
	for (; before; before = before->next)
		before->mtime = now;
	return 0;
}

static int apply(struct tree *t, struct entry *d, int64_t now, struct err *e)
{
	struct node *n = d->name[0] == '/' ? tree_find(t, d->name) : NULL, *dir;
	uint32_t type = mode_of_type(d->type);
	char *last;

	if (type == S_IFREG || (n && type == S_IFDIR)) {
		if (!n)
			return fail_line(e, d->line, "%s is not in the tree; remove "
					 "the line, or add the file", d->name);
		if ((tree_self(n)->mode & S_IFMT) != type)
			return fail_line(e, d->line, "%s is of another type in the "
					 "tree; correct the line", d->name);
		set(tree_self(n), d);
		return 0;
	}
	dir = parent_of(t, d->name, &last);
	if (dir && *last)
		return make_all(t, dir, last, d, now, e);
	warn_line("devtable.parent", d->line, "%s left out, its directory is not in "
		  "the tree; add a line of type d for it before", d->name);
	return 0;
}

static bool is_empty(struct view line)
{
	size_t i = 0;

	while (i < line.len && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	return i == line.len || line.p[i] == '#';
}

int devtable_apply(struct tree *t, struct view text, int64_t now, struct err *e)
{
	struct entry d = { 0 };
	struct view line;

	while (next_line(&text, &line)) {
		d.line++;
		if (is_empty(line))
			continue;
		if (parse_line(line, &d, e) < 0 || apply(t, &d, now, e) < 0)
			return -1;
	}
	return 0;
}
