/* conline.c - lines of memory as a boot loader prints them */
#include "acquire/conline.h"

#include <stdlib.h>

#include "core/mem.h"
#include "fixup/hexdump.h"

enum { TRIES = 12, QUIET_MS = 3000, PROBE = 16 };

/* The device started anew: bring it back. */
static int bring_back(struct conwork *w, struct err *e)
{
	w->count->resets++;
	if (!w->r->restore)
		return fail(e, ERR_DEVICE, "the device started anew in the middle; keep "
			    "its watchdog quiet, and run again");
	return w->r->restore(w->c, w->r->arg, e);
}

static int again_and_again(struct err *e)
{
	return fail(e, ERR_DEVICE, "the device starts anew again and again; disable its "
		    "watchdog first");
}

int con_ask(struct conwork *w, const char *text, const struct request *q,
	    unsigned quiet_ms, struct buf *answer, struct err *e)
{
	for (int i = 0; i < TRIES; i++) {
		int r = console_request(w->c, text, q, quiet_ms, answer, e);

		if (r <= 0)
			return r;
		buf_clear(answer);
		if (bring_back(w, e) < 0)
			return -1;
	}
	return again_and_again(e);
}

int con_crc32(struct conwork *w, uint64_t at, uint64_t size, uint32_t *crc,
	      struct err *e)
{
	for (int i = 0; w->has_crc && i < TRIES; i++) {
		int r = console_crc32(w->c, at, size, crc, e);

		if (r == 2)
			w->has_crc = false;
		if (r != 1)
			return r == 2 ? 1 : r;
		if (bring_back(w, e) < 0)
			return -1;
	}
	return w->has_crc ? again_and_again(e) : 1;
}

/* A stretch of memory being read, in whole lines. */
struct taking {
	struct conwork *w;
	uint64_t at, lines;		/* at is a multiple of a line */
	uint8_t *want;
	size_t came;
};

/* One line that was printed whole. */
static void take_line(struct taking *t, uint64_t at, const uint8_t *p)
{
	const struct console_read *r = t->w->r;
	uint64_t line = (at - t->at) / CON_LINE;

	if (at < t->at || line >= t->lines || !t->want[line])
		return;
	for (unsigned i = 0; i < CON_LINE; i++)
		if (at + i >= r->at && at + i - r->at < r->size)
			t->w->mem[at + i - r->at] = p[i];
	t->want[line] = 0;
	t->came++;
}

static void take_stretch(struct taking *t, const struct stretch *s)
{
	uint64_t from = s->at + (CON_LINE - s->at % CON_LINE) % CON_LINE;

	for (uint64_t at = from; at + CON_LINE <= s->at + s->size; at += CON_LINE) {
		uint8_t line[CON_LINE];

		for (unsigned i = 0; i < CON_LINE; i++) {
			uint64_t k = at - s->at + i;

			line[i] = s->p[s->repeat ? (s->phase + k) % s->repeat : k];
		}
		take_line(t, at, line);
	}
}

static int parse(struct taking *t, struct view answer, struct err *e)
{
	struct hexdump h;
	int r = con_understand(t->w, &h, answer, e);

	/* Of what disagrees with itself nothing is taken: it is asked again. */
	for (size_t i = 0; !r && i < h.ndump; i++)
		for (size_t k = 0; !h.dump[i].nconflict && k < h.dump[i].n; k++)
			take_stretch(t, &h.dump[i].part[k]);
	hexdump_free(&h);
	return r < 0 ? -1 : 0;
}

/* Print lines [from, from + n) once, one way. */
static int print(struct taking *t, const struct printer *p, uint64_t from, uint64_t n,
		 struct err *e)
{
	struct request q = { t->at + from * CON_LINE, n * CON_LINE, 0, p->unit };
	struct buf answer = { 0 };
	int r;

	if (t->w->r->width && strstr(p->command, "%w"))
		q.unit = t->w->r->width;
	r = con_ask(t->w, p->command, &q, QUIET_MS, &answer, e);
	if (!r && answer.len)
		r = parse(t, buf_view(&answer), e);
	buf_free(&answer);
	return r;
}

/* The next run of lines that are wanted, no more than one command prints. */
static uint64_t next_run(const struct taking *t, uint64_t *from, uint64_t most)
{
	uint64_t n = 0, blank = 0;

	while (*from < t->lines && !t->want[*from])
		++*from;
	/* A line or two between that are there cost less than a command. */
	for (uint64_t i = *from; i < t->lines && i - *from < most && blank < 3; i++) {
		blank = t->want[i] ? 0 : blank + 1;
		if (t->want[i])
			n = i - *from + 1;
	}
	return n;
}

/* Words that do not tell their order: other places may. Nothing is taken. */
static int seek_order(struct taking *t, const struct printer *p, struct err *e)
{
	const struct console_read *r = t->w->r;
	uint8_t want[PROBE] = { 0 };

	for (uint64_t i = 0; i < 32 && !t->w->order; i++) {
		uint64_t at = r->at + r->size / 32 * i, end = r->at + r->size;
		struct taking s = { t->w, at - at % CON_LINE, 0, want, 0 };

		s.lines = (end - s.at) / CON_LINE;
		s.lines = s.lines > PROBE ? PROBE : s.lines;
		if (s.lines && print(&s, p, 0, s.lines, e) < 0)
			return -1;
	}
	con_guess_order(t->w);
	return 0;
}

/* Which of the loader's ways prints anything here. */
static int find_printer(struct taking *t, struct err *e)
{
	const struct printer *p;

	for (int i = 0; i < 3; i++)
		for (p = t->w->c->loader->print; p->command; p++) {
			uint64_t from = 0, n = next_run(t, &from, p->most / CON_LINE);

			if (n > PROBE)
				n = PROBE;
			if (!n || print(t, p, from, n, e) < 0)
				return n ? -1 : 0;
			if (!t->came)
				continue;
			t->w->print = p;
			if (t->w->order || !t->w->guess)
				return 0;
			memset(t->want + from, 1, (size_t)n);
			return seek_order(t, p, e);
		}
	return fail(e, ERR_DEVICE, "no command of %s prints memory at 0x%llx; give "
		    "another --loader or --range", t->w->c->loader->title,
		    (unsigned long long)t->at);
}

int con_lines(struct conwork *w, uint64_t at, uint64_t size, uint8_t *want,
	      struct err *e)
{
	uint64_t first = at - at % CON_LINE;
	struct taking t = { w, first, (at + size - first + CON_LINE - 1) / CON_LINE,
			    want, 0 };
	uint64_t most, from, n;

	if (!w->print && find_printer(&t, e) < 0)
		return -1;
	if (!w->print)
		return 0;
	most = w->print->most / CON_LINE;
	for (int i = 0; i < TRIES; i++) {
		for (from = 0; (n = next_run(&t, &from, most)); from += n) {
			w->count->again += i > 0;
			if (print(&t, w->print, from, n, e) < 0)
				return -1;
		}
		if (!from || !memchr(want, 1, t.lines))
			break;
	}
	return 0;
}
