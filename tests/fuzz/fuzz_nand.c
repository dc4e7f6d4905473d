/* fuzz_nand.c - raw NAND: whatever is found is stripped, and comes back as it was
 * smoke: 60 runs, each of which tries all codes */
#include <stdlib.h>
#include <string.h>

#include "fixup/fixup.h"
#include "fixup/nand/nand.h"

extern const struct fixup fixup_nand;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const pages[] = { NULL, "2048+64", "512+16", "512+100",
					     "4096+224", "2048+128", "1024+32", "oob" };
	const struct nand_opts opts = { .page = size ? pages[data[0] % 8] : NULL };
	struct view v = { data, size, 0 }, raw = view_from(v, 1);
	struct repaired r = { 0 };
	struct buf out = { 0 };
	struct err e = { 0 };

	if (size > 1 << 17)
		return 0;
	if (size > 14 && !memcmp(data, "fwtool nand/2\n", 14)) {
		/* What a project kept, which may be hostile, and any bytes. */
		fixup_nand.undo(view_from(v, size / 2), v, &out, &e);
	} else if (raw.len && !fixup_nand.apply(raw, &opts, &r, &e)) {
		if (fixup_nand.undo(buf_view(&r.bytes), buf_view(&r.keep), &out, &e) < 0 ||
		    !view_equal(buf_view(&out), raw))
			abort();
	}
	buf_free(&out);
	buf_free(&r.bytes);
	buf_free(&r.say);
	buf_free(&r.keep);
	return 0;
}
