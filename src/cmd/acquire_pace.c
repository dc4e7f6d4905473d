/* acquire_pace.c - how long it took, and how fast that was */
#include <stdio.h>

#include "cmd/acquire.h"

const char *acquire_pace(int64_t ms, uint64_t bytes, char text[80])
{
	struct short_text rate;
	unsigned s = (unsigned)(ms / 1000);
	char took[32];

	if (ms < 1)
		ms = 1;
	rate = size_text((uint64_t)((double)bytes * 1000 / (double)ms));
	if (ms < 10000)
		snprintf(took, sizeof(took), "%.1fs", (double)ms / 1000);
	else if (s < 3600)
		snprintf(took, sizeof(took), "%um%02us", s / 60, s % 60);
	else
		snprintf(took, sizeof(took), "%uh%02um%02us", s / 3600, s / 60 % 60, s % 60);
	snprintf(text, 80, "%s, %s/s", took, rate.text);
	return text;
}
