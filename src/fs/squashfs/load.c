/* load.c - the content of a file in squashfs, unpacked when it is asked for */
#include "core/maps.h"
#include "core/mem.h"
#include "fs/squashfs/read.h"

/* Holes cost nothing: what comes out is bounded by what there is. */
enum { MOST_FILE = 1 << 30, MOST_RATIO = 1024 };

struct job {
	struct squash_reader *r;
	struct buf *out;
	struct err *e;
	int result;
};

static const char *packing_name(const struct squash_reader *r)
{
	return r->packing ? r->packing->name : "packed";
}

/* Zeros instead; only the first loss of a file is told. */
static void lost(struct job *j, uint64_t at, const char *what, size_t n,
		 uint64_t from)
{
	put_fill(j->out, 0, n);
	if (!j->result)
		j->result = fail_at(j->e, j->r->v.at + at, "squashfs %s %s; "
				    "0x%llx+%zu of the file is missing",
				    packing_name(j->r), what,
				    (unsigned long long)from, n);
}

/* n bytes of the file from `from` on, stored at `at`. */
static void load_block(struct job *j, uint64_t at, struct squash_stored b,
		       size_t n, uint64_t from)
{
	struct view in = view_sub(j->r->v, at, b.size);
	uint8_t *dst = buf_room(j->out, n);

	maps_touched(in);
	if (!b.size) {
		put_fill(j->out, 0, n);
	} else if (!in.len) {
		lost(j, at, "block ends outside the image", n, from);
	} else if (!b.packed && in.len >= n) {
		put_view(j->out, view_sub(in, 0, n));
	} else if (b.packed && squash_unpack(j->r, in, dst, n, n) == (long)n) {
		j->out->len += n;
	} else {
		lost(j, at, "block cannot be unpacked", n, from);
	}
}

unsigned squash_fragment_size(const struct squash_super *s)
{
	return s->major > 2 ? 16 : 8;
}

struct squash_stored squash_fragment_at(const struct squash_reader *r,
					uint64_t which, uint64_t *at)
{
	struct cursor c = cursor(buf_view(&r->fragments), r->s.endian);
	unsigned size = squash_fragment_size(&r->s);

	get_skip(&c, which * size);
	*at = get_uint(&c, size / 2);
	return cursor_ok(&c) ? squash_stored(&r->s, get32(&c))
			     : (struct squash_stored){ 0 };
}

/* The part of a fragment that is still unpacked from before. */
static bool is_kept(struct squash_reader *r, uint32_t which, uint64_t off,
		    size_t n, struct buf *out)
{
	bool found = false;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < SQUASH_KEPT && !found; i++) {
		struct squash_kept *k = &r->kept[i];
		struct view part = view_sub(buf_view(&k->plain), off, n);

		if (k->which != which || !part.len)
			continue;
		k->used = ++r->uses;
		put_view(out, part);
		found = true;
	}
	pthread_mutex_unlock(&r->lock);
	return found;
}

/* Keep plain in place of the one not used for longest; takes its memory. */
static void keep(struct squash_reader *r, uint32_t which, struct buf *plain)
{
	struct squash_kept *oldest = &r->kept[0];
	struct buf was;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 1; i < SQUASH_KEPT; i++)
		if (r->kept[i].used < oldest->used)
			oldest = &r->kept[i];
	was = oldest->plain;
	*oldest = (struct squash_kept){ which, *plain, ++r->uses };
	pthread_mutex_unlock(&r->lock);
	*plain = was;
}

static void load_tail(struct job *j, const struct squash_record *f, size_t n,
		      uint64_t from)
{
	struct squash_reader *r = j->r;
	uint32_t which = (uint32_t)f->f[SQ_FRAGMENT];
	uint64_t off = f->f[SQ_OFFSET], at;
	struct squash_stored b = squash_fragment_at(r, which, &at);
	struct view in = view_sub(r->v, at, b.size), part;
	struct buf plain = { 0 };
	long got = -1;

	if (is_kept(r, which, off, n, j->out))
		return;
	if (in.len && b.packed)
		got = squash_unpack(r, in, buf_room(&plain, r->s.block_size),
				    r->s.block_size, 1);
	if (got > 0)
		plain.len = (size_t)got;
	part = view_sub(b.packed ? buf_view(&plain) : in, off, n);
	if (part.len)
		put_view(j->out, part);
	else
		lost(j, at, !in.len ? "fragment is not there" :
		     b.packed && got < 0 ? "fragment cannot be unpacked" :
		     "fragment ends too early", n, from);
	if (plain.len)
		keep(r, which, &plain);
	buf_free(&plain);
}

static bool is_too_large(const struct squash_reader *r, uint64_t size)
{
	return size > MOST_FILE && size / MOST_RATIO > r->v.len;
}

/*
 * All of the file is appended in any case, with zeros for what is lost, so
 * that a caller who wants what is left has it.
 */
int squash_load(const struct content *c, struct buf *out, struct err *e)
{
	struct squash_reader *r = (void *)(uintptr_t)c->from;
	struct view table = buf_view(&r->inodes.plain);
	struct job j = { r, out, e, 0 };
	uint64_t size, at, done = 0, blocks;
	struct squash_record n;

	squash_inode(&r->s, table, c->key, &n);
	size = n.f[SQ_SIZE];
	at = n.f[SQ_START];
	if (is_too_large(r, size))
		return fail_at(e, r->v.at + at, "a file of %llu bytes is mostly a "
			       "hole; it is not read", (unsigned long long)size);
	blocks = squash_blocks(&r->s, &n);
	for (uint64_t i = 0; i < blocks; i++) {
		struct squash_stored b = squash_block(&r->s, table, &n, i);
		uint64_t left = size - done;
		size_t len = left < r->s.block_size ? left : r->s.block_size;

		load_block(&j, at, b, len, done);
		at += b.size;
		done += len;
	}
	if (done < size)
		load_tail(&j, &n, size - done, done);
	return j.result;
}
