/* mem.c - memory that is there or the program ends; and arenas, freed at once */
#include "core/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLAB = 64 * 1024, ALIGN = 16 };

struct slab {
	struct slab *next;
	size_t size;
	_Alignas(ALIGN) unsigned char bytes[];
};

static _Noreturn void out_of_memory(void)
{
	static const char text[] =
		"fwtool: error: out of memory; close programs or give less at once\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(2);
}

void *xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		out_of_memory();
	return p;
}

/* Make p, an array of *cap elements, hold need of them; doubles. */
void *xgrow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t want = *cap ? *cap : 16;

	if (need <= *cap)
		return p;
	while (want < need)
		want = want > SIZE_MAX / 2 ? need : want * 2;
	if (want > SIZE_MAX / size)
		out_of_memory();
	*cap = want;
	return xrealloc(p, want * size);
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	return s;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t size;
	void *p;

	if (n > SIZE_MAX - SLAB)
		out_of_memory();
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!a->slab || n > a->slab->size - a->used) {
		struct slab *s;

		size = n > SLAB ? n : SLAB;
		s = xmalloc(sizeof(*s) + size);
		s->size = size;
		s->next = a->slab;
		a->slab = s;
		a->used = 0;
	}
	p = a->slab->bytes + a->used;
	a->used += n;
	a->total += n;
	return memset(p, 0, n);
}

char *arena_copy(struct arena *a, const void *p, size_t n)
{
	char *s = arena_alloc(a, n + 1);

	if (n)
		memcpy(s, p, n);
	return s;
}

void arena_free(struct arena *a)
{
	while (a->slab) {
		struct slab *next = a->slab->next;

		free(a->slab);
		a->slab = next;
	}
	*a = (struct arena){ 0 };
}
