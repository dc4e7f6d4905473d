/*
 * zip.c - zip archives, and the updates of cameras that are ones
 *
 *	archive   = { local name extra data [descriptor] } { entry } end
 *	local     = PK\3\4 version:16 flags:16 method:16 time:32 crc size plain
 *		    namelen:16 extralen:16
 *	entry     = PK\1\2 made:16 version:16 flags:16 method:16 time:32 crc size
 *		    plain namelen:16 extralen:16 commentlen:16 :16 :16 :32 local
 *	end       = PK\5\6 :16 :16 n:16 n:16 size offset commentlen:16 comment
 *
 * Little-endian. Dahua's updates begin with DH instead of PK. Xiongmai's have
 * an entry InstallDesc, that says what is written where. Of what is changed
 * the data, its sums and the places of what follows are made anew; everything
 * else stays as it is.
 */
#include <stdio.h>

#include "core/codec.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/work.h"
#include "scan/stream.h"

enum {
	LOCAL = 30, ENTRY = 46, END = 22, MOST_ENTRIES = 4096,
	MOST_PLAIN = 256 << 20,		/* of one entry */
	MOST_SUMMED = 512 << 20,	/* of all whose sums are checked */
};
enum { ENCRYPTED = 1, BEHIND = 8 };	/* flags; sizes and sum in a descriptor */
enum { STORED, DEFLATED = 8, AES = 99 };

struct zip { uint64_t directory, end, size; unsigned n; };

struct entry {
	uint64_t at;			/* in the directory */
	uint64_t local, data, size, plain;
	uint32_t crc;
	uint16_t flags, method;
	struct view name;
	uint64_t next;
};

static bool is_local(struct view v, uint64_t at)
{
	return view_is(v, at, "PK\3\4", 4) || (!at && view_is(v, at, "DH\3\4", 4));
}

/* From one local header to the next, as far as they say their sizes. */
static uint64_t skip_locals(struct view v)
{
	uint64_t at = 0;

	for (unsigned n = 0; n < MOST_ENTRIES && is_local(v, at); n++) {
		uint64_t size = peek32(v, at + 18, LITTLE);

		work_add(LOCAL);
		if (peek16(v, at + 6, LITTLE) & BEHIND)
			return at + LOCAL;
		at += LOCAL + peek16(v, at + 26, LITTLE) + peek16(v, at + 28, LITTLE) +
		      size;
		if (at > v.len)
			return UINT64_MAX;
	}
	return at;
}

/* The first end from there on; it has to be that of what begins at v. */
static bool get_zip(struct view v, struct zip *z)
{
	uint64_t from = skip_locals(v);
	struct view rest = view_from(v, from);
	const uint8_t *p = rest.len ? memmem(rest.p, rest.len, "PK\5\6", 4) : NULL;
	struct cursor c;

	if (!p || !is_local(v, 0))
		return false;
	*z = (struct zip){ .end = (uint64_t)(p - v.p) };
	work_add((z->end - from) / 8);
	c = cursor(view_from(v, z->end), LITTLE);
	get_skip(&c, 8);
	z->n = get16(&c);
	if (get16(&c) != z->n || !z->n || z->n > MOST_ENTRIES)
		return false;
	get_skip(&c, 4);
	z->directory = get32(&c);
	z->size = z->end + END + get16(&c);
	return cursor_ok(&c) && z->directory < z->end && view_has(v, 0, z->size) &&
	       view_is(v, z->directory, "PK\1\2", 4);
}

static bool get_entry(struct view v, const struct zip *z, uint64_t at,
		      struct entry *x)
{
	struct cursor c = cursor(view_sub(v, at, z->end - at), LITTLE);
	unsigned name, extra, comment;

	*x = (struct entry){ .at = at };
	if (!view_is(c.v, 0, "PK\1\2", 4))
		return false;
	get_skip(&c, 8);
	x->flags = get16(&c);
	x->method = get16(&c);
	get_skip(&c, 4);
	x->crc = get32(&c);
	x->size = get32(&c);
	x->plain = get32(&c);
	name = get16(&c);
	extra = get16(&c);
	comment = get16(&c);
	get_skip(&c, 8);
	x->local = get32(&c);
	x->name = view_sub(v, at + ENTRY, name);
	x->next = at + ENTRY + name + extra + comment;
	x->data = x->local + LOCAL + peek16(v, x->local + 26, LITTLE) +
		  peek16(v, x->local + 28, LITTLE);
	return cursor_ok(&c) && x->next <= z->end && is_local(v, x->local) &&
	       x->data <= z->directory && x->size <= z->directory - x->data;
}

static bool is_readable(const struct entry *x)
{
	return !(x->flags & ENCRYPTED) && x->size &&
	       (x->method == STORED || x->method == DEFLATED);
}

/* The content of an entry, at most as much as it says. */
static bool unpack(struct view v, const struct entry *x, struct buf *out)
{
	struct view data = view_sub(v, x->data, x->size);
	struct decoded d;
	struct err e;

	if (x->method == STORED)
		put_view(out, data);
	else if (x->plain > MOST_PLAIN ||
		 codec_named("deflate")->decode(data, x->plain, out, &d, &e) < 0)
		return false;
	return out->len == x->plain;
}

struct census { unsigned read, wrong, locked, other, xiongmai, aes; };

static bool take_census(struct view v, const struct zip *z, struct census *s)
{
	uint64_t at = z->directory, left = MOST_SUMMED;
	struct buf out = { 0 };
	struct entry x;
	unsigned i;

	for (i = 0; i < z->n && get_entry(v, z, at, &x); i++, at = x.next) {
		s->locked += x.flags & ENCRYPTED;
		s->aes += x.method == AES;
		s->xiongmai += view_equal(x.name, view_text("InstallDesc"));
		s->other += !(x.flags & ENCRYPTED) && x.size && !is_readable(&x);
		if (!is_readable(&x) || x.plain > left)
			continue;
		left -= x.plain;
		work_add(4 * x.plain + x.size);
		s->read++;
		s->wrong += !unpack(v, &x, &out) || crc32_of(0, buf_view(&out)) != x.crc;
		buf_clear(&out);
	}
	buf_free(&out);
	return i == z->n;
}

static void describe(struct view v, const struct zip *z, const struct census *s,
		     struct region *r)
{
	const char *whose = view_is(v, 0, "DH", 2) ? ", Dahua update" :
			    s->xiongmai ? ", Xiongmai update" : "";

	region_detail(r, "%s, %u entr%s%s", s->wrong ? "crc32 wrong" : s->read ?
		      "crc32 ok" : "directory ok", z->n, z->n == 1 ? "y" : "ies", whose);
	if (s->locked)
		region_detail(r, "%u encrypted (%s)", s->locked,
			      s->aes ? "AES" : "ZipCrypto");
	if (s->other)
		region_detail(r, "%u packed otherwise", s->other);
	region_number(r, "entries", z->n);
	region_number(r, "encrypted", s->locked);
	if (s->read && !s->wrong)
		region_evidence(r, "crc32 of %u entries", s->read);
	region_evidence(r, "every entry of the directory is there");
}

static enum proof zip_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	struct census s = { 0 };
	struct zip z;

	if (!get_zip(v, &z) || !take_census(v, &z, &s))
		return PROOF_NONE;
	r->broken = s.wrong;
	region_size(r, image, z.size);
	describe(v, &z, &s, r);
	return s.wrong ? PROOF_PLAUSIBLE : PROOF_PROVEN;
}

static void name_payload(struct view name, struct payload *p)
{
	size_t from = 0, n;

	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] == '/')
			from = i + 1;
	n = name.len - from < sizeof(p->name) - 1 ? name.len - from : sizeof(p->name) - 1;
	if (n)
		memcpy(p->name, name.p + from, n);
}

static int zip_open(struct view v, struct payload *inner, int most, struct err *e)
{
	bool locked = false;
	struct entry x;
	struct zip z;
	uint64_t at;
	int n = 0;

	if (!get_zip(v, &z))
		return fail_at(e, v.at, "zip archive cut off");
	at = z.directory;
	for (unsigned i = 0; i < z.n && n < most && get_entry(v, &z, at, &x); i++) {
		at = x.next;
		locked = locked || x.flags & ENCRYPTED;
		if (!is_readable(&x))
			continue;
		inner[n] = (struct payload){ .v = view_sub(v, x.data, x.size) };
		if (x.method == DEFLATED)
			inner[n].codec = codec_named("deflate");
		name_payload(x.name, &inner[n++]);
	}
	if (!n && locked)
		return fail(e, ERR_UNSUPPORTED, "it is encrypted; unpack it with its "
			    "password");
	return n;
}

static bool find_entry(struct view v, const struct zip *z, int i, struct entry *x)
{
	uint64_t at = z->directory;

	for (unsigned k = 0; k < z->n && get_entry(v, z, at, x); k++, at = x->next)
		if (is_readable(x) && !i--)
			return true;
	return false;
}

static void patch_sizes(struct buf *out, size_t at, const struct entry *now)
{
	patch32(out, at, now->crc);
	patch32(out, at + 4, (uint32_t)now->size);
	patch32(out, at + 8, (uint32_t)now->plain);
}

/* Sum and sizes stand before the data, or behind it. */
static void fix_local(struct buf *out, size_t start, const struct entry *was,
		      const struct entry *now)
{
	size_t behind = start + was->data + now->size;
	struct view tail = view_from(buf_view(out), behind);

	if (!(was->flags & BEHIND))
		patch_sizes(out, start + was->local + 14, now);
	else if (view_is(tail, 0, "PK\7\x8", 4) && view_has(tail, 4, 12))
		patch_sizes(out, behind + 4, now);
	else if (view_has(tail, 0, 12) && peek32(tail, 0, LITTLE) == was->crc)
		patch_sizes(out, behind, now);
}

/* What lies behind the changed one has moved, the directory too. */
static void fix_directory(struct view v, struct buf *out, size_t start,
			  const struct zip *z, const struct entry *now)
{
	uint64_t at = z->directory, shift;
	struct entry x, was = { 0 };

	get_entry(v, z, now->at, &was);
	shift = now->size - was.size;
	for (unsigned i = 0; i < z->n && get_entry(v, z, at, &x); i++, at = x.next) {
		if (x.local > was.local)
			patch32(out, start + at + shift + 42, (uint32_t)(x.local + shift));
		if (x.at == was.at)
			patch_sizes(out, start + at + shift + 16, now);
	}
	patch32(out, start + z->end + shift + 16, (uint32_t)(z->directory + shift));
	fix_local(out, start, &was, now);
}

/* What the new data unpacks to: its sum and length. */
static int measure(struct view payload, struct entry *now, struct err *e)
{
	struct decoded d = { .ended = true };
	struct buf plain = { 0 };
	int r = 0;

	if (now->method == DEFLATED)
		r = codec_named("deflate")->decode(payload, MOST_PLAIN, &plain, &d, e);
	else
		put_view(&plain, payload);
	if (!r && (!d.ended || plain.len > MOST_PLAIN))
		r = fail(e, ERR_LIMIT, "more than 256 MiB");
	now->crc = crc32_of(0, buf_view(&plain));
	now->plain = plain.len;
	now->size = payload.len;
	buf_free(&plain);
	return r;
}

static int zip_refit(struct view v, int i, struct view payload, struct buf *out,
		     struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct entry x, now;
	struct zip z;

	if (!get_zip(v, &z) || i < 0 || !find_entry(v, &z, i, &x))
		return fail_at(e, v.at, "this zip archive has no such entry");
	now = x;
	if (measure(payload, &now, e) < 0)
		return -1;
	out->endian = LITTLE;
	put_view(out, view_sub(v, 0, x.data));
	put_view(out, payload);
	put_view(out, view_from(v, x.data + x.size));
	fix_directory(v, out, start, &z, &now);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_zip = { .open = zip_open, .refit = zip_refit };

const struct format format_zip = {
	.name = "zip",
	.title = "zip archive, Xiongmai's updates too",
	.proves = "CRC-32 of all entries",
	.suffix = ".zip",
	.magic = (const struct magic[]){ { 0, 4, "PK\3\4" }, { 0 } },
	.probe = zip_probe,
	.wrap = &wrap_zip,
};

const struct format format_dahua = {
	.name = "dahua",
	.title = "Dahua update, a zip with DH first",
	.proves = "CRC-32 of all entries",
	.magic = (const struct magic[]){ { 0, 4, "DH\3\4" }, { 0 } },
	.probe = zip_probe,
	.wrap = &wrap_zip,
};
