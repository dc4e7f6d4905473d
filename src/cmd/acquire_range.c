/* acquire_range.c - prove a range, say how it went */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "acquire/clock.h"
#include "acquire/sidecar.h"
#include "cmd/acquire.h"
#include "core/text.h"

/* One reading of one range, as it is told to people. */
struct reading {
	struct run *r;
	const struct acquire_opts *o;
	int64_t began;
	unsigned pass;
	uint64_t size;
	char part[4096 + 8];	/* what it is written to as it goes */
};

static void say_pass(struct reading *g)
{
	char text[80];

	say(g->r, "pass %-6u %llu bytes in %s", g->pass, (unsigned long long)g->size,
	    acquire_pace(now_ms() - g->began, g->size, text));
	g->began = now_ms();
}

static int tick(const char *stage, unsigned pass, uint64_t done, uint64_t total,
		void *arg)
{
	struct reading *g = arg;
	char text[32];

	if (pass)
		snprintf(text, sizeof(text), "pass %u of %llu", pass,
			 (unsigned long long)g->o->reads);
	else
		snprintf(text, sizeof(text), "%s", stage);
	progress(g->r, text, done, total);
	if (pass > g->pass) {
		if (g->pass)
			say_pass(g);
		g->pass = pass;
	}
	return interrupted();
}

static size_t count_of(const struct proven *p, enum sector_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < p->sectors; i++)
		n += p->state[i] == state;
	return n;
}

static void say_outcome(struct reading *g, const struct proven *p)
{
	if (g->pass)
		say_pass(g);
	if (p->differed)
		say(g->r, "reread      %zu of %zu sectors differed: %zu settled by vote, "
		    "%zu not", p->differed, p->sectors, count_of(p, SECTOR_VOTED),
		    p->doubtful);
	else if (g->o->reads > 1)
		say(g->r, "identical   all %llu passes agree",
		    (unsigned long long)g->o->reads);
	if (p->signature)
		say(g->r, "diagnosis   %s", p->signature);
}

/* What a machine wants to know of it: in --json, and in FILE.json. */
static json_t *facts(struct reading *g, const struct proven *p, uint64_t at)
{
	json_t *side = sidecar_new(p, at);
	json_t *chip = json_object_get(g->r->doc, "chip");

	json_object_set_new(side, "reads", json_integer((json_int_t)g->o->reads));
	if (chip)
		json_object_set(side, "chip", chip);
	json_object_set(g->r->doc, "unproven", json_object_get(side, "unproven"));
	return side;
}

static int fail_doubtful(const struct proven *p, uint64_t at, struct err *e)
{
	for (size_t i = 0; i < p->sectors; i++) {
		if (p->state[i] != SECTOR_DOUBTFUL)
			continue;
		fail_at(e, at + (uint64_t)i * PROOF_SECTOR, "%zu of %zu sectors read "
			"differently each time; reseat the clip, use shorter wires or "
			"--speed, then add --resume", p->doubtful, p->sectors);
		break;
	}
	e->kind = ERR_DEVICE;
	return err_about(e, "chip");
}

/* What came of it stays in PATH.part, with what is known of it beside. */
static void keep(struct reading *g, const struct proven *p, uint64_t at,
		 const char *what)
{
	say(g->r, "kept        %s%s", g->part, what);
	acquire_sidecar(g->part, facts(g, p, at), buf_view(&p->bytes));
}

/* Some sectors came differently each time. */
static int refuse(struct reading *g, const struct proven *p, uint64_t at,
		  bool journal, struct err *e)
{
	char what[80];

	fail_doubtful(p, at, e);
	if (!journal)
		return -1;
	snprintf(what, sizeof(what), ", %zu of %zu sectors proven",
		 p->sectors - p->doubtful, p->sectors);
	keep(g, p, at, what);
	cmd_error(e);
	return STATUS_PARTIAL;
}

static int save(struct reading *g, const struct proven *p, const char *path,
		uint64_t at, struct err *e)
{
	json_t *side = facts(g, p, at);
	int result = acquire_save(g->r, path, buf_view(&p->bytes), e);
	char beside[sizeof(g->part) + 8];

	if (result < 0) {
		json_decref(side);
		return -1;
	}
	acquire_sidecar(path, side, buf_view(&p->bytes));
	snprintf(beside, sizeof(beside), "%s.json", g->part);
	if (strcmp(path, "-") && !access(beside, F_OK))
		unlink(beside);
	return result;
}

int acquire_range(struct run *r, const struct acquire_opts *o, struct source *s,
		  struct range range, const char *path, struct err *e)
{
	bool journal = strcmp(path, "-");
	struct reading g = { .r = r, .o = o, .began = now_ms(), .size = range.size };
	struct proof_opts how = { .reads = (unsigned)o->reads,
				  .reread = (unsigned)o->reread,
				  .resume = o->resume, .tick = tick, .arg = &g,
				  .of = json_string_value(json_object_get(
					json_object_get(r->doc, "chip"), "id")) };
	struct proven p;
	int result;

	if (r->common->dry_run) {
		say(r, "%s: would be 0x%llx bytes from 0x%06llx", path,
		    (unsigned long long)range.size, (unsigned long long)range.at);
		return STATUS_OK;
	}
	if (o->resume && !journal)
		return fail(e, ERR_USAGE, "--resume needs the name of the file; give -o "
			    "FILE");
	snprintf(g.part, sizeof(g.part), "%s.part", path);
	how.journal = journal ? g.part : NULL;
	result = source_prove(s, range.at, range.size, &how, &p, e);
	progress_end(r);
	if (result < 0) {
		if (journal && e->kind == ERR_DEVICE && p.bytes.len)
			keep(&g, &p, range.at, "; add --resume to go on");
	} else {
		say_outcome(&g, &p);
		result = p.doubtful ? refuse(&g, &p, range.at, journal, e)
				    : save(&g, &p, path, range.at, e);
	}
	proven_free(&p);
	return result;
}
