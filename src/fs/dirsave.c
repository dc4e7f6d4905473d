/* dirsave.c - a tree as a directory on disk */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/out.h"
#include "core/par.h"
#include "fs/dirnodes.h"

enum { BIG_FILE = 16 << 20, CHUNK_FILES = 64, CHUNK_BYTES = 1 << 20 };

/* Neighbours in the list that one worker loads and that are written at once. */
struct chunk { size_t from, n; };

/* A file on its way: where its bytes lie in the slot, or why they do not. */
struct loaded { size_t at, len; struct err *bad; };

struct slot { struct buf b; struct loaded file[CHUNK_FILES]; };

struct writing {
	struct saving s;
	struct chunk *chunk;
	size_t chunks, capchunk;
	struct slot *slot;
	size_t slots;
	uint64_t bytes, done;
};

static void collect(struct saving *s, struct node *dir)
{
	for (struct node *n = dir->child; n; n = n->next) {
		n->mark = 0;
		s->list = xgrow(s->list, &s->cap, s->n + 1, sizeof(*s->list));
		s->list[s->n++] = n;
		if (n->child)
			collect(s, n);
	}
}

/* A big file is a chunk of its own, loaded when its turn comes. */
static void cut(struct writing *w)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < w->s.n; i++) {
		struct chunk *c = w->chunks ? &w->chunk[w->chunks - 1] : NULL;
		uint64_t size = is_file(w->s.list[i]) ? w->s.list[i]->size : 0;

		w->bytes += size;
		if (c && c->n < CHUNK_FILES && size <= CHUNK_BYTES - bytes) {
			c->n++;
			bytes += size;
			continue;
		}
		w->chunk = xgrow(w->chunk, &w->capchunk, w->chunks + 1,
				 sizeof(*w->chunk));
		w->chunk[w->chunks++] = (struct chunk){ i, 1 };
		bytes = size < CHUNK_BYTES ? size : CHUNK_BYTES;
	}
}

static void load(struct slot *k, struct loaded *l, const struct node *n)
{
	struct err e = { 0 };
	int r = 0;

	l->at = k->b.len;
	if (n->size)
		r = n->content.load(&n->content, &k->b, &e);
	l->len = k->b.len - l->at;
	if (!r && l->len != n->size)
		r = fail(&e, ERR_FORMAT, "content is shorter than its size says; the "
			 "image is damaged");
	if (r < 0) {
		l->bad = xmalloc(sizeof(e));
		*l->bad = e;
	}
}

/* On a worker. */
static void work(size_t i, void *arg)
{
	struct writing *w = arg;
	struct slot *k = &w->slot[i % w->slots];
	const struct chunk *c = &w->chunk[i];

	buf_clear(&k->b);
	for (size_t j = 0; j < c->n; j++) {
		const struct node *n = w->s.list[c->from + j];

		k->file[j] = (struct loaded){ 0 };
		if (is_file(n) && n->size < BIG_FILE)
			load(k, &k->file[j], n);
	}
}

/* What could not be loaded is a hole, and said; without partial it ends. */
static int settle(struct writing *w, struct loaded *l, const struct node *n,
		  struct err *e)
{
	struct err why;
	struct buf path = { 0 };

	if (!l->bad)
		return 0;
	why = *l->bad;
	free(l->bad);
	l->bad = NULL;
	tree_path(n, &path);
	within(&why, "%s", buf_string(&path));
	buf_free(&path);
	if (!w->s.o->partial) {
		*e = why;
		return -1;
	}
	log_err(LOG_WARNING, &why);
	if (l->len > n->size)
		l->len = n->size;
	return 0;
}

static int put_file(struct writing *w, struct slot *k, struct loaded *l,
		    struct node *n, struct err *e)
{
	mode_t mode = (n->mode & 0777) | 0600;
	int at = dirwalk_to(&w->s.walk, n->parent, e), fd, r = -1;
	struct view v;

	if (at < 0)
		return -1;
	if (n->size >= BIG_FILE)
		load(k, l, n);
	if (settle(w, l, n, e) < 0)
		return -1;
	v = view_sub(buf_view(&k->b), l->at, l->len);
	fd = openat(at, n->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
		    O_CLOEXEC, mode);
	if (fd < 0)
		return about_node(n, "cannot create", e);
	if (write_sparse(fd, v, e) < 0 ||
	    (v.len < n->size && ftruncate(fd, (off_t)n->size) < 0))
		about_node(n, "cannot write", e);
	else if ((mode & w->s.umask) && fchmod(fd, mode) < 0)
		about_node(n, "cannot set the mode", e);
	else
		r = 0;
	set_time(fd, n->mtime);
	close(fd);
	if (v.len == n->size)
		n->mark = MARK_CRC | crc32_of(0, v);
	if (n->size >= BIG_FILE)
		buf_free(&k->b);
	return r;
}

static int put_dir(struct saving *s, struct node *n, struct err *e)
{
	mode_t mode = (n->mode & 0777) | 0700;
	int at = dirwalk_to(&s->walk, n->parent, e);

	if (at < 0)
		return -1;
	if (mkdirat(at, n->name, mode) < 0)
		return about_node(n, "cannot create", e);
	if ((mode & s->umask) && fchmodat(at, n->name, mode, 0) < 0)
		return about_node(n, "cannot set the mode", e);
	return 0;
}

static int done(size_t i, void *arg, struct err *e)
{
	struct writing *w = arg;
	struct slot *k = &w->slot[i % w->slots];
	const struct chunk *c = &w->chunk[i];

	for (size_t j = 0; j < c->n; j++) {
		struct node *n = w->s.list[c->from + j];

		if (S_ISDIR(n->mode) && put_dir(&w->s, n, e) < 0)
			return -1;
		if (!is_file(n))
			continue;
		if (put_file(w, k, &k->file[j], n, e) < 0)
			return -1;
		w->done += n->size;
	}
	if (w->s.o->progress)
		w->s.o->progress(w->done, w->bytes, w->s.o->arg);
	return 0;
}

static int put_files(struct writing *w, struct err *e)
{
	struct par p = { work, done, w, 0 };
	int r;

	cut(w);
	w->slots = (size_t)par_jobs() * 4;
	p.ahead = w->slots;
	w->slot = xcalloc(w->slots, sizeof(*w->slot));
	r = par_run(&p, w->chunks, e);
	for (size_t i = 0; i < w->slots; i++) {
		buf_free(&w->slot[i].b);
		for (size_t j = 0; r < 0 && j < CHUNK_FILES; j++)
			free(w->slot[i].file[j].bad);
	}
	free(w->slot);
	free(w->chunk);
	return r;
}

/* Last of all, as everything made in a directory changes its time. */
static int put_times(struct saving *s, struct err *e)
{
	for (size_t i = s->n; i-- > 0; ) {
		struct node *n = s->list[i];
		int fd;

		if (!S_ISDIR(n->mode) || n->mtime == TREE_NO_TIME)
			continue;
		fd = dirwalk_to(&s->walk, n, e);
		if (fd < 0)
			return -1;
		set_time(fd, n->mtime);
	}
	set_time(s->walk.root, s->t->root->mtime);
	return 0;
}

int dir_save(struct tree *t, int dirfd, const struct dir_save *o,
	     struct err *e)
{
	struct writing w = { .s = { .t = t, .o = o, .walk = { .root = dirfd },
				    .walk2 = { .root = dirfd } } };
	struct saving *s = &w.s;
	int r = -1;

	s->umask = umask(0);
	umask(s->umask);
	t->root->mark = 0;
	collect(s, t->root);
	if (put_files(&w, e) < 0 || dir_save_others(s, e) < 0 ||
	    put_times(s, e) < 0)
		goto out;
	r = 0;
out:
	dirwalk_free(&s->walk);
	dirwalk_free(&s->walk2);
	free(s->list);
	return r;
}
