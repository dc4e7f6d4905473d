/* fuzz_diff.c - two or three readings of anything: compared, named, merged */
#include <stdlib.h>

#include "fixup/vote.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct view a = { p, n / 3, 0 }, b = { p + n / 3, n / 3 + n % 3, 0 };
	struct view read[3] = { a, { b.p, a.len, 0 }, { p + n - a.len, a.len, 0 } };
	struct compared c;
	struct verdict v;
	struct pair x = { &c, a, b, "a", "b", 0 };
	struct votes votes;
	struct buf out = { 0 };

	compare(&c, a, b);
	if (c.bytes || a.len != b.len)
		diagnose(&v, &x);
	compared_free(&c);
	if (a.len) {
		vote(&votes, read, 3, &out);
		for (size_t i = 0; i < votes.n; i++)
			if (!view_has(a, votes.place[i].at, votes.place[i].size))
				abort();
		votes_free(&votes);
	}
	buf_free(&out);
	return 0;
}
