/*
 * fit.c - U-Boot's flattened image trees (mkimage -f)
 *
 * /images/NAME has its data as a property, or behind the tree: data-offset
 * counts from the end of the tree rounded up to 4, data-position from its
 * start. /images/NAME/hash* has algo and value.
 */
#include "scan/fit.h"

#include <stdio.h>

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

static void take(struct fit_image *m, const struct fdt_item *i)
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
		m->offset = i->value;
	else if (is(i, "data-position"))
		m->position = i->value;
	else if (is(i, "data-size"))
		m->size = i->value;
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

static void find_data(struct fit *f, struct fit_image *m)
{
	uint64_t at = number(m->position), size = number(m->size);

	m->whole = m->data.len > 0;
	if (m->whole || size == UINT64_MAX)
		return;
	if (at == UINT64_MAX && m->offset.len == 4)
		at = ((f->total + 3) & ~UINT64_C(3)) + number(m->offset);
	if (at == UINT64_MAX)
		return;
	m->behind = at >= f->total;
	m->data = view_sub(f->v, at, size);
	m->whole = m->data.len == size;
	if (at + size > f->end)
		f->end = at + size;
}

static void see_signature(struct fit *f, const struct fdt_item *i)
{
	f->is_signed |= i->token == FDT_NODE &&
			!strncmp(i->name, "signature", 9);
}

/* Everything inside an image's node, up to where it is closed. */
static bool read_image(struct fit *f, struct fit_image *m)
{
	struct fdt_item i;
	bool in_hash = false;

	for (;;) {
		i = fdt_next(&f->t);
		if (i.token == FDT_BAD || i.token == FDT_DONE)
			return false;
		if (i.token == FDT_CLOSE && f->t.depth == 2)
			break;
		see_signature(f, &i);
		if (i.token == FDT_PROP && f->t.depth == 3)
			take(m, &i);
		else if (i.token == FDT_PROP && f->t.depth == 4 && in_hash)
			take_hash(m, &i);
		if (i.token != FDT_NODE || f->t.depth != 4)
			continue;
		/* A signature has an algo and a value too. */
		in_hash = !strncmp(i.name, "hash", 4);
		m->more |= in_hash && m->nhash == FIT_HASHES;
		in_hash &= !m->more;
		m->nhash += in_hash;
	}
	find_data(f, m);
	return true;
}

bool fit_next(struct fit *f, struct fit_image *m)
{
	struct fdt_item i;

	*m = (struct fit_image){ 0 };
	while ((i = fdt_next(&f->t)).token != FDT_BAD && i.token != FDT_DONE) {
		see_signature(f, &i);
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

static void put_hex(struct buf *out, const char *hex)
{
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		put8(out, (uint8_t)byte);
}

bool fit_digest(struct view algo, struct view data, struct buf *out)
{
	char text[SHA512_TEXT] = "";

	if (view_is(algo, 0, "crc32", 6))
		snprintf(text, sizeof(text), "%08x", crc32_of(0, data));
	else if (view_is(algo, 0, "md5", 4))
		md5_text(data, text);
	else if (view_is(algo, 0, "sha1", 5))
		sha1_text(data, text);
	else if (view_is(algo, 0, "sha256", 7))
		sha256_text(data, text);
	else if (view_is(algo, 0, "sha384", 7) || view_is(algo, 0, "sha512", 7))
		sha512_text(data, algo.p[3] == '3' ? 384 : 512, text);
	else if (view_is(algo, 0, "crc16-ccitt", 12))
		snprintf(text, sizeof(text), "%04x", crc16_ccitt(data));
	put_hex(out, text);
	return text[0];
}

enum fit_hash fit_check(const struct fit_image *m, unsigned i)
{
	enum fit_hash r = FIT_UNKNOWN;
	struct buf want = { 0 };

	if (fit_digest(m->hash[i].algo, m->data, &want))
		r = view_equal(buf_view(&want), m->hash[i].value) ? FIT_HOLDS
								  : FIT_WRONG;
	buf_free(&want);
	return r;
}
