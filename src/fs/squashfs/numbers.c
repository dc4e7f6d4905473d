/* numbers.c - numbers as options give them, and times as images hold them */
#include "fs/squashfs/numbers.h"

#include <ctype.h>
#include <stdlib.h>

int squash_number(const char *text, int base, uint32_t *n)
{
	char *end;
	unsigned long long x = strtoull(text, &end, base);

	if (!isdigit((unsigned char)*text) || *end || x > UINT32_MAX)
		return -1;
	*n = (uint32_t)x;
	return 0;
}

uint32_t squash_time(int64_t t)
{
	return t == INT64_MIN ? 0 : (uint32_t)t;
}
