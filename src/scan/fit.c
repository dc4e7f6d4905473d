/*
 * fit.c - U-Boot's flattened image trees (mkimage -f)
 *
 * /images/NAME has its data as a property, or behind the tree: data-offset
 * counts from the end of the tree rounded up to 4, data-position from its
 * start. /images/NAME/hash* has algo and value.
 */
#include "scan/fit.h"

#include "core/hash.h"

static bool is(const struct fdt_item *i, const char *name)
{
	return !strcmp(i->name, name);
}

/* A cell that says where or how much; UINT64_MAX where it is not one. */
static uint64_t number(struct view value)
{
	return value.len == 4 ? peek32(value, 0, BIG) : UINT64_MAX;
}

bool fit_open(struct view v, struct fit *f)
{
	struct fdt_item i;

	*f = (struct fit){ .v = v };
	if (!fdt_open(v, &f->t, &f->total))
		return false;
	f->end = f->total;
	while ((i = fdt_next(&f->t)).token != FDT_BAD && i.token != FDT_DONE) {
		if (i.token == FDT_PROP && f->t.depth == 1 &&
		    is(&i, "description"))
			f->description = i.value;
		f->inside = i.token == FDT_NODE && f->t.depth == 2 &&
			    is(&i, "images");
		if (f->inside)
			return true;
	}
	return false;
}

struct where { uint64_t offset, position, size; };

static void take(struct fit_image *m, struct where *p, const struct fdt_item *i)
{
	if (is(i, "type"))
		m->type = i->value;
	else if (is(i, "arch"))
		m->arch = i->value;
	else if (is(i, "compression"))
		m->compression = i->value;
	else if (is(i, "data"))
		m->data = i->value;
	else if (is(i, "data-offset"))
		p->offset = number(i->value);
	else if (is(i, "data-position"))
		p->position = number(i->value);
	else if (is(i, "data-size"))
		p->size = number(i->value);
}

static void take_hash(struct fit_image *m, const struct fdt_item *i)
{
	if (!m->nhash || m->nhash > FIT_HASHES)
		return;
	if (is(i, "algo"))
		m->hash[m->nhash - 1].algo = i->value;
	else if (is(i, "value"))
		m->hash[m->nhash - 1].value = i->value;
}

static void find_data(struct fit *f, struct fit_image *m, const struct where *p)
{
	uint64_t at = p->position;

	m->whole = m->data.len > 0;
	if (m->whole || p->size == UINT64_MAX)
		return;
	if (at == UINT64_MAX && p->offset != UINT64_MAX)
		at = ((f->total + 3) & ~UINT64_C(3)) + p->offset;
	if (at == UINT64_MAX)
		return;
	m->data = view_sub(f->v, at, p->size);
	m->whole = m->data.len == p->size;
	if (at + p->size > f->end)
		f->end = at + p->size;
}

/* Everything inside an image's node, up to where it is closed. */
static bool read_image(struct fit *f, struct fit_image *m)
{
	struct where p = { UINT64_MAX, UINT64_MAX, UINT64_MAX };
	struct fdt_item i;

	for (;;) {
		i = fdt_next(&f->t);
		if (i.token == FDT_BAD || i.token == FDT_DONE)
			return false;
		if (i.token == FDT_CLOSE && f->t.depth == 2)
			break;
		if (i.token == FDT_PROP && f->t.depth == 3)
			take(m, &p, &i);
		else if (i.token == FDT_PROP && f->t.depth == 4)
			take_hash(m, &i);
		else if (i.token == FDT_NODE && !strncmp(i.name, "hash", 4))
			m->nhash += m->nhash < FIT_HASHES;
	}
	find_data(f, m, &p);
	return true;
}

bool fit_next(struct fit *f, struct fit_image *m)
{
	struct fdt_item i;

	*m = (struct fit_image){ 0 };
	while ((i = fdt_next(&f->t)).token != FDT_BAD && i.token != FDT_DONE) {
		if (i.token == FDT_CLOSE && f->t.depth == 1)
			f->inside = false;
		if (i.token != FDT_NODE || f->t.depth != 3 || !f->inside)
			continue;
		m->name = i.name;
		if (read_image(f, m))
			return true;
		break;
	}
	f->done = i.token == FDT_DONE;
	return false;
}

enum fit_hash fit_check(const struct fit_image *m, unsigned i)
{
	struct view algo = m->hash[i].algo, value = m->hash[i].value;
	struct buf want = { 0 };
	char text[SHA256_TEXT];
	enum fit_hash r;

	if (view_is(algo, 0, "crc32", 6))
		return peek32(value, 0, BIG) == crc32_of(0, m->data) &&
		       value.len == 4 ? FIT_HOLDS : FIT_WRONG;
	if (view_is(algo, 0, "md5", 4))
		md5_text(m->data, text);
	else if (view_is(algo, 0, "sha1", 5))
		sha1_text(m->data, text);
	else if (view_is(algo, 0, "sha256", 7))
		sha256_text(m->data, text);
	else
		return FIT_UNKNOWN;
	for (size_t k = 0; k < value.len && k < SHA256_SIZE; k++)
		put_text(&want, "%02x", value.p[k]);
	r = strcmp(buf_string(&want), text) ? FIT_WRONG : FIT_HOLDS;
	buf_free(&want);
	return r;
}
