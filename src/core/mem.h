/* mem.h - memory that is there or the program ends; and arenas, freed at once */
#ifndef CORE_MEM_H
#define CORE_MEM_H

#include <stddef.h>

/*
 * No code path pretends to survive the end of memory: these never return
 * NULL, they say one line and exit with status 2.
 */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);		/* zeroed */
void *xrealloc(void *p, size_t n);
void *xgrow(void *p, size_t *cap, size_t need, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A zeroed arena is empty and valid; all it gave is freed by arena_free(). */
struct arena {
	struct slab *slab;
	size_t used, total;
};

void *arena_alloc(struct arena *a, size_t n);	/* zeroed, 16-aligned */
char *arena_copy(struct arena *a, const void *p, size_t n);	/* adds a NUL */
void arena_free(struct arena *a);

#endif
