/* ls.c - fwtool ls: list files without extracting them */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/ls.h"
#include "fs/past.h"

#define AT(field) offsetof(struct ls_opts, field)

static const struct option options[] = {
	{ OPT_FLAG, 'l', "long", AT(details), NULL,
	  "mode, owner, size and time (UTC) too", NULL },
	{ OPT_FLAG, 'R', "recursive", AT(recursive), NULL,
	  "everything below, with whole paths", NULL },
	{ OPT_FLAG, 0, "by-size", AT(by_size), NULL,
	  "largest first; a directory is the sum of its files", NULL },
	{ OPT_FLAG, '0', "null", AT(zero), NULL,
	  "bare names that end with a NUL byte, for xargs -0", NULL },
	{ OPT_FLAG, 0, "versions", AT(look.past), NULL,
	  "deleted files and older versions, not what is there", NULL },
	{ OPT_TEXT, 'm', "map", AT(look.map), "SRC",
	  "partition map (default: auto)", NULL },
	{ OPT_TEXT, 0, "fixup", AT(look.fixup), "LIST",
	  "auto, none, or unhex,swap32,... (default: auto)", NULL },
	{ 0 }
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

void ls_add(struct listing *s, const struct node *n, const char *prefix)
{
	struct buf path = { 0 };

	put_text(&path, "%s", prefix);
	if (s->o->recursive || s->o->look.past) {
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
		ls_add(s, n, prefix);
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

/* The states of a file in the order in which it had them. */
static int oldest_first(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	size_t n = (size_t)(strrchr(x->path, '~') - x->path);
	size_t m = (size_t)(strrchr(y->path, '~') - y->path);
	int c = memcmp(x->path, y->path, n < m ? n : m);

	if (!c && n != m)
		return n < m ? -1 : 1;
	if (!c && x->n->past->number != y->n->past->number)
		return x->n->past->number < y->n->past->number ? -1 : 1;
	return c;
}

void ls_flush(struct listing *s)
{
	if (s->o->by_size)
		qsort(s->line, s->n, sizeof(*s->line), larger_first);
	else if (s->o->look.past)
		qsort(s->line, s->n, sizeof(*s->line), oldest_first);
	for (size_t i = 0; i < s->n; i++) {
		if (s->r->common->json)
			ls_entry(s, &s->line[i]);
		else
			ls_print(s, &s->line[i]);
		free(s->line[i].path);
	}
	s->printed += s->n;
	s->n = 0;
}

/* The top of a dump with -R: every file system below its part's name. */
static int list_parts(struct listing *s, struct err *e)
{
	for (const struct node *n = s->l.top.root->child; n; n = n->next) {
		const struct node *dir;
		const char *name;

		ls_add(s, n, "");
		if (S_ISDIR(n->mode) && s->o->recursive) {
			dir = look_find(&s->l, n->name, &name, e);
			if (!dir)
				return -1;
			add_below(s, dir, n->name);
		}
		/* The next part's tree takes the place of this one's. */
		if (s->o->recursive)
			ls_flush(s);
	}
	ls_flush(s);
	return 0;
}

static int list(struct listing *s, const char *path, struct err *e)
{
	const char *name;
	const struct node *n = look_find(&s->l, path, &name, e);

	if (!n)
		return -1;
	if (n == s->l.top.root)
		return list_parts(s, e);
	if (S_ISDIR(n->mode))
		add_below(s, n, name ? name : "");
	else
		ls_add(s, n, name && n->parent != s->l.top.root ? name : "");
	ls_flush(s);
	return 0;
}

static int run(struct run *r, struct err *e)
{
	struct listing s = { .r = r, .o = r->opts, .entries = json_array() };
	int (*look)(struct listing *, const char *, struct err *);
	const char *input = cmd_input(r, e);
	int status = -1;

	if (!input || look_open(&s.l, input, &s.o->look, e) < 0)
		goto out;
	look = s.o->look.past ? ls_past : list;
	if (r->argc < 2 && look(&s, "", e) < 0)
		goto out;
	for (int i = 1; i < r->argc; i++)
		if (look(&s, r->argv[i], e) < 0)
			goto out;
	status = cmd_warnings() ? STATUS_PARTIAL
	       : s.o->look.past && !s.printed ? STATUS_NO : STATUS_OK;
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
		    "  fwtool ls -R --by-size rootfs.jffs2\n"
		    "  fwtool ls -l --versions dump.bin CONF/etc\n",
	.exits = "0 done, 1 no versions, 2 trouble, 3 a file system is damaged",
	.opts = options,
	.optsize = sizeof(struct ls_opts),
	.run = run,
};
