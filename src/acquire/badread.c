/* badread.c - the marks that a loose clip or a bad cable leaves in the bytes */
#include "acquire/badread.h"

#include "fixup/diagnose.h"

enum { PACKET = 32, LEAST = 64 * 1024, SAMPLES = 64, SAMPLE = 256 };

static bool stuck_bit(struct view v, char *why, size_t n)
{
	uint8_t ones, dead = dead_bits(v, &ones);

	for (unsigned bit = 0; bit < 8; bit++) {
		if (!(dead >> bit & 1))
			continue;
		snprintf(why, n, "bit %u reads as %d everywhere; reseat the clip, check "
			 "MISO", bit, ones >> bit & 1);
		return true;
	}
	return false;
}

/* Whether the part from `half` on repeats the beginning, which is not blank. */
static bool repeats(struct view v, uint64_t half)
{
	unsigned telling = 0;

	for (unsigned i = 0; i < SAMPLES; i++) {
		uint64_t x = half / SAMPLES * i;
		struct view a = view_sub(v, x, SAMPLE), b = view_sub(v, half + x, SAMPLE);

		if (!view_equal(a, b))
			return false;
		telling += a.len && view_run(a, a.p[0]) != a.len;
	}
	return telling >= SAMPLES / 8 &&
	       view_equal(view_sub(v, 0, half), view_sub(v, half, half));
}

bool bad_read(struct view v, char *why, size_t n)
{
	if (v.len < LEAST)
		return false;
	if (view_run(v, v.p[0]) == v.len) {
		snprintf(why, n, "every byte is %02x: a blank chip, or nobody answers",
			 v.p[0]);
		return true;
	}
	if (stuck_bit(v, why, n))
		return true;
	if (v.len % 2 == 0 && repeats(v, v.len / 2)) {
		snprintf(why, n, "addresses wrap at 0x%zx: the second half repeats the "
			 "first; the chip is smaller, or needs four-byte addresses",
			 v.len / 2);
		return true;
	}
	return false;
}

/* Where differences are whole packets that one side has as 0xff. */
static bool lost_packets(struct view a, struct view b, unsigned *lost)
{
	*lost = 0;
	for (uint64_t i = 0; i < a.len; i += PACKET) {
		struct view x = view_upto(a, i, PACKET), y = view_upto(b, i, PACKET);

		if (view_equal(x, y))
			continue;
		if (view_run(x, 0xff) != x.len && view_run(y, 0xff) != y.len)
			return false;
		++*lost;
	}
	return *lost > 0;
}

static bool single_bits(struct view a, struct view b)
{
	for (size_t i = 0; i < a.len; i++) {
		uint8_t d = a.p[i] ^ b.p[i];

		if (d & (d - 1))
			return false;
	}
	return true;
}

bool bad_pair(struct view a, struct view b, char *why, size_t n)
{
	unsigned lost;

	if (a.len != b.len || view_equal(a, b))
		return false;
	if (single_bits(a, b))
		snprintf(why, n, "single bits differ: electrical noise; use shorter wires "
			 "or a lower --speed");
	else if (lost_packets(a, b, &lost))
		snprintf(why, n, "packets of 32 bytes are lost; use a direct USB port");
	else
		snprintf(why, n, "the readings have little in common; reseat the clip, "
			 "and hold the board in reset");
	return true;
}
