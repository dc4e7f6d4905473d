/* acquire_memory.c - memory that a console prints, into one file */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "acquire/clock.h"
#include "acquire/journal.h"
#include "acquire/sidecar.h"
#include "cmd/talk.h"
#include "core/image.h"
#include "core/log.h"

#define MOST_MEMORY (UINT64_C(1) << 32)

static int tick(uint64_t done, uint64_t total, void *arg)
{
	struct talk *t = arg;

	progress(t->r, t->name, done, total);
	return 0;
}

static void say_count(struct talk *t, const struct console_count *n, uint64_t size,
		      int64_t ms)
{
	char pace[80];

	say(t->r, "%-11s %" PRIu64 " bytes in %s, %" PRIu64 " ranges asked again, %s%s%s",
	    t->name, size, acquire_pace(ms, size, pace), n->again, n->by_crc32 ? "device crc32 agrees"
	    : "each line read twice", n->order ? ", words " : "",
	    n->order ? n->order : "");
	if (n->blank + n->same + n->based)
		say(t->r, "not sent    %" PRIu64 " blank, %" PRIu64 " equal, %" PRIu64
		    " known blocks of 64 KiB", n->blank, n->same, n->based);
	if (n->kept)
		say(t->r, "resumed     %" PRIu64 " blocks of 64 KiB were there", n->kept);
	if (n->guessed && !n->by_crc32)
		warn("acquire.order", "nothing in it tells the order of bytes in its words; "
		     "taken as %s, see fwtool swap32", n->order);
	json_object_set_new(t->r->doc, "asked_again", json_integer((json_int_t)n->again));
}

/* What a machine wants to know of it: in --json, and in FILE.json. */
static json_t *facts(struct talk *t, const struct proven *p, struct range mem)
{
	json_t *side = sidecar_new(p, t->flash.size ? t->flash.at : mem.at);
	const struct loader *l = t->c.loader;

	json_object_set_new(side, "loader", json_string(t->c.version[0] ? t->c.version
							: l ? l->title : ""));
	json_object_set(t->r->doc, "unproven", json_object_get(side, "unproven"));
	return side;
}

/* What could not be proven is kept, and said. */
static int keep_part(struct talk *t, const struct proven *p, struct range mem,
		     const char *part, struct err *e)
{
	size_t i = 0;

	while (i < p->sectors && p->state[i] != SECTOR_DOUBTFUL)
		i++;
	fail_at(e, (t->flash.size ? t->flash.at : mem.at) + (uint64_t)i * PROOF_SECTOR,
		"%zu of %zu sectors never come twice alike; lower the baud rate or use a "
		"shorter cable, then add --resume", p->doubtful, p->sectors);
	e->kind = ERR_DEVICE;
	err_about(e, t->wire.name);
	if (!*part)
		return -1;
	say(t->r, "kept        %s, %zu of %zu sectors proven", part,
	    p->sectors - p->doubtful, p->sectors);
	acquire_sidecar(part, facts(t, p, mem), buf_view(&p->bytes));
	cmd_error(e);
	return STATUS_PARTIAL;
}

static int save(struct talk *t, const struct proven *p, struct range mem,
		const char *path, const char *part, struct err *e)
{
	int r = acquire_save(t->r, path, buf_view(&p->bytes), e);
	char side[4112];

	if (r < 0)
		return -1;
	acquire_sidecar(path, facts(t, p, mem), buf_view(&p->bytes));
	if (*part) {
		journal_remove(part);
		snprintf(side, sizeof(side), "%s.json", part);
		unlink(side);
	}
	return r;
}

static int read_proven(struct talk *t, const struct console_read *how, struct range mem,
		       const char *path, struct err *e)
{
	const char *part = how->journal ? how->journal : "";
	struct console_count n;
	struct proven p;
	int64_t began = now_ms();
	int r = console_read(&t->c, how, &p, &n, e);

	progress_end(t->r);
	if (r < 0 && *part && e->kind == ERR_DEVICE)
		say(t->r, "kept        %s; add --resume to go on", part);
	if (!r)
		say_count(t, &n, mem.size, now_ms() - began);
	if (!r && p.doubtful) {
		r = keep_part(t, &p, mem, part, e);
	} else if (!r) {
		r = save(t, &p, mem, path, part, e);
	}
	proven_free(&p);
	return r;
}

int acquire_memory_at(struct talk *t, struct range mem, const char *path,
		      struct err *e)
{
	struct console_read how = { .at = mem.at, .size = mem.size,
		.place = t->flash.size ? t->flash.at : mem.at, .restore = talk_restore,
		.tick = tick, .arg = t, .no_skip = t->o->no_skip,
		.width = (unsigned)t->o->width };
	struct image base = { 0 };
	char part[4104], map[4112];
	int r;

	if (mem.size > MOST_MEMORY)
		return fail(e, ERR_LIMIT, "0x%" PRIx64 " bytes are more than a console ever "
			    "sends; give a smaller --range", mem.size);
	snprintf(part, sizeof(part), "%s.part", path);
	how.journal = strcmp(path, "-") ? part : NULL;
	snprintf(map, sizeof(map), "%s.map", part);
	how.resume = how.journal && t->o->resume && !access(part, F_OK) &&
		     !access(map, F_OK);
	if (t->o->base && image_open(&base, t->o->base, e) < 0)
		return -1;
	how.base = view_sub(base.v, how.place, mem.size);
	r = read_proven(t, &how, mem, path, e);
	if (t->o->base)
		image_close(&base);
	return r;
}

/* 0: saved; 1: this device cannot, and --via auto goes on with md. */
