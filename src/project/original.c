/* original.c - what a tree was extracted from, if it is still there */
#include "project/original.h"

#include <libgen.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"

static bool is_it(struct original *o, struct view v, uint64_t at,
		  const struct origin *from)
{
	struct view part = view_sub(v, at, from->size);
	char sum[SHA256_TEXT];

	if (!part.len)
		return false;
	sha256_text(part, sum);
	if (strcmp(sum, from->sha256))
		return false;
	o->v = view_from(v, at);
	return true;
}

/* A whole input, the part of it cut out, or either in need of a fix-up. */
static bool try_at(struct original *o, const char *path,
		   const struct origin *from)
{
	static const char *const fixups[] = { "none", "auto" };
	struct err ignored = { 0 };

	if (!*path || access(path, R_OK) < 0)
		return false;
	snprintf(o->path, sizeof(o->path), "%s", path);
	for (size_t i = 0; i < 2; i++) {
		struct input_opts how = { .fixup = fixups[i] };

		if (!input_open(&o->in, path, &how, &ignored) &&
		    (is_it(o, o->in.v, from->at, from) ||
		     (from->at && is_it(o, o->in.v, 0, from))))
			return true;
		input_close(&o->in);
	}
	return false;
}

/* What a list names may be anything, a device without an end for one. */
static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static bool try_beside(struct original *o, const char *meta, const char *name,
		       const struct origin *from)
{
	char up[4096], path[8192];

	if (!*name)
		return false;
	snprintf(up, sizeof(up), "%s", meta);
	snprintf(path, sizeof(path), "%s/%s", dirname(up), name);
	if (*name == '/')
		snprintf(path, sizeof(path), "%s", name);
	return is_file(path) && try_at(o, path, from);
}

/* The name in a list comes from elsewhere: it is one word, not a way out. */
static const char *plain(const char *name)
{
	return strchr(name, '/') ? "" : name;
}

int original_find(struct original *o, const struct origin *from,
		  const char *meta, const char *given, struct err *e)
{
	void (*hook)(const struct msg *m) = log_hook;
	bool found;

	*o = (struct original){ 0 };
	if (!from->sha256[0] || !from->size)
		return 0;
	log_hook = NULL;
	found = given ? try_at(o, given, from)
		      : try_beside(o, meta, from->path, from) ||
			try_beside(o, meta, plain(from->name), from) ||
			(is_file(plain(from->name)) &&
			 try_at(o, from->name, from));
	log_hook = hook;
	if (given && !found) {
		fail(e, ERR_USAGE, "is not what the tree was extracted from; leave "
		     "--original out to build without it");
		return err_about(e, given);
	}
	return 0;
}

void original_close(struct original *o)
{
	input_close(&o->in);
	*o = (struct original){ 0 };
}
