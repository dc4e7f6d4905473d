/* flash_old.c - what a chip holds before it is written */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/flash_job.h"
#include "core/mem.h"
#include "core/out.h"

enum { SAMPLES = 8, SAMPLE = 256 };

/* A name of the chip and the time that is not taken. */
static void name_backup(struct flash_job *j, char *path, size_t n)
{
	const char *name = strchr(j->n.chip.name, ' ');
	char *end;

	acquire_name(name ? name + 1 : j->n.chip.name, path, n - 16);
	end = strrchr(path, '.');
	strcpy(end, "-before.bin");
	for (int i = 2; i < 100 && !access(path, F_OK); i++)
		sprintf(end, "-before%d.bin", i);
}

/* Where the old content goes: --backup, or a name of its own. */
static int save_backup(struct flash_job *j, struct view bytes, struct err *e)
{
	char *path = j->journal.backup;

	name_backup(j, path, sizeof(j->journal.backup));
	if (j->o->backup)
		snprintf(path, sizeof(j->journal.backup), "%s", j->o->backup);
	if (!j->r->common->dry_run &&
	    out_save(path, bytes, j->r->common->force, e) < 0)
		return -1;
	say(j->r, "backup      %s (%llu reads, identical)", path,
	    (unsigned long long)j->o->source.reads);
	return 0;
}

/* The read that finds the differences is the backup. */
int job_back_up(struct flash_job *j, struct err *e)
{
	struct proven p;
	int r = acquire_whole(j->r, &j->o->source, &j->n, &p, e);

	if (!r && !j->journal.found &&
	    !(j->o->backup && !strcmp(j->o->backup, "none")))
		r = save_backup(j, buf_view(&p.bytes), e);
	if (!r)
		put(&j->have, p.bytes.p + j->range.at, (size_t)j->range.size);
	proven_free(&p);
	return r;
}

/* A place where `old` says something, read from the chip: is it so? */
static int check_sample(struct flash_job *j, struct view old, uint64_t at, struct err *e)
{
	uint8_t got[SAMPLE];

	if (nor_read(&j->n, at, got, SAMPLE, e) < 0)
		return -1;
	/* Written before, wholly or in part, is as good. */
	if (view_is(old, at, got, SAMPLE) || j->journal.found ||
	    (at >= j->range.at &&
	     view_is(buf_view(&j->want), at - j->range.at, got, SAMPLE)))
		return 0;
	fail_at(e, at, "the chip does not hold what %s says; leave out --base",
		j->o->base);
	e->kind = ERR_USAGE;
	return err_about(e, "chip");
}

/*
 * What the chip holds is known from an earlier read: only what will change,
 * and a few samples, are read again. What differs there is taken as it is,
 * where a write was interrupted; else the chip is another one.
 */
int job_trust_base(struct flash_job *j, struct err *e)
{
	uint64_t unit = j->n.chip.erase[0].size;
	struct image old;
	int r = 0;

	if (image_open(&old, j->o->base, e) < 0)
		return -1;
	if (old.v.len != j->n.chip.size) {
		image_close(&old);
		fail(e, ERR_USAGE, "is %zu bytes, the chip %llu; it is the dump of another "
		     "chip", old.v.len, (unsigned long long)j->n.chip.size);
		return err_about(e, j->o->base);
	}
	for (unsigned i = 0; !r && i < SAMPLES; i++)
		r = check_sample(j, old.v, j->n.chip.size / SAMPLES * i + 64 * i, e);
	put_view(&j->have, view_sub(old.v, j->range.at, j->range.size));
	for (uint64_t i = 0; !r && i < j->range.size; i += unit) {
		struct view w = view_upto(buf_view(&j->want), i, unit);
		struct view h = view_upto(buf_view(&j->have), i, unit);
		uint8_t *now;

		if (view_equal(w, h))
			continue;
		now = xmalloc(w.len);
		r = nor_read(&j->n, j->range.at + i, now, w.len, e);
		if (!r && memcmp(now, h.p, h.len) && !j->journal.found &&
		    memcmp(now, w.p, w.len)) {
			fail_at(e, j->range.at + i, "the chip does not hold what %s says; "
				"leave out --base", j->o->base);
			e->kind = ERR_USAGE;
			r = err_about(e, "chip");
		}
		memcpy(j->have.p + i, now, w.len);
		free(now);
	}
	snprintf(j->journal.backup, sizeof(j->journal.backup), "%s", j->o->base);
	image_close(&old);
	if (!r)
		say(j->r, "base        %s is what the chip holds, as far as it was read",
		    j->o->base);
	return r;
}
