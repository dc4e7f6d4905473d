/*
 * renewput.c - the place that an object has in the content it lies in
 *
 * Slack of one value behind it is room, as in a part. Amid the bytes of a
 * program there is none, but for the initramfs of a Linux kernel: its length
 * stands behind it, at the next multiple of 8, and the kernel skips zeros.
 */
#include "core/hash.h"
#include "core/log.h"
#include "project/renew.h"
#include "project/slack.h"

#define ANY UINT64_MAX

/* The number behind an initramfs that is its length, of 4 or 8 bytes. */
struct length_word { size_t at; uint64_t room; enum endian endian; bool is_found; };

static bool is_length(struct view v, size_t at, enum endian endian, uint64_t n,
		      struct length_word *w)
{
	if (!view_has(v, at, 4) || peek32(v, at, endian) != n)
		return false;
	w->at = at;
	w->endian = endian;
	return w->is_found = true;
}

static struct length_word find_length(struct view v, const struct opened *x)
{
	uint64_t end = x->at + x->size, at = (end + 7) & ~UINT64_C(7);
	struct length_word w = { .room = at - x->at };
	struct view pad = view_sub(v, end, at - end);

	if (view_run(pad, 0) == pad.len && !is_length(v, at, LITTLE, x->size, &w) &&
	    !is_length(v, at, BIG, x->size, &w) && !peek32(v, at, BIG))
		is_length(v, at + 4, BIG, x->size, &w);
	return w;
}

static uint8_t fill_of(const struct opened *x, struct view behind)
{
	if (x->format->borderless || x->inner || !behind.len)
		return x->format->borderless ? 0xff : 0;
	return behind.p[0] == 0xff ? 0xff : 0;
}

static uint64_t room_of(const struct renewed *c, const struct opened *x,
			struct view behind, uint8_t fill)
{
	size_t run = x->format->borderless ? view_run(behind, fill)
					   : slack_run(behind);
	struct length_word w;

	if (run == behind.len && c->grows)
		return ANY;
	if (!x->inner)
		return x->size + run;
	w = find_length(c->was, x);
	return w.is_found ? w.room : x->size;
}

static int too_large(const struct opened *x, uint64_t size, uint64_t room,
		     struct err *e)
{
	fail(e, ERR_LIMIT, "needs %llu bytes, room for %llu (%llu bytes too many); "
	     "%s", (unsigned long long)size, (unsigned long long)room,
	     (unsigned long long)(size - room), is_tree(x) ? "remove files" :
	     "make what is in it smaller");
	return err_about(e, x->name);
}

static void put_length(struct renewed *c, const struct opened *x, size_t n)
{
	struct length_word w = x->inner ? find_length(c->was, x)
				       : (struct length_word){ 0 };
	enum endian was = c->now.endian;

	if (!w.is_found)
		return;
	c->now.endian = w.endian;
	patch32(&c->now, w.at, (uint32_t)n);
	c->now.endian = was;
}

int renewed_put(struct renewed *c, const struct opened *x, struct view made,
		struct err *e)
{
	uint64_t end = x->at + x->size;
	struct view behind = view_from(c->was, end);
	uint8_t fill = fill_of(x, behind);
	uint64_t room = room_of(c, x, behind, fill);

	if (made.len > room)
		return too_large(x, made.len, room, e);
	if (!c->changed)
		put_view(&c->now, c->was);
	c->changed = true;
	c->left = room == ANY ? 0 : room - made.len;
	put_length(c, x, made.len);
	/* Nothing behind it: the content ends where it does. */
	if (c->grows && (!behind.len || x->at + made.len > c->was.len)) {
		c->now.len = (size_t)x->at;
		put_view(&c->now, made);
		return 0;
	}
	memcpy(c->now.p + x->at, made.p, made.len);
	if (made.len < x->size)
		memset(c->now.p + x->at + made.len, fill, x->size - made.len);
	else if (!x->inner)
		memset(c->now.p + x->at + made.len, 0,
		       slack_padding(behind, x->size, made.len,
				     room == ANY ? c->was.len - x->at : room));
	return 0;
}
