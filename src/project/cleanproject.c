/* cleanproject.c - personal data in all of a project, or of an image */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/image.h"
#include "core/log.h"
#include "core/out.h"
#include "project/cleantrees.h"
#include "project/extract.h"
#include "project/manifest.h"
#include "scan/mapmake.h"

enum { MOST_ENVS_HERE = 64 };

/* A project being cleaned. */
struct job {
	struct cleaning *c;
	const char *dir;
	bool apply;
	struct manifest m;
	struct scrubbed *s;
};

static bool is_dir(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISDIR(st.st_mode);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* Call work for every entry of a folder of the project, in order. */
static int each_entry(struct job *j, const char *folder,
		      int (*work)(struct job *j, const char *path, const char *name,
				  struct err *e), struct err *e)
{
	char *top = xasprintf("%s/%s", j->dir, folder);
	struct dirent **list;
	int n = scandir(top, &list, is_visible, by_name), bad = 0;

	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", top, list[i]->d_name);

		if (!bad)
			bad = work(j, path, list[i]->d_name, e);
		free(path);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	free(top);
	return bad;
}

static int clean_one_tree(struct job *j, const char *path, const char *name,
			  struct err *e)
{
	char *prefix;
	int bad;

	if (!is_dir(path))
		return 0;
	prefix = xasprintf("%s/", name);
	bad = clean_dir_as(j->c, path, prefix, j->apply, j->s, e);
	free(prefix);
	return bad;
}

/* Only what has no structure of its own may be searched for keys. */
static uint64_t clean_range(struct job *j, const char *name, uint64_t base,
			    uint8_t *p, uint64_t n, bool structured)
{
	static const struct rules none = { 0 };
	const struct rules *rules = j->c->rules;
	uint64_t wiped;

	if (structured)
		j->c->rules = &none;
	wiped = clean_raw(j->c, name, base, p, n, j->m.erased);
	j->c->rules = rules;
	return wiped;
}

static bool holds_objects(const struct manifest *m, const struct part *part)
{
	for (size_t i = 0; i < m->objects; i++)
		if (m->object[i].at >= part->at && m->object[i].at - part->at < part->size &&
		    m->object[i].proof >= PROOF_PLAUSIBLE)
			return true;
	return false;
}

/* The environments in a part's bytes, which begin at `base` in the image. */
static uint64_t clean_envs(struct cleaning *c, const char *name, uint64_t base,
			   uint8_t *p, uint64_t at, uint64_t n)
{
	struct buf vars = { 0 }, block = { 0 };
	char *where = xasprintf("%s:0x%06llx", name, (unsigned long long)(base + at));
	uint64_t wiped = 0;
	struct env env;
	struct err e;

	if (env_find(&env, (struct view){ p + at, n, 0 })) {
		put_view(&vars, env_vars(&env));
		if (clean_vars(c, where, &vars) &&
		    !env_build(&env, buf_view(&vars), &block, &e) && block.len <= n) {
			memcpy(p + at, block.p, block.len);
			wiped = env.used;
		}
	}
	buf_free(&vars);
	buf_free(&block);
	free(where);
	return wiped;
}

static bool is_env(const struct manifest_object *o, const struct part *part)
{
	return o->format && !strcmp(o->format->name, "env") && o->at >= part->at &&
	       o->at - part->at < part->size;
}

static int clean_part(struct job *j, const struct manifest_part *mp, struct err *e)
{
	const struct part *part = &mp->part;
	char *path = xasprintf("%s/parts/%s", j->dir, part->file);
	char *tree = xasprintf("%s/fs/%s", j->dir, part->dir);
	struct image im = { 0 };
	struct buf copy = { 0 };
	uint64_t wiped = 0;
	int bad = 0;

	if (is_dir(tree) || !mp->written || part->erased || access(path, R_OK) < 0)
		goto out;
	bad = image_open(&im, path, e);
	if (bad)
		goto out;
	put_view(&copy, im.v);
	image_close(&im);
	for (size_t i = 0; i < j->m.objects; i++)
		if (is_env(&j->m.object[i], part) &&
		    j->m.object[i].at - part->at < copy.len)
			wiped += clean_envs(j->c, part->dir, part->at, copy.p,
					    j->m.object[i].at - part->at,
					    copy.len - (j->m.object[i].at - part->at));
	wiped += clean_range(j, part->dir, part->at, copy.p, copy.len,
			     holds_objects(&j->m, part));
	j->s->bytes += wiped;
	if (wiped && j->apply)
		bad = out_save(path, buf_view(&copy), true, e);
out:
	buf_free(&copy);
	free(tree);
	free(path);
	return bad;
}

static int clean_payload(struct job *j, const char *path, const char *name,
			 struct err *e)
{
	struct image im = { 0 };
	struct buf copy = { 0 };
	uint64_t wiped;
	int bad = image_open(&im, path, e);

	if (bad)
		return -1;
	put_view(&copy, im.v);
	image_close(&im);
	wiped = clean_range(j, name, 0, copy.p, copy.len, true);
	j->s->bytes += wiped;
	if (wiped && j->apply)
		bad = out_save(path, buf_view(&copy), true, e);
	buf_free(&copy);
	return bad;
}

/* Trees first: what is found in them is then looked for everywhere else. */
int clean_project(struct cleaning *c, const char *dir, bool apply,
		  struct scrubbed *s, struct err *e)
{
	struct job j = { .c = c, .dir = dir, .apply = apply, .s = s };
	int bad = manifest_open(&j.m, dir, e);

	if (!bad)
		bad = each_entry(&j, "fs", clean_one_tree, e);
	for (size_t i = 0; !bad && i < j.m.n; i++)
		bad = clean_part(&j, &j.m.part[i], e);
	if (!bad)
		bad = each_entry(&j, "open", clean_payload, e);
	manifest_free(&j.m);
	return bad;
}

static int look_at_part(struct cleaning *c, const struct plan *p,
			const struct part *part, struct err *e)
{
	struct extract_opts o = { .partial = true };
	struct extracted got = { 0 };
	struct source s;
	struct tree t = { 0 };
	char *prefix = xasprintf("%s%s", p->n > 1 ? part->dir : "", p->n > 1 ? "/" : "");
	int bad;

	bad = source_of_part(&s, p, part, e) < 0 || extract_read(&s, &t, &o, &got, e) < 0;
	if (!bad)
		bad = clean_nodes(c, &t, prefix, -1, e);
	tree_free(&t);
	free(prefix);
	return bad ? -1 : 0;
}

static void look_at_envs(struct cleaning *c, const struct plan *p)
{
	struct env env[MOST_ENVS_HERE];
	size_t n = envs_found(p->in.v, &p->scan, env, MOST_ENVS_HERE);

	for (size_t i = 0; i < n; i++) {
		char *where = xasprintf("0x%06llx", (unsigned long long)env[i].v.at);
		struct buf vars = { 0 };

		put_view(&vars, env_vars(&env[i]));
		clean_vars(c, where, &vars);
		buf_free(&vars);
		free(where);
	}
}

/* Bytes that no object has, in a copy. */
static void look_at_rest(struct cleaning *c, const struct plan *p)
{
	for (size_t i = 0; i < p->scan.nspan; i++) {
		const struct span *x = &p->scan.span[i];
		struct buf copy = { 0 };

		if (x->kind != SPAN_UNKNOWN)
			continue;
		put_view(&copy, view_sub(p->in.v, x->at, x->size));
		clean_raw(c, "", x->at, copy.p, copy.len, 0xff);
		buf_free(&copy);
	}
}

int clean_image(struct cleaning *c, const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (part_has_tree(p, &p->part[i]) && look_at_part(c, p, &p->part[i], e) < 0)
			return -1;
	look_at_envs(c, p);
	look_at_rest(c, p);
	return 0;
}
