/* ls.c - fwtool ls: list files without extracting them */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cmd/look.h"
#include "core/text.h"

struct opts {
	struct look_opts look;
	bool details, recursive, by_size, zero;
};

#define AT(field) offsetof(struct opts, field)

static const struct option options[] = {
	{ OPT_FLAG, 'l', "long", AT(details), NULL,
	  "mode, owner, size and time (UTC) too", NULL },
	{ OPT_FLAG, 'R', "recursive", AT(recursive), NULL,
	  "everything below, with whole paths", NULL },
	{ OPT_FLAG, 0, "by-size", AT(by_size), NULL,
	  "largest first; a directory is the sum of its files", NULL },
	{ OPT_FLAG, '0', "null", AT(zero), NULL,
	  "bare names that end with a NUL byte, for xargs -0", NULL },
	{ OPT_TEXT, 'm', "map", AT(look.map), "SRC",
	  "partition map (default: auto)", NULL },
	{ OPT_TEXT, 0, "fixup", AT(look.fixup), "LIST",
	  "auto, none, or unhex,swap32,... (default: auto)", NULL },
	{ 0 }
};

/* A line: what is shown, under which name. */
struct line { const struct node *n; char *path; uint64_t size; };

struct listing {
	struct run *r;
	const struct opts *o;
	struct look l;
	struct line *line;
	size_t n, cap;
	json_t *entries;
};

static uint64_t size_below(const struct node *n)
{
	uint64_t sum = S_ISREG(n->mode) && !n->same ? n->size : 0;

	for (n = n->child; n; n = n->next)
		sum += size_below(n);
	return sum;
}

static uint64_t size_of(const struct node *n)
{
	return S_ISLNK(n->mode) ? strlen(n->target) : n->size;
}

static void add_line(struct listing *s, const struct node *n, const char *prefix)
{
	struct buf path = { 0 };

	put_text(&path, "%s", prefix);
	if (s->o->recursive) {
		if (path.len && n->parent)
			put8(&path, '/');
		tree_path(n, &path);
	} else {
		buf_clear(&path);
		put_text(&path, "%s", n->name);
	}
	s->line = xgrow(s->line, &s->cap, s->n + 1, sizeof(*s->line));
	s->line[s->n++] = (struct line){
		n, xstrdup(buf_string(&path)),
		S_ISDIR(n->mode) && s->o->by_size ? size_below(n)
						  : size_of(tree_self(n)),
	};
	buf_free(&path);
}

static void add_below(struct listing *s, const struct node *dir,
		      const char *prefix)
{
	for (const struct node *n = dir->child; n; n = n->next) {
		add_line(s, n, prefix);
		if (s->o->recursive)
			add_below(s, n, prefix);
	}
}

static int larger_first(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return strcmp(x->path, y->path);
}

static void mode_text(uint32_t mode, char text[11])
{
	static const struct { uint32_t type; char c; } types[] = {
		{ S_IFDIR, 'd' }, { S_IFLNK, 'l' }, { S_IFCHR, 'c' },
		{ S_IFBLK, 'b' }, { S_IFIFO, 'p' }, { S_IFSOCK, 's' },
	};

	strcpy(text, "----------");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if ((mode & S_IFMT) == types[i].type)
			text[0] = types[i].c;
	for (unsigned i = 0; i < 9; i++)
		if (mode & 0400u >> i)
			text[1 + i] = "rwx"[i % 3];
	if (mode & S_ISUID)
		text[3] = mode & 0100 ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = mode & 0010 ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = mode & 0001 ? 't' : 'T';
}

static struct short_text owner_text(uint32_t id)
{
	struct short_text t = { "root" };

	if (id)
		snprintf(t.text, sizeof(t.text), "%u", id);
	return t;
}

static struct short_text time_text(int64_t mtime)
{
	struct short_text t = { "-" };
	time_t when = (time_t)mtime;
	struct tm tm;

	if (mtime != TREE_NO_TIME && gmtime_r(&when, &tm))
		strftime(t.text, sizeof(t.text), "%Y-%m-%d %H:%M", &tm);
	return t;
}

static bool is_device(const struct node *n)
{
	return S_ISCHR(n->mode) || S_ISBLK(n->mode);
}

static void print_details(const struct line *l)
{
	const struct node *n = tree_self(l->n);
	char mode[11], size[32];

	mode_text(n->mode, mode);
	if (is_device(n))
		snprintf(size, sizeof(size), "%u, %u", n->major, n->minor);
	else
		snprintf(size, sizeof(size), "%llu", (unsigned long long)l->size);
	printf("%s %-4s %-4s %7s %16s ", mode, owner_text(n->uid).text,
	       owner_text(n->gid).text, size, time_text(n->mtime).text);
}

static void print_line(const struct listing *s, const struct line *l)
{
	const struct node *n = tree_self(l->n);
	struct buf b = { 0 };

	if (s->o->zero) {
		fwrite(l->path, 1, strlen(l->path) + 1, stdout);
		return;
	}
	if (s->o->details)
		print_details(l);
	else if (s->o->by_size)
		printf("%10s  ", size_text(l->size).text);
	put_name(&b, l->path);
	if (S_ISDIR(n->mode))
		put8(&b, '/');
	if (S_ISLNK(n->mode) && s->o->details) {
		put(&b, " -> ", 4);
		put_name(&b, n->target);
	}
	put8(&b, '\n');
	fwrite(b.p, 1, b.len, stdout);
	buf_free(&b);
}

static void put_entry(struct listing *s, const struct line *l)
{
	const struct node *n = tree_self(l->n);
	char mode[11];
	json_t *o;

	mode_text(n->mode, mode);
	o = json_pack("{s:s, s:I, s:I, s:I}", "mode", mode, "uid",
		      (json_int_t)n->uid, "gid", (json_int_t)n->gid, "size",
		      (json_int_t)l->size);
	json_set_bytes(o, "path", view_text(l->path));
	if (n->mtime != TREE_NO_TIME)
		json_object_set_new(o, "mtime", json_integer(n->mtime));
	if (S_ISLNK(n->mode))
		json_set_bytes(o, "target", view_text(n->target));
	if (is_device(n)) {
		json_object_set_new(o, "major", json_integer(n->major));
		json_object_set_new(o, "minor", json_integer(n->minor));
	}
	json_array_append_new(s->entries, o);
}

static void print_all(struct listing *s)
{
	if (s->o->by_size)
		qsort(s->line, s->n, sizeof(*s->line), larger_first);
	for (size_t i = 0; i < s->n; i++) {
		if (s->r->common->json)
			put_entry(s, &s->line[i]);
		else
			print_line(s, &s->line[i]);
		free(s->line[i].path);
	}
	s->n = 0;
}

/* The top of a dump with -R: every file system below its part's name. */
static int list_parts(struct listing *s, struct err *e)
{
	for (const struct node *n = s->l.top.root->child; n; n = n->next) {
		const struct part *part;
		const struct node *dir;

		add_line(s, n, "");
		if (S_ISDIR(n->mode) && s->o->recursive) {
			dir = look_find(&s->l, n->name, &part, e);
			if (!dir)
				return -1;
			add_below(s, dir, n->name);
		}
		/* The next part's tree takes the place of this one's. */
		if (s->o->recursive)
			print_all(s);
	}
	print_all(s);
	return 0;
}

static int list(struct listing *s, const char *path, struct err *e)
{
	const struct part *part;
	const struct node *n = look_find(&s->l, path, &part, e);

	if (!n)
		return -1;
	if (n == s->l.top.root)
		return list_parts(s, e);
	if (S_ISDIR(n->mode))
		add_below(s, n, part ? part->dir : "");
	else
		add_line(s, n, part && n->parent != s->l.top.root ? part->dir : "");
	print_all(s);
	return 0;
}

static int run(struct run *r, struct err *e)
{
	struct listing s = { .r = r, .o = r->opts, .entries = json_array() };
	const char *input = cmd_input(r, e);
	int status = -1;

	if (!input || look_open(&s.l, input, &s.o->look, e) < 0)
		goto out;
	if (r->argc < 2 && list(&s, "", e) < 0)
		goto out;
	for (int i = 1; i < r->argc; i++)
		if (list(&s, r->argv[i], e) < 0)
			goto out;
	status = cmd_warnings() ? STATUS_PARTIAL : STATUS_OK;
out:
	json_object_set_new(r->doc, "entries", s.entries);
	free(s.line);
	look_close(&s.l);
	return status;
}

const struct command command_ls = {
	.name = "ls",
	.group = "look inside",
	.operands = "[OPTIONS] [INPUT [PATH...]]",
	.summary = "list files without extracting",
	.about = "List files of the file systems in INPUT. PATH begins with the name of\n"
		 "a partition, or of a part as fwtool carve calls it; in a file system\n"
		 "alone it does not. Names from the image are shown escaped.",
	.examples = "  fwtool ls dump.bin\n"
		    "  fwtool ls -l dump.bin ROOTFS/etc\n"
		    "  fwtool ls -R --by-size rootfs.jffs2\n",
	.exits = "0 done, 2 trouble, 3 something of the file system is damaged",
	.opts = options,
	.optsize = sizeof(struct opts),
	.run = run,
};
