/* wrap.c - the volumes of UBI, each put together from its blocks */
#include "core/log.h"
#include "core/maps.h"
#include "fs/ubi/map.h"

#include <string.h>

/* The content is load()'s: it lies in pieces. */
static int ubi_open(struct view v, struct payload *inner, int most,
		    struct err *e)
{
	struct ubi_map m;
	int n = 0;

	if (ubi_map(&m, v, e) < 0)
		n = -1;
	for (; n >= 0 && n < most && (size_t)n < m.n; n++) {
		inner[n] = (struct payload){ .v = { .at = v.at } };
		memcpy(inner[n].name, m.vol[n].name, sizeof(inner[n].name));
	}
	ubi_map_free(&m);
	return n;
}

/* What nobody knows whose it is may be the volume's: said for each. */
static void say_faults(const struct ubi_map *m, const struct ubi_volume *vol)
{
	for (size_t k = 0; k < m->faults; k++) {
		const struct ubi_fault *f = &m->fault[k];

		if (f->volume < 0)
			warn_at("ubi.block", f->at, "%s: %s", vol->name, f->text);
		else if (f->volume == vol->id)
			warn_at("ubi.volume", f->at, "%s: %s", vol->name, f->text);
	}
	if (vol->rec.updating)
		warn("ubi.updating", "%s: was being written when the power went; it is "
		     "not whole", vol->name);
}

/* A block that is not there reads as erased. */
static int gather(const struct ubi_map *m, size_t i, uint64_t most,
		  struct buf *out, struct err *e)
{
	const struct ubi_volume *vol = &m->vol[i];

	if (vol->size > most)
		return fail(e, ERR_LIMIT, "volume %s has %llu bytes, %llu are allowed",
			    vol->name, (unsigned long long)vol->size,
			    (unsigned long long)most);
	say_faults(m, vol);
	for (uint32_t k = 0; k < vol->n; k++) {
		struct view data = ubi_content(m, i, k);
		uint64_t left = vol->size - (uint64_t)k * vol->usable;
		size_t size = left < vol->usable ? (size_t)left : vol->usable;

		data = view_upto(data, 0, size);
		maps_touched(data);
		put_view(out, data);
		put_fill(out, 0xff, size - data.len);
	}
	return 0;
}

static int ubi_load(struct view v, int i, uint64_t most, struct buf *out,
		    struct err *e)
{
	struct ubi_map m;
	int r = ubi_map(&m, v, e);

	if (!r && (i < 0 || (size_t)i >= m.n))
		r = fail_at(e, v.at, "this UBI has no volume %d", i);
	if (!r)
		r = gather(&m, (size_t)i, most, out, e);
	ubi_map_free(&m);
	return r;
}

const struct wrap wrap_ubi = {
	.open = ubi_open, .refit = ubi_refit, .load = ubi_load,
};
