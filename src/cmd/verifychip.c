/* verifychip.c - does a chip hold this dump? */
#include <string.h>

#include "cmd/acquire.h"
#include "cmd/config.h"
#include "cmd/verify.h"

/* Read whole, and twice: a bad read is no difference. */
static int compare_chip(struct run *r, const struct acquire_opts *o,
			struct view want, struct difference *d, struct err *e)
{
	struct nor n = { 0 };
	struct proven p = { 0 };
	int result;

	if (acquire_open(r, o, &n, e) < 0)
		return -1;
	result = acquire_whole(r, o, &n, &p, e);
	if (!result)
		*d = verify_compare(want, buf_view(&p.bytes));
	proven_free(&p);
	acquire_close(&n);
	return result;
}

int verify_chip(struct run *r, const struct input *in, const char *source,
		struct err *e)
{
	struct acquire_opts o = { .reads = 2, .reread = 5 };
	struct settings settings;
	struct difference d;

	if (acquire_named(&o, source, "", e) < 0 ||
	    acquire_defaults(r, &o, &settings, e) < 0)
		return -1;
	if (o.uboot || o.monitor)
		return fail(e, ERR_UNSUPPORTED, "--against --%s: a console is too slow for "
			    "this; read it with fwtool acquire and compare the files",
			    source);
	if (compare_chip(r, &o, verify_bytes(in), &d, e) < 0)
		return -1;
	return verify_say(r, in->im.name, "the chip", &d, false);
}
