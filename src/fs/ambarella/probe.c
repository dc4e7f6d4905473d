/* probe.c - the read-only file system of Ambarella's cameras */
#include "fs/ambarella/ambarella.h"

#include "core/work.h"

enum { MOST_FILES = 1 << 16 };

uint32_t ambarella_count(struct view v)
{
	uint32_t n = peek32(v, 0, LITTLE);

	return n <= MOST_FILES && view_is(v, 4, AMBARELLA_MAGIC, 4) &&
	       view_has(v, AMBARELLA_HEAD, (uint64_t)n * AMBARELLA_ENTRY) ? n : 0;
}

bool ambarella_entry(struct view v, uint32_t i, struct ambarella_file *f)
{
	uint64_t at = AMBARELLA_HEAD + (uint64_t)i * AMBARELLA_ENTRY;
	struct cursor c = cursor(view_sub(v, at, AMBARELLA_ENTRY), LITTLE);
	const uint8_t *end;

	f->name = get_view(&c, AMBARELLA_NAME);
	f->offset = get32(&c);
	f->size = get32(&c);
	end = f->name.len ? memchr(f->name.p, 0, f->name.len) : NULL;
	if (end)
		f->name.len = (size_t)(end - f->name.p);
	return view_is(v, at + AMBARELLA_ENTRY - 4, "\x76\xab\x87\x23", 4);
}

uint64_t ambarella_padded(uint64_t end)
{
	return end + AMBARELLA_PAD - end % AMBARELLA_PAD;
}

static enum proof ambarella_probe(struct view image, uint64_t at,
				  struct region *r)
{
	struct view v = view_from(image, at);
	uint32_t n = ambarella_count(v), good = 0;
	uint64_t end = AMBARELLA_HEAD + (uint64_t)n * AMBARELLA_ENTRY;
	struct ambarella_file f;

	if (!n || !ambarella_entry(v, 0, &f))
		return PROOF_NONE;
	for (uint32_t i = 0; i < n; i++) {
		work_add(AMBARELLA_ENTRY);
		if (!ambarella_entry(v, i, &f))
			continue;
		good += view_has(v, f.offset, f.size) &&
			f.offset >= AMBARELLA_HEAD;
		if ((uint64_t)f.offset + f.size > end)
			end = (uint64_t)f.offset + f.size;
	}
	if (end <= v.len && v.len < ambarella_padded(end))
		region_size(r, image, v.len);
	else
		region_size(r, image, ambarella_padded(end));
	r->endian = LITTLE;
	r->broken = good < n && !r->says;
	region_number(r, "files", n);
	region_detail(r, "%u file%s", n, n == 1 ? "" : "s");
	if (good < n)
		region_detail(r, r->says ? "cut off" : "damaged");
	return good == n && !r->says ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_ambarella = {
	.name = "ambarella",
	.title = "ROM file system of Ambarella's cameras",
	.proves = "every entry followed",
	.exact = "any writer",
	.suffix = ".ambarella",
	.magic = (const struct magic[]){ { 4, 4, AMBARELLA_MAGIC }, { 0 } },
	.probe = ambarella_probe,
	.fs = &ambarella_fs,
};
