/* hexdump.c - console logs and hex dumps become bytes */
#include "fixup/hexdump.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/text.h"

enum { CHUNK = 4 << 20, LOOK = 1 << 18, WINDOW = 1 << 14, WINDOWS = 4 };

static const char *const endian_words[] = { "auto", "little", "big", NULL };

#define AT(field) offsetof(struct hexopts, field)

const struct option hexdump_options[] = {
	{ OPT_WORD, 0, "format", AT(format), "F",
	  "uboot, xxd, hexdump, od, ihex, srec, ... (default: auto)", hex_formats },
	{ OPT_UINT, 0, "width", AT(width), "N", "only lines with words of N bytes", 0 },
	{ OPT_WORD, 0, "endian", AT(endian), "ORDER",
	  "little or big; default: by the text column", endian_words },
	{ OPT_TEXT, 0, "base", AT(base), "ADDR", "begin at this address", 0 },
	{ OPT_UINT, 0, "fill", AT(fill), "BYTE", "what to put into gaps (0xff)", 0 },
	{ OPT_UINT, 0, "dump", AT(dump), "N", "which one, of a log with several", 0 },
	{ 0 }
};

const struct hexopts hexdump_defaults = { .fill = 0xff };

/* Mostly text: a firmware image is not, whatever strings it holds. */
static bool is_text(struct view v)
{
	size_t odd = 0;

	for (size_t i = 0; i < v.len; i++)
		odd += (v.p[i] < 0x20 && !memchr("\t\n\r\b\f\0\x1b", v.p[i], 7)) ||
		       v.p[i] == 0x7f;
	/* NULs come with the line noise; a lot of them is no text. */
	for (size_t i = 0; i < v.len; i++)
		odd += !v.p[i];
	return odd * 20 <= v.len;
}

/* Lines in v that belong to a dump and go on where the one before ended. */
static unsigned chained(struct view v)
{
	struct chunk c = { .log = v };
	unsigned n = 0;

	chunk_read(&c);
	for (size_t i = 0; i < c.n; i++)
		if (c.piece[i].kind == PIECE_RUN)
			n += c.piece[i].lines > 1 || !c.piece[i].dialect->weak ?
			     (unsigned)c.piece[i].lines : 0;
	chunk_free(&c);
	return n;
}

int hexdump_suspect(struct view in)
{
	struct view head = view_upto(in, 0, LOOK);
	unsigned n;

	if (!in.len || !is_text(head))
		return 0;
	n = chained(head);
	for (unsigned i = 1; n < 2 && i <= WINDOWS && in.len > LOOK; i++) {
		struct view w = view_upto(in, in.len / (WINDOWS + 1) * i, WINDOW);

		n = is_text(w) ? chained(w) : 0;
	}
	return n >= 2 ? 90 : n ? 30 : 0;
}

static void read_one(size_t i, void *arg)
{
	struct chunk *c = arg;

	chunk_read(&c[i]);
}

/* Cut the log at line borders, to be read by several workers. */
static void split(struct hexlog *log, struct view v, const struct chunk *like)
{
	size_t n = v.len / CHUNK ? v.len / CHUNK : 1, at = 0;

	if (par_jobs() == 1)
		n = 1;
	log->chunk = xcalloc(n, sizeof(*log->chunk));
	for (size_t i = 0; i < n && at < v.len; i++) {
		size_t end = i + 1 < n ? v.len / n * (i + 1) : v.len;
		const uint8_t *nl;

		if (end < at)
			continue;
		nl = memchr(v.p + end, '\n', v.len - end);
		end = nl && end < v.len ? (size_t)(nl - v.p) + 1 : v.len;
		log->chunk[log->nchunk] = *like;
		log->chunk[log->nchunk++].log = view_sub(v, at, end - at);
		at = end;
	}
}

/*
 * Where a line's meaning hangs on the lines before it, as in Intel HEX, the
 * log is read again in one piece.
 */
static int read_chunks(struct hexlog *log, struct view v, const struct chunk *like,
		       struct err *e)
{
	struct par p = { .work = read_one };
	bool again = false;

	split(log, v, like);
	p.arg = log->chunk;
	if (par_run(&p, log->nchunk, e) < 0)
		return -1;
	for (size_t i = 0; i < log->nchunk; i++)
		again |= log->nchunk > 1 && log->chunk[i].needs_context;
	if (again) {
		for (size_t i = 0; i < log->nchunk; i++)
			chunk_free(&log->chunk[i]);
		log->nchunk = 1;
		log->chunk[0] = *like;
		log->chunk[0].log = v;
		chunk_read(&log->chunk[0]);
	}
	for (size_t i = 0; i < log->nchunk; i++) {
		log->lines += log->chunk[i].lines;
		log->good += log->chunk[i].good;
		log->bad += log->chunk[i].bad;
		log->other += log->chunk[i].other;
		log->spare += log->chunk[i].spare;
	}
	return 0;
}

int hexdump_add(struct hexdump *h, struct view log, const char *name,
		struct err *e)
{
	struct chunk like = { .width = (unsigned)h->opts.width };
	struct passes passes = { 0 };
	unsigned number = (unsigned)h->nlog;
	int r = 0;

	if (h->opts.width && h->opts.width != 1 && h->opts.width != 2 &&
	    h->opts.width != 4 && h->opts.width != 8)
		return fail(e, ERR_USAGE, "--width %llu: words have 1, 2, 4 or 8 bytes; "
			    "give one of these", (unsigned long long)h->opts.width);
	if (h->opts.format)
		like.format = hex_formats[h->opts.format];
	h->log = xrealloc(h->log, (h->nlog + 1) * sizeof(*h->log));
	h->log[number] = (struct hexlog){ 0 };
	h->nlog++;
	snprintf(h->log[number].name, sizeof(h->log[number].name), "%s", name);
	if (log.len && read_chunks(&h->log[number], log, &like, e) < 0)
		return -1;
	hexlog_passes(h, number, &passes);
	for (size_t i = 0; i < passes.n; i++) {
		if (!r)
			r = hexdump_lay(h, &passes.pass[i], number, e);
		free(passes.pass[i].part);
	}
	free(passes.pass);
	return r < 0 ? err_about(e, name) : 0;
}

uint64_t dump_lines(const struct hexdump *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < h->nlog; i++)
		n += h->log[i].good;
	return n;
}

void hexdump_free(struct hexdump *h)
{
	for (size_t i = 0; i < h->nlog; i++) {
		for (size_t k = 0; k < h->log[i].nchunk; k++)
			chunk_free(&h->log[i].chunk[k]);
		free(h->log[i].chunk);
	}
	for (size_t i = 0; i < h->ndump; i++) {
		free(h->dump[i].part);
		free(h->dump[i].conflict);
	}
	free(h->log);
	free(h->dump);
	free(h->crc);
	*h = (struct hexdump){ 0 };
}
