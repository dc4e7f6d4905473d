/* cat.c - fwtool cat: print files without extracting them */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/look.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/out.h"

static const struct option options[] = {
	{ OPT_TEXT, 'm', "map", offsetof(struct look_opts, map), "SRC",
	  "partition map (default: auto)", NULL },
	{ OPT_TEXT, 0, "fixup", offsetof(struct look_opts, fixup), "LIST",
	  "auto, none, or unhex,swap32,... (default: auto)", NULL },
	{ OPT_FLAG, 0, "versions", offsetof(struct look_opts, past), NULL,
	  "paths are those of ls --versions: etc/passwd~1", NULL },
	{ 0 }
};

/* What of an old version is not there any more. */
static void say_missing(const struct look *l, const struct node *n)
{
	for (const struct damage *d = l->t.damage; n->past && d; d = d->next) {
		if (d->node != n)
			continue;
		if (d->size)
			warn_at(d->code, d->at, "%s; 0x%llx+%llu of the file is missing",
				d->text, (unsigned long long)d->from,
				(unsigned long long)d->size);
		else
			warn_at(d->code, d->at, "%s", d->text);
	}
}

static int refuse(const struct node *n, const char *path, struct err *e)
{
	if (S_ISDIR(n->mode))
		fail(e, ERR_USAGE, "is a directory; see fwtool ls");
	else if (S_ISLNK(n->mode))
		fail(e, ERR_USAGE, "is a symbolic link to %s; give that path", n->target);
	else
		fail(e, ERR_USAGE, "is a device, fifo or socket; there is nothing in it");
	return err_about(e, path);
}

/* In the document, where that takes standard output. */
static void add_file(json_t *files, const char *path, struct view bytes)
{
	json_t *file = json_object();
	char sum[SHA256_TEXT];

	sha256_text(bytes, sum);
	json_set_bytes(file, "path", view_text(path));
	json_object_set_new(file, "size", json_integer((json_int_t)bytes.len));
	json_object_set_new(file, "sha256", json_string(sum));
	json_set_bytes(file, "data", bytes.len ? bytes : view_text(""));
	json_array_append_new(files, file);
}

/* files: NULL, or where they go instead of to out. */
static int print(struct look *l, struct out *out, json_t *files, const char *path,
		 struct err *e)
{
	const char *name;
	const struct node *n = look_find(l, path, &name, e);
	struct buf b = { 0 };
	int r = 0;

	if (!n)
		return -1;
	n = tree_self(n);
	if (!S_ISREG(n->mode))
		return refuse(n, path, e);
	say_missing(l, n);
	if (n->size)
		r = n->content.load(&n->content, &b, e);
	if (r < 0)
		err_about(e, path);
	else if (files)
		add_file(files, path, buf_view(&b));
	else
		r = out_write(out, buf_view(&b), e);
	buf_free(&b);
	return r;
}

static int run(struct run *r, struct err *e)
{
	const char *output = r->common->output, *input;
	struct look l = { 0 };
	struct out out = { 0 };
	json_t *files = NULL;
	int status = -1;

	if (r->common->json && output && !strcmp(output, "-"))
		return fail(e, ERR_USAGE, "-o - and --json both want standard output; "
			    "give -o a file");
	if (r->argc < 2)
		return fail(e, ERR_USAGE, "cat needs an INPUT and a PATH; see fwtool ls "
			    "for the paths");
	input = cmd_input(r, e);
	if (!input || look_open(&l, input, r->opts, e) < 0)
		goto out;
	if (r->common->json && !output)
		files = json_array();
	else if (out_open(&out, output ? output : "-", r->common->force, e) < 0)
		goto out;
	for (int i = 1; i < r->argc; i++)
		if (print(&l, &out, files, r->argv[i], e) < 0)
			goto out;
	if (files)
		json_object_set(r->doc, "files", files);
	else if (out_commit(&out, e) < 0)
		goto out;
	status = cmd_warnings() ? STATUS_PARTIAL : STATUS_OK;
out:
	json_decref(files);
	out_abort(&out);
	look_close(&l);
	return status;
}

const struct command command_cat = {
	.name = "cat",
	.group = "look inside",
	.operands = "[OPTIONS] INPUT PATH...",
	.summary = "print files without extracting",
	.about = "Print files of the file systems in INPUT, as they are. PATH begins\n"
		 "with the name of a partition, or of a part as fwtool carve calls it;\n"
		 "in a file system alone it does not.",
	.examples = "  fwtool cat dump.bin ROOTFS/etc/passwd\n"
		    "  fwtool cat rootfs.jffs2 etc/init.d/rcS\n",
	.exits = "0 done, 2 trouble, 3 something of the file system is damaged",
	.opts = options,
	.optsize = sizeof(struct look_opts),
	.run = run,
};
