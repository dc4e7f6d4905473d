/* rtime.c - jffs2's own run-time compression: a byte, and how far it repeats */
#include "fs/jffs2/unpack.h"

/*
 * Pairs of a byte and a count. After the byte come count bytes copied from
 * behind the place where the same byte stood last time (0: the beginning).
 */
int jffs2_rtime(struct view in, uint8_t *dst, size_t n)
{
	size_t last[256] = { 0 }, pos = 0, from;

	for (size_t i = 0; pos < n && i < in.len; i += 2) {
		uint8_t byte = in.p[i];
		size_t count = i + 1 < in.len ? in.p[i + 1] : 0;

		dst[pos++] = byte;
		from = last[byte];
		last[byte] = pos;
		if (count > n - pos)
			count = n - pos;
		while (count--)
			dst[pos++] = dst[from++];
	}
	memset(dst + pos, 0, n - pos);
	return 0;
}
