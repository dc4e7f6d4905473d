/* learn.c - the options that a cpio archive was made with */
#include <stdio.h>

#include "fs/cpio/write.h"

/* What names say when looked at one after the other. */
struct seen {
	size_t names, dots, slashes;
	size_t linked, empty;		/* entries of files with several names */
	uint64_t last_size, last_ino;	/* of the last of these */
	bool first_only;
};

static void look(struct seen *s, const struct cpio_entry *n)
{
	s->names += !view_equal(n->name, view_text("."));
	s->dots += view_is(n->name, 0, "./", 2);
	s->slashes += view_is(n->name, 0, "/", 1);
	if (n->f[CPIO_NLINK] < 2 || n->f[CPIO_MODE] >> 12 != 8)
		return;
	s->linked++;
	s->empty += !n->f[CPIO_SIZE];
	if (s->linked > 1 && s->last_ino == n->f[CPIO_INO] && s->last_size &&
	    !n->f[CPIO_SIZE])
		s->first_only = true;
	s->last_size = n->f[CPIO_SIZE];
	s->last_ino = n->f[CPIO_INO];
}

static uint64_t pad_of(uint64_t end, uint64_t size)
{
	static const uint64_t pads[] = { 512, 5120, 10240, 1024, 4096, 32768,
					 65536, 4, 2, 1 };

	for (size_t i = 0; i < sizeof(pads) / sizeof(*pads); i++)
		if ((end + pads[i] - 1) / pads[i] * pads[i] == size)
			return pads[i];
	return size;	/* as a multiple: it is no other as long as it fits */
}

static bool has_lower(struct view head)
{
	for (size_t i = 0; i < head.len; i++)
		if (head.p[i] >= 'a' && head.p[i] <= 'f')
			return true;
	return false;
}

void cpio_learn_archive(struct view v, struct arena *a, struct cpio_options *o)
{
	struct cpio_entry n;
	struct seen s = { 0 };
	uint64_t at = 0;
	char device[32];
	bool ended = false;

	for (; !ended && cpio_get(v, at, &n); at = n.next) {
		if (!at) {
			o->kind = (int)n.kind;
			snprintf(device, sizeof(device), "%u,%u",
				 (unsigned)n.f[CPIO_DEVMAJOR],
				 (unsigned)n.f[CPIO_DEVMINOR]);
			o->device = arena_copy(a, device, strlen(device));
		}
		if (n.kind <= CPIO_CRC && has_lower(view_sub(v, at, 110)))
			o->lower = true;
		ended = cpio_is_trailer(&n);
		if (!ended)
			look(&s, &n);
	}
	o->prefix = s.names && s.dots == s.names ? "./"
		  : s.names && s.slashes == s.names ? "/" : "";
	if (s.linked)
		o->links = s.first_only ? CPIO_FIRST : s.empty ? CPIO_LAST : CPIO_EACH;
	if (o->links == (o->kind <= CPIO_CRC ? CPIO_LAST : CPIO_EACH))
		o->links = CPIO_USUAL;
	o->pad = pad_of(at < v.len ? at : v.len, v.len);
}

int cpio_learn(struct view v, const struct tree *t, void *opts, struct err *e)
{
	(void)e;
	cpio_learn_archive(v, (struct arena *)(uintptr_t)&t->arena, opts);
	return 0;
}
