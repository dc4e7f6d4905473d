/* as.c - what of a UBIFS inode or name no other file system has, as a text */
#include "fs/ubifs/as.h"

#include <stdlib.h>

static const char *find(const struct node *n, char letter)
{
	for (const char *s = n->as; s && *s; s++) {
		if (s[0] == letter && s[1] == '=')
			return s + 2;
		s = strchr(s, ',');
		if (!s)
			break;
	}
	return NULL;
}

static void get_time(const char *s, int64_t *seconds, uint32_t *ns)
{
	char *end;

	if (!s)
		return;
	*seconds = strtoll(s, &end, 10);
	*ns = *end == '.' ? (uint32_t)strtoul(end + 1, NULL, 10) : 0;
}

bool ubifs_as_number(const struct node *n, char letter, uint64_t *x)
{
	const char *s = find(n, letter);

	if (s)
		*x = strtoull(s, NULL, 10);
	return s;
}

void ubifs_as_get(const struct node *n, struct ubifs_ino *ino)
{
	const char *flags = find(n, 'f');
	uint64_t ns, size;

	get_time(find(n, 'a'), &ino->atime, &ino->atime_ns);
	get_time(find(n, 'c'), &ino->ctime, &ino->ctime_ns);
	if (ubifs_as_number(n, 'm', &ns))
		ino->mtime_ns = (uint32_t)ns;
	if (ubifs_as_number(n, 'z', &size))
		ino->size = size;
	if (flags)
		ino->flags = (uint32_t)strtoul(flags, NULL, 16);
}

static void put_time(struct buf *out, char letter, int64_t seconds, uint32_t ns)
{
	put_text(out, "%s%c=%lld", out->len ? "," : "", letter, (long long)seconds);
	if (ns)
		put_text(out, ".%u", ns);
}

void ubifs_as_put(struct buf *out, const struct ubifs_ino *ino, uint32_t flags)
{
	if (ino->atime != ino->mtime || ino->atime_ns)
		put_time(out, 'a', ino->atime, ino->atime_ns);
	if (ino->ctime != ino->mtime || ino->ctime_ns)
		put_time(out, 'c', ino->ctime, ino->ctime_ns);
	if (ino->mtime_ns)
		put_text(out, "%sm=%u", out->len ? "," : "", ino->mtime_ns);
	if (ino->size && !S_ISREG(ino->mode) && !S_ISDIR(ino->mode) &&
	    !S_ISLNK(ino->mode))
		put_text(out, "%sz=%llu", out->len ? "," : "",
			 (unsigned long long)ino->size);
	if (ino->flags != flags)
		put_text(out, "%sf=%x", out->len ? "," : "", ino->flags);
}
