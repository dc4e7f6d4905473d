/* flash_range.c - where an image goes on a chip */
#include <string.h>

#include "cmd/flash_job.h"

/* -p NAME: the partition's place, and its bytes in an image of the whole. */
static int place_part(struct flash_job *j, struct err *e)
{
	const char *name = j->o->source.part;
	const struct map_part *part;
	struct maps maps = { 0 };

	if (!j->o->source.map)
		return fail(e, ERR_USAGE, "-p needs a map; give -m boot.log or -m "
			    "mtdparts=...");
	if (acquire_map(j->o->source.map, j->n.chip.size, &maps, e) < 0)
		return -1;
	part = maps.n ? acquire_part(&maps, j->n.chip.size,
						 name, strlen(name)) : NULL;
	if (part)
		j->range = (struct range){ part->at, part->size };
	maps_free(&maps);
	if (!part)
		return fail(e, ERR_USAGE, "-p %s: no such partition in the map", name);
	if (j->im.v.len == j->n.chip.size)
		j->bytes = view_sub(j->im.v, j->range.at, j->range.size);
	if (j->bytes.len > j->range.size)
		return fail(e, ERR_USAGE, "is %zu bytes, the partition %s %llu; it does "
			    "not fit", j->bytes.len, name,
			    (unsigned long long)j->range.size);
	j->range.size = j->bytes.len;
	return 0;
}

static int place(struct flash_job *j, struct err *e)
{
	uint64_t size = j->n.chip.size, len = j->im.v.len;

	j->bytes = j->im.v;
	if (j->o->source.part)
		return place_part(j, e);

	j->range = (struct range){ 0, len };
	if (j->o->source.range) {
		if (parse_range(j->o->source.range, size, &j->range, e) < 0)
			return within(e, "--range");
		if (j->range.at + len == size || len <= j->range.size)
			j->range.size = len < j->range.size ? len : j->range.size;
		return 0;
	}
	if (len > size)
		return fail(e, ERR_USAGE, "is %llu bytes, the chip %llu; this is the "
			    "image of another chip", (unsigned long long)len,
			    (unsigned long long)size);
	if (len < size && !j->o->pad)
		return fail(e, ERR_USAGE, "is %llu bytes, the chip %llu; add --range 0+"
			    "%llu to write only the front, or --pad",
			    (unsigned long long)len, (unsigned long long)size,
			    (unsigned long long)len);
	return 0;
}

static int widen(struct flash_job *j, struct err *e)
{
	uint64_t unit = j->n.chip.erase[0].size;

	if (j->range.at % unit == 0 && j->range.size % unit == 0)
		return 0;
	return fail(e, ERR_USAGE, "0x%llx+0x%llx are no whole erase blocks of 0x%llx "
		    "bytes; give --range on such borders",
		    (unsigned long long)j->range.at, (unsigned long long)j->range.size,
		    (unsigned long long)unit);
}

int job_place(struct flash_job *j, struct err *e)
{
	if (place(j, e) < 0 || widen(j, e) < 0)
		return -1;
	put_view(&j->want, view_upto(j->bytes, 0, j->range.size));
	return 0;
}
