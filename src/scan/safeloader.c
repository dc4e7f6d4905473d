/*
 * safeloader.c - updates for TP-Link's SafeLoader
 *
 *	0x0000	size of the whole, md5[16]
 *	0x0014	length of a text, the text, 0xff
 *	0x1014	table: { "fwup-ptn " name " base 0x" " size 0x" "\t\r\n" } NUL
 *	0x1814	parts
 *
 * Big-endian; bases count from the table. The md5 is of a salt and of all from
 * the text on. The part called partition-table tells how much room each has in
 * flash: { "partition " name " base 0x" " size 0x" "\n" } behind four bytes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/work.h"
#include "scan/loglines.h"
#include "scan/refit.h"

enum { TEXT = 0x14, TABLE = 0x1014, TABLE_SIZE = 0x800, MOST_PARTS = 32, MD5 = 4 };

struct safeloader {
	unsigned n;
	struct slot s[MOST_PARTS];
	char name[MOST_PARTS][32];
	uint64_t end;
	bool is_signed;
};

/* "fwup-ptn os-image base 0x00800 size 0x00800": one line of either table. */
static bool get_line(struct lex *x, const char *word, char name[32],
		     struct slot *s)
{
	struct view text;

	if (!lex_is(x, word) || !lex_blank(x) || !lex_word(x, &text) ||
	    !text.len || text.len > 31 || !lex_blank(x) || !lex_is(x, "base") ||
	    !lex_blank(x) || !lex_is(x, "0x") || !lex_hex(x, &s->at) ||
	    !lex_blank(x) || !lex_is(x, "size") || !lex_blank(x) ||
	    !lex_is(x, "0x") || !lex_hex(x, &s->len))
		return false;
	snprintf(name, 32, "%.*s", (int)text.len, (const char *)text.p);
	return true;
}

static bool get_safeloader(struct view v, struct safeloader *l)
{
	struct lex x = { view_sub(v, TABLE, TABLE_SIZE) };

	l->n = 0;
	l->end = peek32(v, 0, BIG);
	l->is_signed = view_is(v, TEXT, "fw-type:", 8);
	while (l->n < MOST_PARTS && x.v.len && x.v.p[0] == 'f') {
		struct slot *s = &l->s[l->n];

		if (!get_line(&x, "fwup-ptn", l->name[l->n], s) ||
		    !lex_is(&x, "\t\r\n") || s->at > l->end)
			return false;
		s->at += TABLE;
		l->n++;
	}
	return l->n && l->end > TABLE + TABLE_SIZE && slots_end(l->s, l->n) <= l->end;
}

static void md5_of(struct view v, uint64_t end, uint8_t md5[MD5_SIZE])
{
	static const uint8_t salt[] = {
		0x7a, 0x2b, 0x15, 0xed, 0x9b, 0x98, 0x59, 0x6d,
		0xe5, 0x04, 0xab, 0x44, 0xac, 0x2a, 0x9f, 0x4e,
	};
	struct buf b = { 0 };

	put(&b, salt, sizeof(salt));
	put_view(&b, view_sub(v, TEXT, end - TEXT));
	md5_bytes(buf_view(&b), md5);
	buf_free(&b);
}

static enum proof safeloader_probe(struct view image, uint64_t at,
				   struct region *r)
{
	struct view v = view_from(image, at);
	uint8_t md5[MD5_SIZE];
	struct safeloader l;
	bool whole = false;

	if (!get_safeloader(v, &l))
		return PROOF_NONE;
	r->endian = BIG;
	region_size(r, image, l.end);
	if (!r->says) {
		work_add(8 * l.end);
		md5_of(v, l.end, md5);
		whole = view_is(v, MD5, md5, MD5_SIZE);
	}
	r->broken = !whole && !r->says && !l.is_signed;
	region_label(r, view_sub(v, TEXT + 4, 32));
	region_detail(r, "%s, %u parts%s", whole ? "md5 ok" : r->says ? "cut off" :
		      "md5 does not hold", l.n, l.is_signed ? ", signed" : "");
	region_number(r, "parts", l.n);
	if (whole)
		region_evidence(r, "md5 of the whole");
	return whole ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int safeloader_open(struct view v, struct payload *inner, int most,
			   struct err *e)
{
	struct safeloader l;
	int n = 0;

	if (!get_safeloader(v, &l) || l.end > v.len)
		return fail_at(e, v.at, "SafeLoader image cut off");
	for (unsigned i = 0; i < l.n && n < most; i++) {
		if (!l.s[i].len)
			continue;
		inner[n] = (struct payload){ .v = view_sub(v, l.s[i].at, l.s[i].len) };
		snprintf(inner[n++].name, sizeof(inner->name), "%s", l.name[i]);
	}
	return n;
}

static int part_of(const struct safeloader *l, int i)
{
	for (unsigned k = 0; k < l->n; k++)
		if (l->s[k].len && !i--)
			return (int)k;
	return -1;
}

/* What the flash has for it, as far as the image tells. */
static uint64_t room_of(struct view v, const struct safeloader *l, const char *part)
{
	for (unsigned i = 0; i < l->n; i++) {
		struct lex x = { view_sub(v, l->s[i].at + 4, l->s[i].len - 4) };
		struct slot room;
		char name[32];

		if (strcmp(l->name[i], "partition-table") || l->s[i].len < 4)
			continue;
		while (get_line(&x, "partition", name, &room)) {
			if (!strcmp(name, part))
				return room.len;
			if (!lex_is(&x, "\n"))
				break;
		}
	}
	return UINT64_MAX;
}

static int put_table(struct buf *out, size_t start, const struct safeloader *l,
		     struct err *e)
{
	struct buf table = { 0 };
	int r = 0;

	for (unsigned i = 0; i < l->n; i++)
		put_text(&table, "fwup-ptn %s base 0x%05llx size 0x%05llx\t\r\n",
			 l->name[i], (unsigned long long)l->s[i].at - TABLE,
			 (unsigned long long)l->s[i].len);
	if (table.len >= TABLE_SIZE) {
		r = fail(e, ERR_LIMIT, "the table of parts has no room");
	} else {
		put8(&table, 0);
		memcpy(out->p + start + TABLE, table.p, table.len);
	}
	buf_free(&table);
	return r;
}

static int safeloader_refit(struct view v, int i, struct view payload,
			    struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct safeloader l;
	uint64_t end, room;
	int k;

	if (!get_safeloader(v, &l) || l.end > v.len || (k = part_of(&l, i)) < 0 ||
	    !payload.len || payload.len > INT32_MAX)
		return fail_at(e, v.at, "this image has no such part");
	room = room_of(v, &l, l.name[k]);
	if (payload.len > room && l.s[k].len <= room)
		return fail(e, ERR_LIMIT, "needs %zu bytes, its partition in flash "
			    "has %llu", payload.len, (unsigned long long)room);
	if (l.is_signed && !view_equal(payload, view_sub(v, l.s[k].at, l.s[k].len)))
		warn("safeloader.signature", "the signature of the update does not "
		     "hold any more; TP-Link's own web interface will refuse it");
	end = l.end - l.s[k].len + payload.len;
	put_slots(out, v, l.s, l.n, (unsigned)k, payload, 1);
	if (end != l.end && put_table(out, start, &l, e) < 0)
		return -1;
	out->endian = BIG;
	patch32(out, start, (uint32_t)end);
	md5_of(view_from(buf_view(out), start), end, out->p + start + MD5);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_safeloader = {
	.open = safeloader_open, .refit = safeloader_refit,
};

const struct format format_safeloader = {
	.name = "safeloader",
	.title = "TP-Link SafeLoader image",
	.proves = "salted MD5 of the whole",
	.magic = (const struct magic[]){ { TABLE, 9, "fwup-ptn " }, { 0 } },
	.probe = safeloader_probe,
	.wrap = &wrap_safeloader,
};
