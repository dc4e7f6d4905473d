/* entry.c - an entry of a cpio archive, in each of the ways it is written */
#include "fs/cpio/entry.h"

#include "core/codec.h"
#include "core/maps.h"
#include "core/work.h"

enum { NEWC = 110, ODC = 76, BIN = 26, MOST_NAME = 4096 };

/* Zeros between members; a page for what is put together by dd. */
enum { MOST_GAP = 64 << 10 };

const char *const cpio_kinds[] = { "newc", "crc", "odc", "bin", "bin-be", NULL };

/* The fields of odc and bin; DEVMINOR and RDEVMINOR take the whole number. */
static const struct { enum cpio_field field; unsigned digits, words; } old[] = {
	{ CPIO_DEVMINOR, 6, 1 }, { CPIO_INO, 6, 1 }, { CPIO_MODE, 6, 1 },
	{ CPIO_UID, 6, 1 }, { CPIO_GID, 6, 1 }, { CPIO_NLINK, 6, 1 },
	{ CPIO_RDEVMINOR, 6, 1 }, { CPIO_MTIME, 11, 2 },
	{ CPIO_NAMESIZE, 6, 1 }, { CPIO_SIZE, 11, 2 },
};

enum { OLD = sizeof(old) / sizeof(*old) };

static bool digits(struct view v, uint64_t at, unsigned n, unsigned base,
		   uint64_t *out)
{
	struct view d = view_sub(v, at, n);

	*out = 0;
	for (size_t i = 0; i < d.len; i++) {
		unsigned c = d.p[i], x = 16;

		if (c >= '0' && c <= '9')
			x = c - '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			x = (c | 32) - 'a' + 10;
		if (x >= base)
			return false;
		*out = *out * base + x;
	}
	return d.len == n;
}

static void part_devices(struct cpio_entry *n)
{
	n->f[CPIO_DEVMAJOR] = n->f[CPIO_DEVMINOR] >> 8;
	n->f[CPIO_DEVMINOR] &= 0xff;
	n->f[CPIO_RDEVMAJOR] = n->f[CPIO_RDEVMINOR] >> 8;
	n->f[CPIO_RDEVMINOR] &= 0xff;
}

static uint64_t up(uint64_t n, unsigned to)
{
	return (n + to - 1) & ~(uint64_t)(to - 1);
}

static void place(struct cpio_entry *n, struct view v, uint64_t name, unsigned to)
{
	n->data = up(name + n->f[CPIO_NAMESIZE], to);
	n->next = up(n->data + n->f[CPIO_SIZE], to);
	n->name = view_sub(v, name, n->f[CPIO_NAMESIZE]);
}

static bool get_newc(struct view v, uint64_t at, struct cpio_entry *n)
{
	/* The name is short: cheap to see, and it spares nearly all. */
	if (!view_is(v, at + 94, "0000", 4))
		return false;
	for (unsigned i = 0; i < CPIO_FIELDS; i++)
		if (!digits(v, at + 6 + 8 * i, 8, 16, &n->f[i]))
			return false;
	place(n, v, at + NEWC, 4);
	return true;
}

static bool get_odc(struct view v, uint64_t at, struct cpio_entry *n)
{
	uint64_t pos = at + 6;

	if (!view_is(v, at + 59, "00", 2))
		return false;
	for (unsigned i = 0; i < OLD; i++) {
		if (!digits(v, pos, old[i].digits, 8, &n->f[old[i].field]))
			return false;
		pos += old[i].digits;
	}
	part_devices(n);
	place(n, v, at + ODC, 1);
	return true;
}

static bool get_bin(struct view v, uint64_t at, struct cpio_entry *n)
{
	struct cursor c = cursor(view_sub(v, at, BIN),
				 n->kind == CPIO_BIG ? BIG : LITTLE);

	get_skip(&c, 2);
	for (unsigned i = 0; i < OLD; i++) {
		n->f[old[i].field] = get16(&c);
		if (old[i].words > 1)
			n->f[old[i].field] = n->f[old[i].field] << 16 | get16(&c);
	}
	part_devices(n);
	/* Aligned within the archive, which begins at an even place of v. */
	n->data = at + BIN + up(n->f[CPIO_NAMESIZE], 2);
	n->next = n->data + up(n->f[CPIO_SIZE], 2);
	n->name = view_sub(v, at + BIN, n->f[CPIO_NAMESIZE]);
	return cursor_ok(&c);
}

static bool get_fields(struct view v, uint64_t at, struct cpio_entry *n)
{
	static const struct {
		const char *magic;
		unsigned len;
		bool (*get)(struct view v, uint64_t at, struct cpio_entry *n);
	} kinds[] = {
		[CPIO_NEWC] = { "070701", 6, get_newc },
		[CPIO_CRC] = { "070702", 6, get_newc },
		[CPIO_ODC] = { "070707", 6, get_odc },
		[CPIO_BIN] = { "\xc7\x71", 2, get_bin },
		[CPIO_BIG] = { "\x71\xc7", 2, get_bin },
	};

	*n = (struct cpio_entry){ 0 };
	for (unsigned i = 0; i < CPIO_KINDS; i++) {
		if (!view_is(v, at, kinds[i].magic, kinds[i].len))
			continue;
		n->kind = (enum cpio_kind)i;
		return kinds[i].get(v, at, n);
	}
	return false;
}

bool cpio_get(struct view v, uint64_t at, struct cpio_entry *n)
{
	static const uint16_t types = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 6 |
				      1u << 8 | 1u << 10 | 1u << 12;
	uint64_t mode;

	maps_touched(view_upto(v, at, NEWC));
	if (!get_fields(v, at, n) || !n->name.len ||
	    n->f[CPIO_NAMESIZE] > MOST_NAME || n->name.p[n->name.len - 1])
		return false;
	n->name.len = strlen((const char *)n->name.p);
	mode = n->f[CPIO_MODE];
	return mode == 0 || (mode < 1 << 16 && types >> (mode >> 12) & 1);
}

static uint64_t one_device(uint64_t major, uint64_t minor)
{
	return major << 8 | minor;
}

static void put_newc(const struct cpio_entry *n, bool lower, struct buf *out)
{
	put_text(out, "07070%c", n->kind == CPIO_CRC ? '2' : '1');
	for (unsigned i = 0; i < CPIO_FIELDS; i++)
		put_text(out, lower ? "%08x" : "%08X", (unsigned)n->f[i]);
}

/* Numbers that are too large lose their upper digits, as in GNU's cpio. */
static void put_odc(const struct cpio_entry *n, struct buf *out)
{
	put_text(out, "070707");
	for (unsigned i = 0; i < OLD; i++)
		put_text(out, "%0*llo", (int)old[i].digits, (unsigned long long)
			 (n->f[old[i].field] &
			  ((UINT64_C(1) << 3 * old[i].digits) - 1)));
}

static void put_bin(const struct cpio_entry *n, struct buf *out)
{
	enum endian was = out->endian;

	out->endian = n->kind == CPIO_BIG ? BIG : LITTLE;
	put16(out, 070707);
	for (unsigned i = 0; i < OLD; i++) {
		if (old[i].words > 1)
			put16(out, (uint16_t)(n->f[old[i].field] >> 16));
		put16(out, (uint16_t)n->f[old[i].field]);
	}
	out->endian = was;
}

void cpio_put(const struct cpio_entry *n, bool lower, struct view data,
	      struct buf *out, size_t start)
{
	size_t to = n->kind <= CPIO_CRC ? 4 : n->kind == CPIO_ODC ? 1 : 2;
	struct cpio_entry x = *n;

	x.f[CPIO_SIZE] = data.len;
	x.f[CPIO_NAMESIZE] = n->name.len + 1;
	if (n->kind > CPIO_CRC) {
		x.f[CPIO_DEVMINOR] = one_device(n->f[CPIO_DEVMAJOR], n->f[CPIO_DEVMINOR]);
		x.f[CPIO_RDEVMINOR] = one_device(n->f[CPIO_RDEVMAJOR],
						 n->f[CPIO_RDEVMINOR]);
	}
	if (n->kind <= CPIO_CRC)
		put_newc(&x, lower, out);
	else if (n->kind == CPIO_ODC)
		put_odc(&x, out);
	else
		put_bin(&x, out);
	put_view(out, n->name);
	put8(out, 0);
	put_fill(out, 0, -(out->len - start) & (to - 1));
	put_view(out, data);
	put_fill(out, 0, -(out->len - start) & (to - 1));
}

bool cpio_is_trailer(const struct cpio_entry *n)
{
	return view_equal(n->name, view_text("TRAILER!!!")) && !n->f[CPIO_SIZE];
}

uint32_t cpio_sum(struct view v)
{
	uint32_t sum = 0;

	work_add(4 * (uint64_t)v.len);
	for (size_t i = 0; i < v.len; i++)
		sum += v.p[i];
	return sum;
}

bool cpio_sum_holds(struct view v, const struct cpio_entry *n)
{
	return n->kind != CPIO_CRC || n->f[CPIO_MODE] >> 12 != 8 ||
	       !n->f[CPIO_SIZE] ||
	       cpio_sum(view_sub(v, n->data, n->f[CPIO_SIZE])) == n->f[CPIO_CHECK];
}

static const struct codec *codec_of(struct view v)
{
	static const struct { const char *magic; unsigned len; const char *name; }
	magics[] = {
		{ "\x1f\x8b\x08", 3, "gzip" }, { "\xfd" "7zXZ", 6, "xz" },
		{ "\x5d\0\0", 3, "lzma" }, { "BZh", 3, "bzip2" },
		{ "\x89LZO\0", 5, "lzop" }, { "\x04\x22\x4d\x18", 4, "lz4" },
		{ "\x02\x21\x4c\x18", 4, "lz4-legacy" },
		{ "\x28\xb5\x2f\xfd", 4, "zstd" },
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if (view_is(v, 0, magics[i].magic, magics[i].len))
			return codec_named(magics[i].name);
	return NULL;
}

bool cpio_member(struct view v, uint64_t *at, const struct codec **codec)
{
	struct view rest = view_from(v, *at);
	size_t zeros = view_run(view_upto(rest, 0, MOST_GAP), 0);
	struct cpio_entry first;
	struct buf head = { 0 };
	struct decoded d;
	struct err e;

	*codec = NULL;
	rest = view_from(rest, zeros);
	if (!cpio_get(rest, 0, &first)) {
		*codec = codec_of(rest);
		if (!*codec)
			return false;
		(*codec)->decode(rest, MOST_NAME, &head, &d, &e);
		if (!cpio_get(buf_view(&head), 0, &first))
			*codec = NULL;
		buf_free(&head);
		if (!*codec)
			return false;
	}
	*at += zeros;
	return true;
}
