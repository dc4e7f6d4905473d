/* piggy.c - the packed kernel in a kernel that unpacks itself */
#include "core/work.h"
#include "scan/stream.h"
#include "scan/zimage.h"

enum { LEAST_KERNEL = 64 << 10, MOST_KERNEL = 256 << 20 };

/* Behind the stream, maybe after zeros, or its own last four bytes. */
static bool find_word(struct view v, struct piggy *p)
{
	uint64_t end = p->at + p->used;
	uint64_t zeros = view_run(view_from(v, end), 0);

	for (uint64_t k = zeros < 3 ? 0 : zeros - 3; k <= zeros; k++) {
		p->word = end + k;
		if (view_has(v, p->word, 4) &&
		    peek32(v, p->word, LITTLE) == (uint32_t)p->size)
			return true;
	}
	p->word = end - 4;
	return peek32(v, p->word, LITTLE) == (uint32_t)p->size;
}

bool piggy_at(struct view v, uint64_t at, struct piggy *p)
{
	struct view s = view_from(v, at);
	struct decoded d;
	struct err e;

	*p = (struct piggy){ .codec = stream_sniff(s), .at = at };
	if (!p->codec || p->codec->decode(s, MOST_KERNEL, NULL, &d, &e) < 0 ||
	    !d.ended || d.size < LEAST_KERNEL)
		return false;
	work_add(4 * d.size);
	p->used = d.used;
	p->size = d.size;
	return find_word(v, p);
}

int piggy_open(struct view v, const struct piggy *p, struct payload *inner,
	       int most)
{
	if (most > 0)
		inner[0] = (struct payload){ .v = view_sub(v, p->at, p->used),
					     .name = "kernel", .codec = p->codec };
	return most > 0;
}

static int too_large(const char *what, uint64_t n, uint64_t room, struct err *e)
{
	return fail(e, ERR_LIMIT, "the %s kernel needs %llu bytes, room for %llu "
		    "(%llu bytes too many); make what is in it smaller", what,
		    (unsigned long long)n, (unsigned long long)room,
		    (unsigned long long)(n - room));
}

int piggy_refit(struct view v, const struct piggy *p, struct view payload,
		uint64_t most, struct buf *out, struct err *e)
{
	uint64_t end = p->word < p->at + p->used ? p->at + p->used : p->word;
	size_t start = out->len;
	enum endian was = out->endian;
	struct decoded d;

	if (p->codec->decode(payload, MOST_KERNEL, NULL, &d, e) < 0)
		return -1;
	/* A gzip that is as long as the old one ends with the length itself. */
	if (payload.len > p->word - p->at && payload.len != p->used)
		return too_large("packed", payload.len, p->word - p->at, e);
	if (most && d.size > most)
		return too_large("unpacked", d.size, most, e);
	put_view(out, view_sub(v, 0, p->at));
	put_view(out, payload);
	put_fill(out, 0, end - p->at - payload.len);
	put_view(out, view_from(v, end));
	out->endian = LITTLE;
	patch32(out, start + p->word, (uint32_t)d.size);
	out->endian = was;
	return 0;
}
