/* openedlook.c - which of the objects that a scan found are opened */
#include "fs/fs.h"
#include "project/opened.h"

/* Where nothing whole lies in it, what lies in it is its own business. */
bool scan_hollow(const struct scan *s, size_t i)
{
	const struct region *r = &s->found[i].r, *k;

	for (size_t n = i + 1; r->broken && n < s->nfound; n++) {
		k = &s->found[n].r;
		if (!s->found[n].decoded && s->found[n].parent != (long)i &&
		    k->proof == PROOF_PROVEN && k->at > r->at &&
		    k->at - r->at < r->size)
			return true;
	}
	return false;
}

bool format_opens(const struct format *f)
{
	return (f->fs && f->fs->read) || (f->wrap && f->wrap->open);
}

/* A program is not opened, what is in it may be. */
bool scan_covered(const struct scan *s, size_t i)
{
	for (long up = s->found[i].parent; up >= 0; up = s->found[up].parent)
		if (format_opens(s->found[up].r.format) &&
		    s->found[up].r.proof >= PROOF_PLAUSIBLE)
			return true;
	return false;
}
