/* input.c - open an input */
#include "project/input.h"

int input_open(struct input *in, const char *path, const struct input_opts *o,
	       struct err *e)
{
	(void)o;
	if (image_open(&in->im, path, e) < 0)
		return -1;
	in->v = in->im.v;
	in->fd = in->im.fd;
	return 0;
}

void input_close(struct input *in)
{
	buf_free(&in->fixed);
	image_close(&in->im);
	*in = (struct input){ .fd = -1 };
}
