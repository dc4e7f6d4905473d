/* flash_send.c - bytes into a boot loader's memory, and from there to the flash */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/connet.h"
#include "acquire/ymodem.h"
#include "cmd/flash_loader.h"
#include "core/hash.h"

enum { SLOW_MS = 120000, FEW = 128 * 1024, TRIES = 3 };

/* What loaders say when a command did not do it. */
static bool has_failed(struct buf *answer)
{
	static const char *const words[] = { "ERROR", "rror:", "ailed", "Usage",
					     "nknown command", "nvalid", "** ",
					     "kipping bad block", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strstr(buf_string(answer), words[i]))
			return true;
	return false;
}

int loading_type(struct loading *l, const char *line, struct err *e)
{
	struct buf answer = { 0 };
	int r = console_type(&l->t.c, line, SLOW_MS, &answer, e);

	if (!r && has_failed(&answer)) {
		fail(e, ERR_DEVICE, "\"%s\" answers \"%.*s\"; try it by hand", line,
		     (int)(answer.len < 80 ? answer.len : 80), (const char *)answer.p);
		err_about(e, l->t.wire.name);
		r = 2;
	}
	buf_free(&answer);
	return r;
}

int loading_store(struct loading *l, const char *text, uint64_t ram, struct range range,
		  struct err *e)
{
	struct buf line = { 0 };
	int r;

	store_command(&line, text, l->t.store.store, ram, range);
	r = loading_type(l, buf_string(&line), e);
	buf_free(&line);
	return r;
}

int loading_read(struct loading *l, const struct console_read *how, struct buf *got,
		 struct err *e)
{
	struct console_count n;
	struct proven p;
	int r = console_read(&l->t.c, how, &p, &n, e);

	if (!r && p.doubtful)
		r = fail(e, ERR_DEVICE, "%zu sectors never come twice alike; nothing was "
			 "written: lower the baud rate", p.doubtful);
	if (!r)
		put_view(got, buf_view(&p.bytes));
	proven_free(&p);
	return r;
}

int loading_prove(struct loading *l, uint64_t ram, struct view bytes, struct err *e)
{
	struct console_read how = { .at = ram, .size = bytes.len };
	struct buf got = { 0 };
	uint32_t crc;
	int r = console_crc32(&l->t.c, ram, bytes.len, &crc, e);

	if (r <= 0)
		return r ? r : crc == crc32_of(0, bytes) ? 0 : 2;
	if (r == 1)
		return 1;
	r = loading_read(l, &how, &got, e);
	if (!r)
		r = view_equal(buf_view(&got), bytes) ? 0 : 2;
	buf_free(&got);
	return r;
}

struct pack loading_pack(const struct loading *l, size_t first)
{
	struct pack p = { .first = first };

	while (first + p.n < l->plan.n &&
	       p.size + l->plan.step[first + p.n].size <= l->room / 2)
		p.size += l->plan.step[first + p.n++].size;
	return p;
}

static int tick(uint64_t done, uint64_t total, void *arg)
{
	progress(arg, "send", done, total);
	return 0;
}

static int send_loady(struct loading *l, struct view bytes, struct err *e)
{
	struct console *c = &l->t.c;
	const struct ymodem_file file = { "fwtool.bin", bytes, &c->in, tick, l->r };
	struct buf answer = { 0 };
	char line[64];
	int r;

	snprintf(line, sizeof(line), "loady 0x%llx", (unsigned long long)l->t.ram);
	r = console_type(c, line, 0, NULL, e);
	if (r)
		return r;
	/* The line that was entered has ended, whatever comes first behind it. */
	buf_clear(&c->in);
	put8(&c->in, '\n');
	r = ymodem_send(c->wire, &file, e);
	progress_end(l->r);
	if (r < 0) {
		struct err second;

		/* A device that was reset does not ask any more. */
		r = console_stop(c, &second);
		return r ? r : 2;
	}
	r = console_answer(c, SLOW_MS, &answer, e);
	buf_free(&answer);
	return r;
}

/* The image lies on a card, under its own name. */
static int send_sd(struct loading *l, const struct pack *p, struct err *e)
{
	const char *slash = strrchr(l->image, '/'), *name = slash ? slash + 1 : l->image;
	uint64_t to = l->t.ram;
	int r = 0;

	for (size_t i = 0; !r && i < p->n; i++) {
		const struct update_step *s = &l->plan.step[p->first + i];
		char line[256];

		if (s->at < l->from || s->at + s->size - l->from > l->im.v.len)
			return fail(e, ERR_USAGE, "the image does not fill its last block; "
				    "give --via loady");
		snprintf(line, sizeof(line), "fatload mmc 0 0x%llx %.100s 0x%llx 0x%llx",
			 (unsigned long long)to, name, (unsigned long long)s->size,
			 (unsigned long long)(s->at - l->from));
		r = loading_type(l, line, e);
		to += s->size;
	}
	return r;
}

const char *loading_way(const struct loading *l)
{
	static const char *const words[] = { NULL, "loady", "tftp", "sd" };

	return l->o->via ? words[l->o->via]
	     : l->plan.erase_bytes > FEW && !l->no_net ? "tftp" : "loady";
}

int loading_send(struct loading *l, const struct pack *p, struct err *e)
{
	struct buf b = { 0 };
	int r;

	if (!strcmp(loading_way(l), "sd"))
		return send_sd(l, p, e);
	for (size_t i = 0; i < p->n; i++)
		put_view(&b, loading_bytes(l, &l->plan.step[p->first + i]));
	if (!strcmp(loading_way(l), "tftp")) {
		r = talk_tftp_load(&l->t, l->t.ram, buf_view(&b), e);
		/* 1: the network does not do. */
		if (r <= 0 || l->o->via == LOAD_TFTP)
			goto out;
		say(l->r, "instead     loady, as %s", e->text);
		l->no_net = true;
	}
	r = send_loady(l, buf_view(&b), e);
out:
	buf_free(&b);
	return r;
}
