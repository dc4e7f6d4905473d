/* tables.c - chains of metadata blocks, and tables found through pointers */
#include <stdlib.h>

#include "fs/squashfs/read.h"

/* Far more than a million files need; a few bytes can claim any number. */
enum { MOST_PLAIN = 512 << 20 };

static void add_place(struct squash_table *t, uint64_t at)
{
	t->place = xgrow(t->place, &t->cap, t->n + 1, sizeof(*t->place));
	t->place[t->n++] = (struct squash_place){ at, t->plain.len };
}

static int too_large(struct squash_reader *r, uint64_t at, const char *what,
		     struct err *e)
{
	fail_at(e, r->v.at + at, "squashfs %s larger than %d MiB; it is not read",
		what, MOST_PLAIN >> 20);
	e->kind = ERR_LIMIT;
	return -1;
}

/* A few bytes can be unpacked in several ways, but not to `want` bytes. */
static bool try_meta(struct squash_reader *r, uint64_t from, uint64_t want,
		     struct buf *out)
{
	const struct squash_packing *try[16];
	size_t len = out->len;
	uint64_t at = from;

	squash_meta(r->v, &r->s, NULL, &at, out);
	squash_packings(&r->s, view_sub(r->v, from + 2, at - from - 2), try);
	for (int i = 0; try[i]; i++) {
		at = from;
		if (squash_meta(r->v, &r->s, try[i], &at, out) &&
		    (!want || out->len - len == want)) {
			r->packing = try[i];
			return true;
		}
		out->len = len;
	}
	return false;
}

/*
 * The first packed block may be here: what unpacks it, to that many bytes best
 * of all where they are known, is kept.
 */
static bool get_meta(struct squash_reader *r, uint64_t *at, uint64_t want,
		     struct buf *out)
{
	uint64_t from = *at;

	if (squash_meta(r->v, &r->s, r->packing, at, out))
		return true;
	if (r->packing || *at == from)
		return false;
	return (want && try_meta(r, from, want, out)) || try_meta(r, from, 0, out);
}

int squash_chain(struct squash_reader *r, uint64_t from, uint64_t end,
		 struct squash_table *t, const char *what, struct err *e)
{
	for (uint64_t at = from; at < end;) {
		uint64_t was = at;
		size_t len = t->plain.len;

		if (len > MOST_PLAIN)
			return too_large(r, at, what, e);
		add_place(t, at);
		if (get_meta(r, &at, 0, &t->plain))
			continue;
		t->plain.len = len;
		tree_damage(r->t, r->v.at + was, NULL, "squashfs.table",
			    at > was ? "squashfs block of %s cannot be unpacked"
				     : "squashfs %s cut off", what);
		if (at == was)
			break;
		put_fill(&t->plain, 0, SQUASH_META);
	}
	return 0;
}

bool squash_find(const struct squash_table *t, uint64_t at, uint64_t offset,
		 uint64_t *pos)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t half = low + (high - low) / 2;

		if (t->place[half].at < at)
			low = half + 1;
		else
			high = half;
	}
	if (low == t->n || t->place[low].at != at || offset >= SQUASH_META)
		return false;
	*pos = t->place[low].plain + offset;
	return *pos < t->plain.len;
}

void squash_table_free(struct squash_table *t)
{
	buf_free(&t->plain);
	free(t->place);
	*t = (struct squash_table){ 0 };
}

int squash_entries(struct squash_reader *r, uint64_t table, uint64_t n,
		   unsigned size, struct buf *out, const char *what,
		   struct err *e)
{
	uint64_t want = n * size;

	/* Each 8 KiB have a pointer, which is there in the image. */
	if (want / SQUASH_META > r->v.len / 4 || want > MOST_PLAIN)
		return too_large(r, table, what, e);
	for (uint64_t i = 0; out->len < want; i++) {
		uint64_t at = squash_pointer(r->v, &r->s, table, i), was = at;
		uint64_t least = want - out->len;
		size_t len = out->len;

		if (least > SQUASH_META)
			least = SQUASH_META;
		if (at && get_meta(r, &at, least, out) &&
		    out->len - len >= least)
			continue;
		tree_damage(r->t, r->v.at + (was < r->v.len ? was : table), NULL,
			    "squashfs.table", "squashfs block of %s cannot be read",
			    what);
		out->len = len;
		break;
	}
	return 0;
}

/* Versions 1 to 3 have the ids as they are, users and groups apart. */
static int get_ids(struct squash_reader *r, struct err *e)
{
	const struct squash_super *s = &r->s;

	if (s->major == 4)
		return squash_entries(r, s->id_table, s->ids, 4, &r->ids, "ids", e);
	put_view(&r->ids, view_upto(r->v, s->id_table, 4 * (uint64_t)s->ids));
	put_view(&r->guids, view_upto(r->v, s->guid_table, 4 * (uint64_t)s->guids));
	return 0;
}

/* A head of 16 bytes, pointers, and before them blocks of what they need. */
static int get_xattrs(struct squash_reader *r, struct err *e)
{
	uint64_t at = r->s.xattr_table, values, n;
	struct cursor c = cursor(view_sub(r->v, at, 16), r->s.endian);

	if (at == SQUASH_ABSENT)
		return 0;
	values = get64(&c);
	n = get32(&c);
	if (!n)
		return 0;
	if (squash_chain(r, values, squash_pointer(r->v, &r->s, at + 16, 0),
			 &r->values, "attributes", e) < 0 ||
	    squash_entries(r, at + 16, n, 16, &r->xattrs, "attributes", e) < 0)
		return -1;
	n = r->xattrs.len / 16;
	r->lists = xcalloc(n + 1, sizeof(*r->lists));
	r->made = xcalloc(n + 1, 1);
	return 0;
}

int squash_tables(struct squash_reader *r, struct err *e)
{
	const struct squash_super *s = &r->s;

	if (squash_chain(r, s->inode_table, s->dir_table, &r->inodes, "inodes",
			 e) < 0 ||
	    squash_chain(r, s->dir_table, squash_dirs_end(r->v, s), &r->dirs,
			 "directories", e) < 0)
		return -1;
	if (s->fragment_table != SQUASH_ABSENT &&
	    squash_entries(r, s->fragment_table, s->fragments,
			   squash_fragment_size(s), &r->fragments, "fragments",
			   e) < 0)
		return -1;
	return get_ids(r, e) < 0 ? -1 : get_xattrs(r, e);
}
