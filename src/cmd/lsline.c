/* lsline.c - a file as a line of ls */
#include <stdio.h>
#include <time.h>

#include "cmd/ls.h"
#include "core/text.h"
#include "fs/past.h"

static void mode_text(uint32_t mode, char text[11])
{
	static const struct { uint32_t type; char c; } types[] = {
		{ S_IFDIR, 'd' }, { S_IFLNK, 'l' }, { S_IFCHR, 'c' },
		{ S_IFBLK, 'b' }, { S_IFIFO, 'p' }, { S_IFSOCK, 's' },
	};

	strcpy(text, "----------");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if ((mode & S_IFMT) == types[i].type)
			text[0] = types[i].c;
	for (unsigned i = 0; i < 9; i++)
		if (mode & 0400u >> i)
			text[1 + i] = "rwx"[i % 3];
	if (mode & S_ISUID)
		text[3] = mode & 0100 ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = mode & 0010 ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = mode & 0001 ? 't' : 'T';
}

static struct short_text owner_text(uint32_t id)
{
	struct short_text t = { "root" };

	if (id)
		snprintf(t.text, sizeof(t.text), "%u", id);
	return t;
}

static struct short_text time_text(int64_t mtime)
{
	struct short_text t = { "-" };
	time_t when = (time_t)mtime;
	struct tm tm;

	if (mtime != TREE_NO_TIME && gmtime_r(&when, &tm))
		strftime(t.text, sizeof(t.text), "%Y-%m-%d %H:%M", &tm);
	return t;
}

static bool is_device(const struct node *n)
{
	return S_ISCHR(n->mode) || S_ISBLK(n->mode);
}

static void print_details(const struct line *l)
{
	const struct node *n = tree_self(l->n);
	char mode[11], size[32];

	mode_text(n->mode, mode);
	if (is_device(n))
		snprintf(size, sizeof(size), "%u, %u", n->major, n->minor);
	else
		snprintf(size, sizeof(size), "%llu", (unsigned long long)l->size);
	printf("%s %-4s %-4s %7s %16s ", mode, owner_text(n->uid).text,
	       owner_text(n->gid).text, size, time_text(n->mtime).text);
}

/* "  deleted, 4096 bytes missing" */
static void put_state(struct buf *b, const struct past *p)
{
	if (!p)
		return;
	put_text(b, p->deleted ? "  deleted" : "  replaced");
	if (p->missing)
		put_text(b, ", %llu bytes missing", (unsigned long long)p->missing);
	else if (p->unsure)
		put_text(b, ", perhaps not all of it");
}

static void state_entry(json_t *o, const struct past *p)
{
	json_object_update_new(o, json_pack("{s:s, s:I, s:I, s:I, s:b}", "state",
		p->deleted ? "deleted" : "replaced", "number",
		(json_int_t)p->number, "version", (json_int_t)p->version,
		"missing", (json_int_t)p->missing, "unsure", p->unsure));
}

void ls_print(const struct listing *s, const struct line *l)
{
	const struct node *n = tree_self(l->n);
	struct buf b = { 0 };

	if (s->o->zero) {
		fwrite(l->path, 1, strlen(l->path) + 1, stdout);
		return;
	}
	if (s->o->details)
		print_details(l);
	else if (s->o->by_size)
		printf("%10s  ", size_text(l->size).text);
	put_name(&b, l->path);
	if (S_ISDIR(n->mode))
		put8(&b, '/');
	if (S_ISLNK(n->mode) && s->o->details) {
		put(&b, " -> ", 4);
		put_name(&b, n->target);
	}
	put_state(&b, n->past);
	put8(&b, '\n');
	fwrite(b.p, 1, b.len, stdout);
	buf_free(&b);
}

void ls_entry(struct listing *s, const struct line *l)
{
	const struct node *n = tree_self(l->n);
	char mode[11];
	json_t *o;

	mode_text(n->mode, mode);
	o = json_pack("{s:s, s:I, s:I, s:I}", "mode", mode, "uid",
		      (json_int_t)n->uid, "gid", (json_int_t)n->gid, "size",
		      (json_int_t)l->size);
	json_set_bytes(o, "path", view_text(l->path));
	if (n->past)
		state_entry(o, n->past);
	if (n->mtime != TREE_NO_TIME)
		json_object_set_new(o, "mtime", json_integer(n->mtime));
	if (S_ISLNK(n->mode))
		json_set_bytes(o, "target", view_text(n->target));
	if (is_device(n)) {
		json_object_set_new(o, "major", json_integer(n->major));
		json_object_set_new(o, "minor", json_integer(n->minor));
	}
	json_array_append_new(s->entries, o);
}
