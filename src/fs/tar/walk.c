/* walk.c - the entries of a tar archive, with what stands before them */
#include "fs/tar/entry.h"

static uint64_t padded(uint64_t size)
{
	return (size + TAR_BLOCK - 1) & ~(uint64_t)(TAR_BLOCK - 1);
}

static void set_text(struct buf *b, struct view text)
{
	buf_clear(b);
	put_view(b, text);
}

/* A long name, a long target, or records. False: not what stands before. */
static bool take_extra(struct tar_walk *w, const struct tar_header *h)
{
	struct view data = view_upto(w->v, w->at + TAR_BLOCK, h->size);

	if (h->type == 'L' || h->type == 'K')
		set_text(h->type == 'L' ? &w->e.name : &w->e.target,
			 tar_text(view_upto(data, 0, TAR_MOST_LONG)));
	else if (h->type == 'x' || h->type == 'X')
		w->e.pax = data;
	else if (h->type == 'g')
		w->global = view_upto(data, 0, TAR_MOST_GLOBAL);
	else
		return false;
	return true;
}

static void set_names(struct tar_entry *e)
{
	struct view raw = e->h.raw, prefix = tar_text(view_sub(raw, 345, 155));
	struct view path = pax_find(e->pax, "path");
	struct view target = pax_find(e->pax, "linkpath");

	if (pax_find(e->pax, "GNU.sparse.name").p)
		path = pax_find(e->pax, "GNU.sparse.name");
	if (path.p)
		set_text(&e->name, path);
	if (target.p)
		set_text(&e->target, target);
	if (!e->name.len) {
		if (!e->h.gnu && !e->h.old && prefix.len) {
			put_view(&e->name, prefix);
			put8(&e->name, '/');
		}
		put_view(&e->name, tar_text(view_sub(raw, 0, 100)));
	}
	if (!e->target.len)
		put_view(&e->target, tar_text(view_sub(raw, 157, 100)));
}

static void set_number(const struct tar_entry *e, const char *key, uint64_t *n)
{
	struct view v = pax_find(e->pax, key);
	int64_t x;

	if (!v.p)
		v = pax_find(e->global, key);
	if (v.p && pax_number(v, &x) && x >= 0)
		*n = (uint64_t)x;
}

static void set_numbers(struct tar_entry *e)
{
	struct view mtime = pax_find(e->pax, "mtime");
	int64_t x;

	set_number(e, "uid", &e->h.uid);
	set_number(e, "gid", &e->h.gid);
	set_number(e, "size", &e->h.size);
	set_number(e, "SCHILY.devmajor", &e->h.major);
	set_number(e, "SCHILY.devminor", &e->h.minor);
	if (mtime.p && pax_number(mtime, &x))
		e->h.mtime = x;
}

/* Links, directories and devices have nothing; some say that they have. */
static bool has_data(const struct tar_walk *w, const struct tar_entry *e)
{
	struct tar_header next;

	if (e->h.type >= '2' && e->h.type <= '6')
		return false;
	return e->h.type != '1' || !tar_header_get(w->v, w->at + TAR_BLOCK, &next);
}

static bool is_zero(struct view v, uint64_t at)
{
	return view_run(view_upto(v, at, TAR_BLOCK), 0) == TAR_BLOCK;
}

/* GNU's list of runs goes on behind the header, block by block. */
static uint64_t data_of(const struct tar_walk *w, const struct tar_header *h)
{
	uint64_t at = w->at + TAR_BLOCK;
	bool more = h->gnu && h->type == 'S' && h->raw.p[482];

	while (more && view_has(w->v, at, TAR_BLOCK)) {
		more = w->v.p[at + 504];
		at += TAR_BLOCK;
	}
	return at;
}

/* Past `size` bytes of data, or at the end. */
static void step(struct tar_walk *w, uint64_t at, uint64_t size)
{
	uint64_t left = w->v.len - at;

	w->at = size > left || padded(size) > left ? w->v.len : at + padded(size);
}

bool tar_next(struct tar_walk *w)
{
	struct tar_entry *e = &w->e;
	struct tar_header h;

	buf_clear(&e->name);
	buf_clear(&e->target);
	e->pax = (struct view){ 0 };
	w->ended = is_zero(w->v, w->at);
	if (w->ended || !tar_header_get(w->v, w->at, &h))
		return false;
	while (take_extra(w, &h)) {
		step(w, w->at + TAR_BLOCK, h.size);
		if (!tar_header_get(w->v, w->at, &h))
			return false;
	}
	e->h = h;
	e->at = w->at;
	e->global = w->global;
	set_names(e);
	set_numbers(e);
	e->data = data_of(w, &h);
	e->size = has_data(w, e) ? e->h.size : 0;
	step(w, e->data, e->size);
	return true;
}

void tar_walk_free(struct tar_walk *w)
{
	buf_free(&w->e.name);
	buf_free(&w->e.target);
}
