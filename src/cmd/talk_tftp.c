/* talk_tftp.c - memory of a device comes as an upload of its own */
#include "cmd/talk.h"

int talk_tftp(struct talk *t, struct buf *out, struct err *e)
{
	(void)t;
	(void)out;
	fail(e, ERR_UNSUPPORTED, "--via tftp: is not there yet; give --via md");
	return 1;
}
