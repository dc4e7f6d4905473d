/* optput.c - an option struct as the options that would make it */
#include <string.h>

#include "core/opt.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static size_t times(const struct option *o, const void *to, const void *from)
{
	static const uint64_t zeroes[4];
	const void *was = from ? from : zeroes;

	switch (o->kind) {
	case OPT_FLAG:
		return *(const bool *)to && !*(const bool *)was;
	case OPT_OFF:
		return !*(const bool *)to && *(const bool *)was;
	case OPT_UINT:
		return *(const uint64_t *)to != *(const uint64_t *)was;
	case OPT_WORD:
		return *(const int *)to != *(const int *)was;
	case OPT_COUNT:
		return *(const unsigned *)to > *(const unsigned *)was
			? *(const unsigned *)to - *(const unsigned *)was : 0;
	case OPT_TEXT:
	case OPT_MAYBE:
		return *(const char *const *)to &&
		       !same_text(*(const char *const *)to,
				  *(const char *const *)was);
	case OPT_LIST:
		return ((const struct texts *)to)->n;
	case OPT_END:
		break;
	}
	return 0;
}

size_t opt_times(const struct option *o, const void *base, const void *defaults)
{
	return times(o, (const char *)base + o->where,
		     defaults ? (const char *)defaults + o->where : NULL);
}

void opt_value(const struct option *o, const void *base, size_t i,
	       struct buf *out)
{
	const void *from = (const char *)base + o->where;

	if (o->kind == OPT_UINT)
		put_text(out, "%llu",
			 (unsigned long long)*(const uint64_t *)from);
	if (o->kind == OPT_WORD)
		put_text(out, "%s", o->words[*(const int *)from]);
	if (o->kind == OPT_TEXT || o->kind == OPT_MAYBE)
		put_text(out, "%s", *(const char *const *)from);
	if (o->kind == OPT_LIST)
		put_text(out, "%s", ((const struct texts *)from)->v[i]);
}
