/*
 * bcmtag.c - images for Broadcom's CFE (bcm963xx)
 *
 *	image  = tag[256] [cfe] rootfs kernel
 *	tag    = version[4] maker[20] text[14] chip[6] board[16] endian[2]
 *		 total[10] cfe[12] cfelen[10] root[12] rootlen[10] kernel[12]
 *		 kernellen[10] ... fskernelcrc@196 imagecrc@216 rootcrc@220
 *		 kernelcrc@224 tagcrc@236
 *
 * Numbers are decimal ASCII, addresses those in memory: they tell what comes
 * first. Sums are big-endian CRC-32 that begin with ones and are not inverted
 * at the end. Which of them a vendor fills, and with what, differs: those that
 * hold are made to hold again.
 */
#include <stdio.h>

#include "core/hash.h"
#include "scan/refit.h"

enum { TAG = 256, SUMMED = 236, TAG_CRC = 236, MOST = 256 << 20 };
enum { ROOT, KERNEL, PIECES };

struct tag {
	uint64_t total, cfe;		/* lengths; the CFE comes first */
	uint64_t at[PIECES], len[PIECES], address[PIECES];
	unsigned first;			/* which of both does */
};

static const struct {
	const char *name;
	unsigned address, len, sum;
} fields[] = {
	[ROOT] = { "rootfs", 94, 106, 220 }, [KERNEL] = { "kernel", 116, 128, 224 },
};

static uint64_t number(struct view v, unsigned at, unsigned n)
{
	uint64_t x = ascii_number(view_sub(v, at, n));

	return x == UINT64_MAX ? 0 : x;
}

static bool get_tag(struct view v, struct tag *t)
{
	uint64_t base;

	*t = (struct tag){ .total = number(v, 62, 10), .cfe = number(v, 84, 10) };
	for (int i = 0; i < PIECES; i++) {
		t->address[i] = number(v, fields[i].address, 12);
		t->len[i] = number(v, fields[i].len, 10);
	}
	t->first = t->len[ROOT] && (!t->len[KERNEL] ||
		   t->address[ROOT] <= t->address[KERNEL]) ? ROOT : KERNEL;
	base = t->address[t->first];
	for (int i = 0; i < PIECES; i++)
		t->at[i] = TAG + t->cfe + (t->address[i] - base);
	/* Some say the address in RAM instead: then one follows the other. */
	if (t->len[!t->first] && (t->at[!t->first] < t->at[t->first] +
	    t->len[t->first] || t->at[!t->first] > TAG + t->total))
		t->at[!t->first] = t->at[t->first] + t->len[t->first];
	for (int i = 0; i < PIECES; i++)
		if (t->len[i] && (t->at[i] < TAG || t->len[i] > t->total ||
				  t->at[i] - TAG > t->total - t->len[i]))
			return false;
	return view_has(v, 0, TAG) && t->total && t->total <= MOST &&
	       t->cfe < t->total && t->len[t->first];
}

/* What each sum may be of, and which pieces (1 << ROOT, ...) that covers. */
enum { OF_ROOT = 1, OF_KERNEL, OF_BOTH };
struct sum { unsigned at; uint64_t from, len; unsigned of; };

static int sums_of(const struct tag *t, struct sum *s)
{
	uint64_t end = t->at[!t->first] + t->len[!t->first], from = t->at[t->first];
	int n = 0;

	end = t->len[!t->first] ? end : from + t->len[t->first];
	s[n++] = (struct sum){ 216, TAG, t->total, OF_BOTH };
	s[n++] = (struct sum){ 216, TAG + t->cfe, t->total - t->cfe, OF_BOTH };
	s[n++] = (struct sum){ 216, t->at[KERNEL], t->len[KERNEL], OF_KERNEL };
	s[n++] = (struct sum){ 220, t->at[ROOT], t->len[ROOT], OF_ROOT };
	s[n++] = (struct sum){ 224, t->at[KERNEL], t->len[KERNEL], OF_KERNEL };
	s[n++] = (struct sum){ 196, from, end - from, OF_BOTH };
	return n;
}

static bool sum_holds(struct view v, const struct sum *s)
{
	struct view data = view_sub(v, s->from, s->len);

	return data.len && crc32_plain(~0u, data) == peek32(v, s->at, BIG);
}

/* How many hold; wrong is a piece with a sum of its own that none covers. */
static unsigned sums_hold(struct view v, const struct tag *t, bool *wrong)
{
	struct sum s[8];
	unsigned holds = 0, covered = 0;

	for (int i = 0, n = sums_of(t, s); i < n; i++)
		if (sum_holds(v, &s[i])) {
			holds++;
			covered |= s[i].of;
		}
	*wrong = !holds;
	for (int i = 0; i < PIECES; i++)
		*wrong |= t->len[i] && !(covered & 1u << i) &&
			  peek32(v, fields[i].sum, BIG) + 1 > 1;
	return holds;
}

static enum proof bcmtag_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	bool head, wrong = false;
	unsigned holds = 0;
	struct tag t;

	if (!get_tag(v, &t))
		return PROOF_NONE;
	head = crc32_plain(~0u, view_sub(v, 0, SUMMED)) == peek32(v, TAG_CRC, BIG);
	if (!head && peek32(v, TAG_CRC, BIG))
		return PROOF_WEAK;
	region_size(r, image, TAG + t.total);
	if (!r->says)
		holds = sums_hold(v, &t, &wrong);
	r->endian = view_is(v, 60, "1", 1) ? BIG : LITTLE;
	r->broken = wrong;
	region_label(r, view_sub(v, 44, 16));
	region_detail(r, "%s, board %s", holds && head && !wrong ? "crc32 ok" : r->says ?
		      "cut off" : "crc32 wrong", r->label);
	region_label(r, view_sub(v, 38, 6));
	region_prop(r, "chip", "%s", r->label);
	region_prop(r, "soc", "Broadcom BCM%s", r->label);
	region_label(r, view_sub(v, 44, 16));
	if (head)
		region_evidence(r, "tag crc32 %08x", peek32(v, TAG_CRC, BIG));
	if (holds)
		region_evidence(r, "%u crc32 of the content", holds);
	return head && holds && !wrong ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

/* In the order they lie in; payload i is which piece? */
static int piece_of(const struct tag *t, int i)
{
	int piece = i ? !t->first : (int)t->first;

	return i >= 0 && i < PIECES && t->len[piece] ? piece : -1;
}

static int bcmtag_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	struct tag t;
	int i, piece;

	if (!get_tag(v, &t) || !view_has(v, TAG, t.total))
		return fail_at(e, v.at, "image of a Broadcom tag cut off");
	for (i = 0; i < most && (piece = piece_of(&t, i)) >= 0; i++) {
		inner[i] = (struct payload){ .v = view_sub(v, t.at[piece],
							   t.len[piece]) };
		snprintf(inner[i].name, sizeof(inner[i].name), "%s",
			 fields[piece].name);
	}
	return i;
}

static void set_number(struct buf *out, size_t at, unsigned n, uint64_t x)
{
	char text[16] = "";

	snprintf(text, sizeof(text), "%llu", (unsigned long long)x);
	memset(out->p + at, 0, n);
	memcpy(out->p + at, text, strlen(text) < n ? strlen(text) : n);
}

/* What lies behind the changed piece has moved by as much as it grew. */
static void fix_tag(struct buf *out, size_t start, const struct tag *t, int piece,
		    uint64_t len)
{
	uint64_t grown = len - t->len[piece];
	int other = piece == (int)t->first ? !t->first : (int)t->first;

	set_number(out, start + 62, 10, t->total + grown);
	set_number(out, start + fields[piece].len, 10, len);
	if (piece == (int)t->first && t->len[other] &&
	    t->address[other] - t->address[piece] == t->at[other] - t->at[piece])
		set_number(out, start + fields[other].address, 12,
			   t->address[other] + grown);
}

static void fix_sums(struct view was, struct buf *out, size_t start)
{
	struct sum before[8], after[8];
	struct view now = view_from(buf_view(out), start);
	struct tag t, u;
	int n;

	if (!get_tag(was, &t) || !get_tag(now, &u))
		return;
	n = sums_of(&t, before);
	sums_of(&u, after);
	for (int i = n; i-- > 0; )
		if (sum_holds(was, &before[i]))
			patch32(out, start + after[i].at, crc32_plain(~0u,
				view_sub(now, after[i].from, after[i].len)));
	if (peek32(was, TAG_CRC, BIG))
		patch32(out, start + TAG_CRC,
			crc32_plain(~0u, view_sub(now, 0, SUMMED)));
}

static int bcmtag_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct tag t;
	int piece;

	if (!get_tag(v, &t) || !view_has(v, TAG, t.total) ||
	    (piece = piece_of(&t, i)) < 0 || payload.len > MOST || !payload.len)
		return fail_at(e, v.at, "this Broadcom image has no such part");
	out->endian = BIG;
	put_view(out, view_sub(v, 0, t.at[piece]));
	put_view(out, payload);
	put_view(out, view_from(v, t.at[piece] + t.len[piece]));
	if (payload.len != t.len[piece])
		fix_tag(out, start, &t, piece, payload.len);
	fix_sums(v, out, start);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_bcmtag = {
	.open = bcmtag_open, .refit = bcmtag_refit,
	.caveat = "a Broadcom tag: what vendors keep in its reserved fields "
		  "(signatures, ends of flash) is left as it is",
};

const struct format format_bcmtag = {
	.name = "bcmtag",
	.title = "Broadcom CFE image (bcm963xx tag)",
	.proves = "CRC-32 of tag and data",
	.magic = (const struct magic[]){
		{ 4, 19, "Broadcom Corporatio" }, { 4, 8, "LinksysC" },
		{ 4, 8, "AVM GmbH" }, { 24, 8, "ver. 2.0" }, { 0 }
	},
	.probe = bcmtag_probe,
	.wrap = &wrap_bcmtag,
};
