/* archive.c - libarchive, loaded when it is wanted */
#include "fs/archive.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static struct libarchive calls;
static bool loaded;

#ifdef FWTOOL_STATIC

static void load(void)
{
#define HERE(name) calls.name = name;
	LIBARCHIVE(HERE)
	loaded = true;
}

#else

static void load(void)
{
	void *lib = dlopen("libarchive.so.13", RTLD_NOW);

	if (!lib)
		return;
	loaded = true;
#define LOOK_UP(name) \
	*(void **)&calls.name = dlsym(lib, #name); \
	loaded = loaded && calls.name;
	LIBARCHIVE(LOOK_UP)
}

#endif

const struct libarchive *libarchive(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return loaded ? &calls : NULL;
}
