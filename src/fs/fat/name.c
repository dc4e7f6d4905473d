/* name.c - the names of FAT entries, long and short */
#include "core/text.h"
#include "fs/fat/fat.h"

static uint8_t sum_of(const uint8_t *p)
{
	uint8_t sum = 0;

	for (int i = 0; i < 11; i++)
		sum = (uint8_t)((sum >> 1 | sum << 7) + p[i]);
	return sum;
}

/* Character i of the long name whose entries precede p, the last one first. */
static uint16_t unit(const uint8_t *p, size_t i)
{
	static const uint8_t place[13] = {
		1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30,
	};
	const uint8_t *q = p - FAT_ENTRY * (i / 13 + 1) + place[i % 13];

	return (uint16_t)(q[0] | q[1] << 8);
}

static void put_long(const uint8_t *p, size_t n, struct buf *out)
{
	struct buf name = { 0 };

	for (size_t i = 0; i < 13 * n; i++)
		put16(&name, unit(p, i));
	put_utf16(out, buf_view(&name));
	buf_free(&name);
}

static bool is_long(const uint8_t *p, size_t n)
{
	for (size_t i = 1; i <= n; i++) {
		const uint8_t *q = p - FAT_ENTRY * i;

		if ((q[0] & 0x1f) != i || q[13] != sum_of(p) ||
		    (q[0] >> 6 & 1) != (i == n))
			return false;
	}
	return n;
}

static void put_short(const uint8_t *p, size_t n, bool lower, struct buf *out)
{
	while (n && p[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < n; i++)
		put8(out, lower && p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i]);
}

void fat_name(const uint8_t *p, size_t n, struct buf *out)
{
	size_t start = out->len;

	if (is_long(p, n)) {
		put_long(p, n, out);
		return;
	}
	put_short(p, 8, p[12] & 8, out);
	if (out->len > start && out->p[start] == 5)
		out->p[start] = 0xe5;
	if (p[8] == ' ')
		return;
	put8(out, '.');
	put_short(p + 8, 3, p[12] & 16, out);
}
