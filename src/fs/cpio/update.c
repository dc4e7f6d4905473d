/* update.c - cpio archives with changes in them: what is unchanged stays */
#include <stdlib.h>

#include "core/codec.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/recode.h"
#include "fs/cpio/write.h"
#include "fs/meta.h"

#define MOST_UNPACKED (UINT64_C(1) << 30)

struct update {
	const struct tree *t;
	struct tree was;
	unsigned which, of;		/* archives */
	struct kept *kept;
	struct arena arena;
};

/* Where the archive at the start of v ends, with the zeros behind it. */
static uint64_t end_of(struct view v)
{
	struct cpio_entry n;
	uint64_t at = 0;
	bool ended = false;

	while (!ended && cpio_get(v, at, &n)) {
		ended = cpio_is_trailer(&n);
		at = n.next < v.len ? n.next : v.len;
	}
	return at + view_run(view_from(v, at), 0);
}

/* One archive: as it was, if the trees do not differ in it. */
static int update_archive(struct update *u, struct view was, struct buf *out,
			  struct err *e)
{
	struct cpio_options o = cpio_defaults;
	struct cpio_making m = { &u->was, &o, u->which, u->of };
	struct buf before = { 0 }, after = { 0 };
	int r = -1;

	cpio_learn_archive(was, &u->arena, &o);
	if (cpio_make(&m, &before, e) < 0)
		goto out;
	m.t = u->t;
	if (cpio_make(&m, &after, e) < 0)
		goto out;
	r = 0;
	u->kept->total++;
	if (view_equal(buf_view(&before), buf_view(&after))) {
		u->kept->kept++;
		put_view(out, was);
		goto out;
	}
	if (!view_equal(buf_view(&before), was))
		note("cpio.anew", "archive %u has fields or entries that are not made "
		     "again; it is equal in content", u->which + 1);
	put_view(out, buf_view(&after));
out:
	buf_free(&before);
	buf_free(&after);
	u->which++;
	return r;
}

/* All archives of v, one behind the other. */
static int update_run(struct update *u, struct view v, struct buf *out,
		      uint64_t *used, struct err *e)
{
	const struct codec *codec;
	uint64_t at = 0;

	while (cpio_member(v, &at, &codec) && !codec) {
		struct view rest = view_from(v, at);
		struct view was = view_upto(rest, 0, end_of(rest));

		if (update_archive(u, was, out, e) < 0)
			return -1;
		at += was.len;
	}
	*used = at;
	return 0;
}

/* A compressed member is packed again, the way it was, where it changed. */
static int update_packed(struct update *u, struct view v, const struct codec *codec,
			 uint64_t *used, struct buf *out, struct err *e)
{
	struct recoding r = { .codec = codec };
	struct recoded how = { 0 };
	struct buf was = { 0 }, now = { 0 };
	struct decoded d;
	uint64_t rest;
	int result = -1;

	if (codec->decode(v, MOST_UNPACKED, &was, &d, e) < 0 ||
	    update_run(u, buf_view(&was), &now, &rest, e) < 0)
		goto out;
	put_view(&now, view_from(buf_view(&was), rest));
	r.was = view_sub(v, 0, d.used);
	r.plain_was = buf_view(&was);
	r.now = buf_view(&now);
	*used = d.used;
	if (view_equal(r.now, r.plain_was)) {
		put_view(out, r.was);
		result = 0;
	} else if (!codec->packer) {
		fail(e, ERR_UNSUPPORTED, "%s cannot be packed again; undo the changes "
		     "in that archive", codec->name);
	} else {
		result = recode(&r, out, &how, e);
	}
out:
	buf_free(&was);
	buf_free(&now);
	return result;
}

static int update_all(struct update *u, struct view v, struct buf *out,
		      struct err *e)
{
	const struct codec *codec;
	uint64_t at = 0, used = 0;

	while (at < v.len) {
		uint64_t from = at;

		if (update_run(u, view_from(v, at), out, &used, e) < 0)
			return -1;
		at += used;
		if (!cpio_member(v, &at, &codec) || !codec)
			break;
		put_view(out, view_sub(v, from + used, at - from - used));
		if (update_packed(u, view_from(v, at), codec, &used, out, e) < 0)
			return -1;
		at += used;
	}
	put_view(out, view_from(v, at));
	return 0;
}

static int too_large(uint64_t is, uint64_t room, struct err *e)
{
	return fail(e, ERR_LIMIT, "needs %llu bytes, room for %llu (%llu too many); "
		    "see fwtool ls --by-size, or remove files",
		    (unsigned long long)is, (unsigned long long)room,
		    (unsigned long long)(is - room));
}

int cpio_update(struct view was, const struct tree *t, const void *opts,
		uint64_t room, struct buf *out, struct kept *kept, struct err *e)
{
	struct update u = { .t = t, .kept = kept };
	size_t start = out->len;
	int r = -1;

	(void)opts;
	tree_init(&u.was);
	*kept = (struct kept){ 0 };
	if (cpio_read(was, &u.was, e) < 0)
		goto out;
	r = tree_same(&u.was, t, NULL, e);
	if (r == 1) {
		put_view(out, was);
		r = 0;
	} else if (!r) {
		r = cpio_archives(&u.was, &u.of, e);
		r = r < 0 ? r : update_all(&u, was, out, e);
	}
	if (!r && room && out->len - start > room)
		r = too_large(out->len - start, room, e);
out:
	arena_free(&u.arena);
	tree_free(&u.was);
	return r;
}
