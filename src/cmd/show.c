/* show.c - what the ways to show a scan have in common, and finding nothing */
#include "cmd/show.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

enum { BARS = 32, BAR = 40 };

uint64_t show_base(const struct plan *p)
{
	return p->in.v.at;
}

const char *show_offset(const struct plan *p, uint64_t at, char *room)
{
	uint64_t last = show_base(p) + p->scan.size;
	int digits = 6;

	while (digits < 16 && last > (UINT64_C(1) << 4 * digits))
		digits++;
	snprintf(room, 20, "0x%0*llx", digits,
		 (unsigned long long)(show_base(p) + at));
	return room;
}

const char *show_part(const struct plan *p, uint64_t at)
{
	for (size_t i = 0; p->maps.best >= 0 && i < p->n; i++)
		if (at - p->part[i].at < p->part[i].size && at >= p->part[i].at)
			return p->part[i].gap ? "-" : p->part[i].name;
	return "-";
}

bool show_any(const struct plan *p)
{
	for (size_t i = 0; i < p->scan.nfound; i++)
		if (p->scan.found[i].r.proof >= PROOF_PLAUSIBLE)
			return true;
	return false;
}

static const char *meaning(double entropy)
{
	return entropy > 7.9 ? "compressed without a header, or encrypted"
	     : entropy > 6.5 ? "dense, as compressed data with some structure is"
	     : entropy > 4.8 ? "as program code is" : "as text or tables are";
}

/* The place of the first byte that is not like all others. */
static bool is_one_value(const struct plan *p)
{
	return p->in.v.len && view_run(p->in.v, p->in.v.p[0]) == p->in.v.len;
}

void show_nothing(const struct run *r, const struct plan *p, const char *name)
{
	struct buf b = { 0 };
	char room[20];
	double x;

	put_escaped(&b, view_text(name));
	printf("%.*s: %s", (int)b.len, (char *)b.p, size_text(p->scan.size).text);
	buf_free(&b);
	if (is_one_value(p)) {
		printf(", every byte is 0x%02x: erased, or nobody answered\n",
		       p->in.v.p[0]);
		return;
	}
	x = scan_entropy(p->in.v);
	printf(", nothing proven or plausible\nentropy %.2f bits per byte from %s to "
	       "the end: %s\n", x, show_offset(p, 0, room), meaning(x));
	if (p->scan.hidden)
		hint(r, "fwtool scan -a %s shows %zu weak match%s", name, p->scan.hidden,
		     p->scan.hidden == 1 ? "" : "es");
}

/* One bar: the mean of the windows in it, the highest as a mark. */
static void print_bar(const struct plan *p, size_t from, size_t to)
{
	unsigned sum = 0, most = 0;
	char room[20];
	int mean;

	for (size_t i = from; i < to; i++) {
		sum += p->scan.window[i];
		most = p->scan.window[i] > most ? p->scan.window[i] : most;
	}
	mean = (int)(sum / (to - from));
	show_offset(p, (uint64_t)from * SECTOR, room);
	printf("%s  %.2f  %.2f  %.*s\n", room, mean / 32.0, most / 32.0,
	       mean * BAR / 256, "########################################");
}

void show_entropy(const struct plan *p)
{
	size_t n = p->scan.nsector, each = (n + BARS - 1) / BARS;

	if (!p->scan.window || !n)
		return;
	printf("\nOFFSET%*s  MEAN  MOST  BITS PER BYTE, IN WINDOWS OF 4 KiB\n",
	       (int)strlen(show_offset(p, 0, (char[20]){ 0 })) - 6, "");
	for (size_t i = 0; i < n; i += each)
		print_bar(p, i, i + each < n ? i + each : n);
}
