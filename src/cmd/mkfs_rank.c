/* mkfs_rank.c - compressors by priority, as mkfs.jffs2 ranks them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/mkfs.h"

/* The compressors as mkfs.jffs2 knows them: highest priority first. */
static const struct ranked usual[RANKED] = {
	{ "lzo", 80, false }, { "zlib", 60, true }, { "rtime", 50, true },
};

static int find(struct ranked *r, const char *name, struct err *e)
{
	for (int i = 0; i < RANKED; i++)
		if (!strcmp(r[i].name, name))
			return i;
	return fail(e, ERR_USAGE, "%s: not a compressor; give zlib, rtime or lzo",
		    name);
}

static int switch_all(struct ranked *r, const struct texts *names, bool on,
		      struct err *e)
{
	for (size_t i = 0; i < names->n; i++) {
		int k = find(r, names->v[i], e);

		if (k < 0)
			return -1;
		r[k].on = on;
	}
	return 0;
}

/* What gets a new priority goes behind those that have the same. */
static int set_priority(struct ranked *r, const char *text, struct err *e)
{
	char *end;
	long n = strtol(text, &end, 10);
	struct ranked moved;
	int k, to = 0;

	if (end == text || *end != ':')
		return fail(e, ERR_USAGE, "-y %s: no priority; give for example "
			    "-y 70:rtime", text);
	k = find(r, end + 1, e);
	if (k < 0)
		return -1;
	moved = r[k];
	moved.priority = n;
	memmove(r + k, r + k + 1, (size_t)(RANKED - 1 - k) * sizeof(*r));
	while (to < RANKED - 1 && r[to].priority >= n)
		to++;
	memmove(r + to + 1, r + to, (size_t)(RANKED - 1 - to) * sizeof(*r));
	r[to] = moved;
	return 0;
}

int ranks_make(struct ranked *r, const struct texts *on, const struct texts *off,
	       const struct texts *priority, struct err *e)
{
	memcpy(r, usual, sizeof(usual));
	for (size_t i = 0; i < priority->n; i++)
		if (set_priority(r, priority->v[i], e) < 0)
			return -1;
	if (switch_all(r, on, true, e) < 0)
		return -1;
	return switch_all(r, off, false, e);
}

void ranks_print(const struct ranked *r)
{
	for (int i = 0; i < RANKED; i++)
		printf("%10s priority:%ld %s\n", r[i].name, r[i].priority,
		       r[i].on ? "enabled" : "disabled");
}

void ranks_put(const struct ranked *r, struct buf *b)
{
	for (int i = 0; i < RANKED; i++)
		if (r[i].on)
			put_text(b, "%s%s", b->len ? "," : "", r[i].name);
	if (!b->len)
		put_text(b, "none");
}
