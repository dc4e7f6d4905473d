/* view.c - runs of one byte value, at memory speed */
#include "core/maps.h"

enum { STEP = 1024, LONG = 1 << 20 };

/* Equal to itself one further on: memcmp() is the fastest loop there is. */
static bool is_run(const uint8_t *p, uint8_t byte)
{
	return *p == byte && !memcmp(p, p + 1, STEP - 1);
}

size_t view_run(struct view v, uint8_t byte)
{
	uint64_t word, want = byte * UINT64_C(0x0101010101010101);
	size_t i = 0;

	while (i + STEP <= v.len && is_run(v.p + i, byte)) {
		i += STEP;
		if (i % LONG == 0)
			maps_touched(view_sub(v, i - LONG, LONG));
	}
	for (; i + sizeof(word) <= v.len; i += sizeof(word)) {
		memcpy(&word, v.p + i, sizeof(word));
		if (word != want)
			break;
	}
	while (i < v.len && v.p[i] == byte)
		i++;
	return i;
}

size_t view_tail_run(struct view v, uint8_t byte)
{
	uint64_t word, want = byte * UINT64_C(0x0101010101010101);
	size_t n = 0;

	while (n + STEP <= v.len && is_run(v.p + v.len - n - STEP, byte)) {
		n += STEP;
		if (n % LONG == 0)
			maps_touched(view_sub(v, v.len - n, LONG));
	}
	for (; n + sizeof(word) <= v.len; n += sizeof(word)) {
		memcpy(&word, v.p + v.len - n - sizeof(word), sizeof(word));
		if (word != want)
			break;
	}
	while (n < v.len && v.p[v.len - 1 - n] == byte)
		n++;
	return n;
}
