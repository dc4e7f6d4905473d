/* maphunt.c - every list of partitions in a text */
#include "scan/mapmake.h"

enum { MOST_TRIES = 4096 };

static int hunt(struct maps *m, const struct speaker *who, struct view text,
		uint64_t size, const char *key)
{
	const uint8_t *hit;
	struct err e;
	int n = 0, got;

	for (int i = 0; i < MOST_TRIES && m->n < MOST_MAPS && text.len &&
	     (hit = memmem(text.p, text.len, key, strlen(key))); i++) {
		text = view_from(text, (uint64_t)(hit - text.p) + strlen(key));
		got = maps_mtdparts(m, who, text, size, &e);
		n += got > 0 ? got : 0;
	}
	return n;
}

/* On a command line, or as a script sets it. */
int maps_hunt(struct maps *m, const struct speaker *who, struct view text,
	      uint64_t size)
{
	return hunt(m, who, text, size, "mtdparts=") +
	       hunt(m, who, text, size, "setenv mtdparts ");
}
