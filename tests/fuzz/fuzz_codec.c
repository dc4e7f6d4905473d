/* fuzz_codec.c - the first byte chooses a codec, the rest is the stream */
#include <stdlib.h>

#include "core/codec.h"

enum { MOST = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct decoded kept, dropped;
	struct buf out = { 0 };
	const struct codec *c;
	struct view v;
	struct err e;
	int r;

	if (n < 2)
		return 0;
	c = codecs[data[0] % 10];
	v = (struct view){ data + 1, n - 1, 0 };
	r = c->decode(v, MOST, &out, &kept, &e);
	if (r != c->decode(v, MOST, NULL, &dropped, &e))
		abort();
	if (kept.size != out.len || kept.size > MOST || kept.used > v.len ||
	    kept.size != dropped.size || kept.used != dropped.used ||
	    kept.ended != dropped.ended || kept.checked != dropped.checked)
		abort();
	buf_free(&out);
	return 0;
}
