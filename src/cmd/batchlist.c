/* batchlist.c - which files a batch is about */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/batch.h"
#include "core/image.h"
#include "core/mem.h"
#include "core/text.h"
#include "project/manifest.h"

enum { MOST_DEPTH = 64 };

static void add(struct inputs *in, const char *path)
{
	in->path = xgrow(in->path, &in->cap, in->n + 1, sizeof(*in->path));
	in->path[in->n++] = xstrdup(path);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dots(const struct dirent *d)
{
	return strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
}

static int add_tree(struct inputs *in, const char *path, unsigned depth,
		    struct err *e);

static int add_entries(struct inputs *in, const char *path, unsigned depth,
		       struct err *e)
{
	struct dirent **list;
	int n = scandir(path, &list, not_dots, by_name), bad = 0;

	if (n < 0)
		return fail_sys(e, "%s: cannot open", path);
	for (int i = 0; i < n; i++) {
		char *below = xasprintf("%s/%s", path, list[i]->d_name);

		if (!bad)
			bad = add_tree(in, below, depth + 1, e);
		free(below);
		free(list[i]);
	}
	free(list);
	return bad;
}

/* What was named is followed through a link; what lies below it is not. */
static int add_tree(struct inputs *in, const char *path, unsigned depth,
		    struct err *e)
{
	struct stat st;

	if ((depth ? lstat(path, &st) : stat(path, &st)) < 0)
		return fail_sys(e, "%s: cannot open", path);
	if (S_ISREG(st.st_mode) || (!depth && !S_ISDIR(st.st_mode)))
		add(in, path);
	if (!S_ISDIR(st.st_mode) || is_project(path))
		return 0;
	if (depth > MOST_DEPTH)
		return fail(e, ERR_LIMIT, "%s: more than %d directories deep; name it "
			    "itself", path, MOST_DEPTH);
	return add_entries(in, path, depth, e);
}

int inputs_gather(struct inputs *in, char *const *operands, int n, struct err *e)
{
	for (int i = 0; i < n; i++) {
		char *path = xstrdup(operands[i]);
		size_t len = strlen(path);
		int bad;

		while (len > 1 && path[len - 1] == '/')
			path[--len] = 0;
		bad = add_tree(in, path, 0, e);
		free(path);
		if (bad)
			return -1;
	}
	return 0;
}

int inputs_from(struct inputs *in, const char *file, struct err *e)
{
	struct image im = { 0 };
	struct view rest;
	int end;

	if (image_open(&im, file, e) < 0)
		return -1;
	rest = im.v;
	end = rest.len && memchr(rest.p, 0, rest.len) ? 0 : '\n';
	while (rest.len) {
		const uint8_t *stop = memchr(rest.p, end, rest.len);
		size_t n = stop ? (size_t)(stop - rest.p) : rest.len;
		char *path = xasprintf("%.*s", (int)(n < 4096 ? n : 4096),
				       (const char *)rest.p);

		if (n)
			add(in, path);
		free(path);
		rest = view_from(rest, n + (stop != NULL));
	}
	image_close(&im);
	return 0;
}

int inputs_shard(struct inputs *in, const char *shard, struct err *e)
{
	unsigned k, of;
	size_t left = 0;
	char end;

	if (sscanf(shard, "%u/%u%c", &k, &of, &end) != 2 || !of || !k || k > of)
		return fail(e, ERR_USAGE, "--shard %s: is not K/N; give 1/4 to 4/4", shard);
	for (size_t i = 0; i < in->n; i++) {
		if (i % of == k - 1)
			in->path[left++] = in->path[i];
		else
			free(in->path[i]);
	}
	in->n = left;
	return 0;
}

/* "../a//b" -> "__/a/b" */
static void put_place(struct buf *out, const char *path)
{
	while (*path) {
		size_t n = strcspn(path, "/");
		bool up = n == 2 && !memcmp(path, "..", 2);

		if (n && !(n == 1 && *path == '.')) {
			put8(out, '/');
			put(out, up ? "__" : path, n);
		}
		path += n + (path[n] == '/');
	}
	put8(out, 0);
}

char *batch_place(const char *dir, const char *path, struct err *e)
{
	struct buf b = { 0 };
	char *text;

	put(&b, dir, strlen(dir));
	put_place(&b, path);
	text = (char *)b.p;
	for (char *slash = text + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		if (mkdir(text, 0777) < 0 && errno != EEXIST) {
			fail_sys(e, "%s", text);
			buf_free(&b);
			return NULL;
		}
		*slash = '/';
	}
	return text;
}

void inputs_free(struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++)
		free(in->path[i]);
	free(in->path);
	*in = (struct inputs){ 0 };
}
