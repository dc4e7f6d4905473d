/* fuzz_bootlog.c - texts that hold partition maps: logs, listings, manifests */
#include <assert.h>

#include "scan/mapmake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t sizes[] = { 0, 0x10000, 0x1000000 };
	struct view text = { data, size, 0 };
	struct scan s = { .size = 0x1000000 };

	for (unsigned i = 0; i < 3; i++) {
		struct maps m = { 0 };
		struct err e = { 0 };

		if (maps_from_text(&m, text, sizes[i], "fuzz", &e) < 0)
			assert(e.text[0] && e.subject[0]);
		maps_choose(&m, &s, s.size);
		assert(m.best < (long)m.n);
		maps_free(&m);
	}
	return 0;
}
