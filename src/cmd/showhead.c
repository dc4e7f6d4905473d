/* showhead.c - what stands above and below the table of a scan */
#include <stdio.h>

#include "cmd/show.h"
#include "core/text.h"
#include "scan/soc.h"

/* The byte order of the file systems, if they agree. */
static const char *order_of(const struct scan *s)
{
	unsigned seen = 0;

	for (size_t i = 0; i < s->nfound; i++)
		if (s->found[i].r.format->fs && s->found[i].r.proof == PROOF_PROVEN)
			seen |= 1u << s->found[i].r.endian;
	return seen == 1u << LITTLE ? ", little-endian"
	     : seen == 1u << BIG ? ", big-endian" : "";
}

static void print_name(const char *name)
{
	struct buf b = { 0 };

	put_escaped(&b, view_text(name));
	fwrite(b.p, 1, b.len, stdout);
	buf_free(&b);
}

/* Whose chip it is, and why we think so. */
static void print_soc(const struct plan *p)
{
	struct soc soc;

	if (!soc_find(&soc, &p->scan, &p->maps, p->in.v))
		return;
	fputs(", SoC ", stdout);
	print_name(soc.family);
	fputs(" (", stdout);
	print_name(soc.why);
	fputs(")", stdout);
}

void show_head(const struct plan *p, const char *name)
{
	print_name(name);
	printf(": %s", size_text(p->scan.size).text);
	for (unsigned i = 0; i < p->in.napplied; i++)
		printf("%s%s", i ? ", " : " after ", p->in.applied[i].name);
	if (!p->in.napplied && p->scan.erased)
		printf(", erased value 0x%02x%s", p->scan.erased_value,
		       order_of(&p->scan));
	print_soc(p);
	putchar('\n');
	if (p->maps.best >= 0) {
		fputs("map: ", stdout);
		print_name(p->maps.map[p->maps.best].source);
		printf("; %s\n", p->maps.map[p->maps.best].verdict);
	}
	putchar('\n');
}

/* Tenths of a percent that add up to 1000: the largest takes what is left. */
void show_coverage(const struct scan *s)
{
	double all = s->size ? (double)s->size : 1;
	unsigned structure = (unsigned)((double)s->structure / all * 1000 + 0.5);
	unsigned erased = (unsigned)((double)s->erased / all * 1000 + 0.5);
	unsigned unknown = (unsigned)((double)s->unknown / all * 1000 + 0.5);
	unsigned *most = structure >= erased ? &structure : &erased;

	if (unknown > *most)
		most = &unknown;
	*most += 1000 - structure - erased - unknown;
	printf("\n%u.%u %% in structures, %u.%u %% erased, ", structure / 10,
	       structure % 10, erased / 10, erased % 10);
	if (unknown)
		printf("%u.%u %% unknown (%llu bytes)\n", unknown / 10, unknown % 10,
		       (unsigned long long)s->unknown);
	else
		printf("%llu bytes unknown\n", (unsigned long long)s->unknown);
}
