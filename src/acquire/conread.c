/* conread.c - memory read over a console, block by block, each one proven */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "acquire/console.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/text.h"
#include "fixup/hexdump.h"

enum { BLOCK = 64 * 1024, PART = 4096, TRIES = 8, QUIET_MS = 3000, SLOW_MS = 60000 };

struct work {
	struct console *c;
	const struct console_read *r;
	struct console_count *count;
	uint8_t *mem;			/* r->size bytes */
	bool has_crc;
	struct sum { uint32_t crc; size_t size, at; } *sum;	/* of blocks so far */
	size_t sums, capsums;
};

/* The device started anew: bring it back. */
static int bring_back(struct work *w, struct err *e)
{
	w->count->resets++;
	if (!w->r->restore)
		return fail(e, ERR_DEVICE, "the device started anew in the middle; "
			    "keep its watchdog quiet, and run again");
	return w->r->restore(w->c, w->r->arg, e);
}

static int again_and_again(struct err *e)
{
	return fail(e, ERR_DEVICE, "the device starts anew again and again; disable its "
		    "watchdog first");
}

/* Ask; after a reset bring the device back, and ask again. */
static int ask(struct work *w, const char *command, unsigned quiet, struct buf *out,
	       struct err *e)
{
	for (int i = 0; i < TRIES; i++) {
		int r = console_ask(w->c, command, quiet, out, e);

		if (r <= 0)
			return r;
		buf_clear(out);
		if (bring_back(w, e) < 0)
			return -1;
	}
	return again_and_again(e);
}

/* 0: known; 1: the loader has no such command; -1. */
static int device_crc(struct work *w, uint64_t at, uint64_t size, uint32_t *crc,
		      struct err *e)
{
	for (int i = 0; w->has_crc && i < TRIES; i++) {
		int r = console_crc32(w->c, at, size, crc, e);

		if (r != 1)
			return r == 2 ? 1 : r;
		if (bring_back(w, e) < 0)
			return -1;
	}
	return w->has_crc ? again_and_again(e) : 1;
}

static void dump_command(const struct work *w, uint64_t at, uint64_t size,
			 char *text, size_t n)
{
	const struct loader *l = w->c->loader;
	unsigned unit = l->unit ? l->unit : w->r->width ? w->r->width : 4;

	/* Odd ends are read by bytes. */
	if (!l->unit && (at % unit || size % unit))
		unit = 1;
	if (l->unit)
		snprintf(text, n, l->dump, (unsigned long long)at,
			 (unsigned long long)(size / unit));
	else
		snprintf(text, n, l->dump, unit == 1 ? 'b' : unit == 2 ? 'w'
			 : unit == 4 ? 'l' : 'q', (unsigned long long)at,
			 (unsigned long long)(size / unit));
}

/* A range being read: which of its bytes are there. */
struct taking { struct work *w; uint64_t at, size; uint8_t *have; };

static void take(struct taking *t, const struct dump *d)
{
	uint8_t *mem = t->w->mem + (t->at - t->w->r->at);

	for (size_t i = 0; i < d->n; i++) {
		const struct stretch *s = &d->part[i];

		for (uint64_t k = 0; k < s->size; k++) {
			uint64_t off = s->at + k - t->at;

			if (s->at + k < t->at || off >= t->size)
				continue;
			mem[off] = s->p[s->repeat ? (s->phase + k) % s->repeat : k];
			t->have[off] = 1;
		}
	}
}

static int read_once(struct taking *t, uint64_t at, uint64_t size, struct err *e)
{
	struct hexdump h = { .opts = hexdump_defaults };
	struct buf answer = { 0 };
	char command[96];
	int r;

	dump_command(t->w, at, size, command, sizeof(command));
	r = ask(t->w, command, QUIET_MS, &answer, e);
	if (!r)
		r = hexdump_add(&h, buf_view(&answer), t->w->c->wire->name, e);
	for (size_t i = 0; !r && i < h.ndump; i++)
		take(t, &h.dump[i]);
	hexdump_free(&h);
	buf_free(&answer);
	return r;
}

/* The first run of bytes that are not there, by whole lines; size 0: none. */
static struct range missing(const struct taking *t, uint64_t most)
{
	uint64_t from = 0, to;

	while (from < t->size && t->have[from])
		from++;
	from -= from % 16;
	for (to = from; to < t->size && to - from < most &&
	     (!t->have[to] || to % 16); to++)
		;
	return (struct range){ t->at + from, to - from };
}

/* Read [at, at + size), and what is missing of it again and again. */
static int read_range(struct work *w, uint64_t at, uint64_t size, struct err *e)
{
	struct taking t = { w, at, size, xcalloc((size_t)size, 1) };
	uint64_t before = UINT64_MAX;
	struct range m;
	int r = 0, tries = 0;

	while (!r && (m = missing(&t, w->c->loader->most)).size && tries < TRIES) {
		/* Only standing still counts. */
		tries = m.at == before ? tries + 1 : 0;
		w->count->again += m.at == before || m.size < w->c->loader->most;
		before = m.at;
		r = read_once(&t, m.at, m.size, e);
	}
	free(t.have);
	if (!r && m.size) {
		fail_at(e, m.at, "the console garbles this line each time; lower the baud "
			"rate or use a shorter cable");
		e->kind = ERR_DEVICE;
		r = -1;
	}
	return r;
}

static uint32_t crc_of(const struct work *w, uint64_t at, uint64_t size)
{
	return crc32_of(0, (struct view){ w->mem + (at - w->r->at), (size_t)size, 0 });
}

/* Read until the device's own sum agrees: where it does not, in smaller parts. */
static int read_proven(struct work *w, uint64_t at, uint64_t size, uint32_t want,
		       struct err *e)
{
	if (read_range(w, at, size, e) < 0)
		return -1;
	for (int i = 0; i < TRIES && crc_of(w, at, size) != want; i++) {
		w->count->again++;
		for (uint64_t p = 0; p < size; p += PART) {
			uint64_t n = size - p < PART ? size - p : PART;
			uint32_t crc;

			if (device_crc(w, at + p, n, &crc, e))
				return -1;
			if (crc != crc_of(w, at + p, n) &&
			    read_range(w, at + p, n, e) < 0)
				return -1;
		}
	}
	if (crc_of(w, at, size) == want)
		return 0;
	fail_at(e, at, "the device's crc32 never agrees with what it prints; is its memory "
		"changing?");
	e->kind = ERR_DEVICE;
	return -1;
}

/* Without a checksum of its own: until two readings are the same. */
static int read_twice(struct work *w, uint64_t at, uint64_t size, struct err *e)
{
	uint8_t *p = w->mem + (at - w->r->at);
	uint8_t *was = xmalloc((size_t)size);
	int r = read_range(w, at, size, e), i;

	for (i = 0; !r && i < TRIES; i++) {
		memcpy(was, p, (size_t)size);
		r = read_range(w, at, size, e);
		if (!r && !memcmp(was, p, (size_t)size))
			break;
		w->count->again++;
	}
	if (!r && i == TRIES) {
		fail_at(e, at, "no two readings are the same; lower the baud rate or use a "
			"shorter cable");
		e->kind = ERR_DEVICE;
		r = -1;
	}
	free(was);
	return r;
}

/* Whether the device itself finds both places equal. */
static bool compares_equal(struct work *w, uint64_t a, uint64_t b, uint64_t size)
{
	struct buf answer = { 0 };
	char command[96];
	struct err ignored;
	bool same;

	snprintf(command, sizeof(command), w->c->loader->cmp, (unsigned long long)a,
		 (unsigned long long)b, (unsigned long long)size);
	same = !ask(w, command, SLOW_MS, &answer, &ignored) && answer.len &&
	       memmem(answer.p, answer.len, "were the same", 13) &&
	       !memmem(answer.p, answer.len, "!=", 2);
	buf_free(&answer);
	return same;
}

/* Known without reading: blank, the same as before, as in the older dump. */
static bool is_known(struct work *w, uint64_t at, uint64_t size, uint32_t crc)
{
	uint8_t *p = w->mem + (at - w->r->at);
	struct view old = view_sub(w->r->base, at - w->r->at, size);

	if (w->r->no_skip)
		return false;
	memset(p, 0xff, (size_t)size);
	if (crc_of(w, at, size) == crc) {
		w->count->blank++;
		return true;
	}
	if (old.len && crc32_of(0, old) == crc) {
		memcpy(p, old.p, old.len);
		w->count->based++;
		return true;
	}
	for (size_t i = 0; w->c->loader->cmp && i < w->sums; i++) {
		if (w->sum[i].crc != crc || w->sum[i].size != size ||
		    !compares_equal(w, w->r->at + w->sum[i].at, at, size))
			continue;
		memcpy(p, w->mem + w->sum[i].at, (size_t)size);
		w->count->same++;
		return true;
	}
	return false;
}

static int read_block(struct work *w, uint64_t at, uint64_t size, struct err *e)
{
	uint32_t crc;
	int r = device_crc(w, at, size, &crc, e);

	if (r < 0)
		return -1;
	if (r) {
		w->has_crc = false;
		return read_twice(w, at, size, e);
	}
	w->count->by_crc32 = true;
	if (!is_known(w, at, size, crc) && read_proven(w, at, size, crc, e) < 0)
		return -1;
	w->sum = xgrow(w->sum, &w->capsums, w->sums + 1, sizeof(*w->sum));
	w->sum[w->sums++] = (struct sum){ crc, (size_t)size, (size_t)(at - w->r->at) };
	return 0;
}

int console_read(struct console *c, const struct console_read *r,
		 struct buf *out, struct console_count *count, struct err *e)
{
	struct work w = { .c = c, .r = r, .count = count };
	int result = 0;

	*count = (struct console_count){ 0 };
	if (!c->loader)
		return fail(e, ERR_DEVICE, "the boot loader is not recognised; give --loader "
			    "u-boot, cfe, realtek, redboot, zyxel, tcboot or netos");
	w.has_crc = c->loader->crc32 != NULL;
	w.mem = buf_room(out, (size_t)r->size);
	for (uint64_t done = 0; !result && done < r->size; ) {
		uint64_t n = r->size - done < BLOCK ? r->size - done : BLOCK;

		result = read_block(&w, r->at + done, n, e);
		done += n;
		if (!result && r->tick && r->tick(done, r->size, r->arg))
			result = fail(e, ERR_DEVICE, "stopped; run again");
	}
	if (!result)
		out->len += (size_t)r->size;
	free(w.sum);
	return result < 0 ? err_about(e, c->wire->name) : 0;
}
