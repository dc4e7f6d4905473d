/* align.c - at which multiples somebody wants files to begin */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "fs/romfs/write.h"

enum { MOST_VOLUME = 255 };

uint64_t romfs_aligned(const char *list, const char *path)
{
	const char *base = strrchr(path, '/');
	uint64_t most = 16;

	while (list && *list) {
		char *end, glob[256];
		uint64_t n = strtoull(list, &end, 0);
		size_t len = strcspn(end, ":");

		snprintf(glob, sizeof(glob), "%.*s", (int)len, end + (*end == ','));
		glob[len > 0 && len < sizeof(glob) ? len - (*end == ',') : 0] = 0;
		if (n > most && !(n & (n - 1)) && n <= 1 << 20 &&
		    !fnmatch(glob, *glob == '/' ? path : base ? base + 1 : path, 0))
			most = n;
		list = end + len + (end[len] == ':');
	}
	return most;
}

static int check_aligned(const char *list, struct err *e)
{
	for (const char *s = list; s && *s; s += strcspn(s, ":"), s += *s == ':') {
		char *end;
		uint64_t n = strtoull(s, &end, 0);

		if (!n || n & (n - 1) || n > 1 << 20 || *end != ',')
			return fail(e, ERR_USAGE, "--aligned %s: not powers of two up to 1M "
				    "and patterns; give for example 4096,*.so:64,/bin/*",
				    list);
	}
	return 0;
}

int romfs_check_options(const struct romfs_options *o, struct err *e)
{
	if (!o->align || o->align & (o->align - 1) || o->align > 1 << 20)
		return fail(e, ERR_USAGE, "--align %llu: not a power of two up to 1M; "
			    "give 16 to 1M", (unsigned long long)o->align);
	if (strlen(o->volume) > MOST_VOLUME)
		return fail(e, ERR_USAGE, "--volume: has %zu bytes; give a name of %d at "
			    "most", strlen(o->volume), MOST_VOLUME);
	return check_aligned(o->aligned, e);
}
