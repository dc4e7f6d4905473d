/* options.c - what a cpio archive is made like, as options and in words */
#include "core/log.h"
#include "core/text.h"
#include "fs/cpio/write.h"
#include "fs/times.h"

#include <stdlib.h>

/* Eleven octal digits. */
#define ODC_MOST_TIME INT64_C(077777777777)

static const char *const link_words[] = { "usual", "last", "each", "first", NULL };

#define AT(field) offsetof(struct cpio_options, field)

const struct option cpio_option_table[] = {
	{ OPT_WORD, 0, "kind", AT(kind), "WORD",
	  "newc (default), crc, odc, bin or bin-be", cpio_kinds },
	{ OPT_WORD, 0, "links", AT(links), "WORD",
	  "content with the last link, each, the first", link_words },
	{ OPT_FLAG, 0, "lower", AT(lower), NULL, "digits as a-f", NULL },
	{ OPT_TEXT, 0, "prefix", AT(prefix), "TEXT",
	  "before each name: ./ or / (default: none)", NULL },
	{ OPT_TEXT, 0, "device", AT(device), "N,N",
	  "of the disk the files were on (default: 0,0)", NULL },
	{ OPT_UINT, 0, "multiple", AT(pad), "SIZE",
	  "fill up to a multiple (default: 512)", NULL },
	{ 0 }
};

const struct cpio_options cpio_defaults = {
	.prefix = "", .device = "0,0", .pad = 512,
};

void cpio_describe(const void *opts, struct buf *out)
{
	const struct cpio_options *o = opts;

	put_text(out, "%s", cpio_kinds[o->kind]);
	if (*o->prefix) {
		put_text(out, ", names begin with ");
		put_escaped(out, view_text(o->prefix));
	}
}

struct cpio_as cpio_as(const char *as)
{
	struct cpio_as a = { .implied = as && *as == '-' };
	char *end;

	if (!as || a.implied)
		return a;
	a.order = strtoull(as, &end, 10);
	a.known = end != as;
	if (*end == '.') {
		a.archive = (unsigned)a.order;
		a.order = strtoull(end + 1, &end, 10);
	}
	if (*end == ':')
		a.links = strtoull(end + 1, NULL, 10) + 1;
	return a;
}

/* most: of an owner, or of a device, whose minor is the last 8 bits. */
struct preparing { uint32_t most; size_t owners, xattrs; bool old; };

static int prepare(struct preparing *p, struct node *n, struct err *e)
{
	if (p->old && !n->same && (S_ISCHR(n->mode) || S_ISBLK(n->mode)) &&
	    (n->major > p->most >> 8 || n->minor > 255))
		return fail(e, ERR_LIMIT, "%s: has a device number that does not fit "
			    "this kind of cpio; build --kind newc", n->name);
	if (S_ISREG(n->mode) && n->size > UINT32_MAX)
		return fail(e, ERR_LIMIT, "%s: is larger than the 4 GiB of a file in "
			    "cpio; leave it out", n->name);
	p->owners += n->uid > p->most || n->gid > p->most;
	p->xattrs += n->xattr != NULL;
	n->uid &= p->most;
	n->gid &= p->most;
	n->xattr = NULL;
	if (n->mtime == TREE_NO_TIME)
		n->mtime = 0;
	for (n = n->child; n; n = n->next)
		if (prepare(p, n, e) < 0)
			return -1;
	return 0;
}

/* The numbers of a device, as "8,1" or "8"; false: they do not fit that kind. */
static bool device_fits(const struct cpio_options *o)
{
	unsigned long major, minor = 0;
	char *end;

	major = strtoul(o->device, &end, 10);
	if (end == o->device)
		return false;
	if (*end == ',')
		minor = strtoul(end + 1, &end, 10);
	if (*end)
		return false;
	if (o->kind < CPIO_ODC)
		return major <= UINT32_MAX && minor <= UINT32_MAX;
	return minor <= 255 && major <= (o->kind == CPIO_ODC ? 0x3ff : 0xff);
}

/* Numbers of a disk that another kind has no room for. */
bool cpio_forget(void *learnt, const void *given)
{
	struct cpio_options *o = learnt, now = *o;

	now.kind = ((const struct cpio_options *)given)->kind;
	if (device_fits(&now))
		return false;
	o->device = cpio_defaults.device;
	return true;
}

static int check(const struct cpio_options *o, struct err *e)
{
	if (!device_fits(o))
		return fail(e, ERR_USAGE, "--device %s: no numbers that fit this kind of "
			    "cpio; give for example 8,1", o->device);
	if (*o->prefix && strcmp(o->prefix, "./") && strcmp(o->prefix, "/"))
		return fail(e, ERR_USAGE, "--prefix %s: not what leads to the same place; "
			    "give ./ or /", o->prefix);
	return 0;
}

int cpio_prepare(struct tree *t, const void *opts, bool anew, struct err *e)
{
	const struct cpio_options *o = opts;
	struct preparing p = { .old = o->kind >= CPIO_ODC };

	(void)anew;
	if (check(o, e) < 0)
		return -1;
	p.most = o->kind == CPIO_ODC ? 0x3ffff : p.old ? 0xffff : UINT32_MAX;
	if (prepare(&p, t->root, e) < 0)
		return -1;
	times_fit(t, o->kind == CPIO_ODC ? ODC_MOST_TIME : UINT32_MAX, "cpio");
	/* Linux's unpackers know no root of their own: it may be left out. */
	if (t->root->as && *t->root->as == '-')
		t->root->mtime = TREE_NO_TIME;
	if (p.owners)
		warn("cpio.owner", "%zu owner%s not fit this kind of cpio; build "
		     "--kind newc", p.owners, p.owners == 1 ? " does" : "s do");
	if (p.xattrs)
		warn("cpio.xattr", "extended attributes of %zu file%s are left out; "
		     "cpio has none", p.xattrs, p.xattrs == 1 ? "" : "s");
	return 0;
}
