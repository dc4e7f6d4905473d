/* partinfo.c - what is in each part, and how it is called on disk */
#include <stdio.h>
#include <stdlib.h>

#include "core/maps.h"
#include "core/mem.h"
#include "core/text.h"
#include "project/parts.h"

enum { MOST_SAFE = 48 };

const struct part *plan_over(const struct plan *p, uint64_t at)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (at - p->part[mid].at < p->part[mid].size &&
		    at >= p->part[mid].at)
			return &p->part[mid];
		if (at < p->part[mid].at)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

/* Whether word is in a list like "uboot, env". */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; (s = strstr(s, word)); s += n)
		if ((s == list || s[-1] == ' ') && (!s[n] || s[n] == ','))
			return true;
	return false;
}

static void add_type(struct part *part, const char *type)
{
	size_t n = strlen(part->types);

	if (!has_word(part->types, type))
		snprintf(part->types + n, sizeof(part->types) - n, "%s%s",
			 n ? ", " : "", type);
}

static bool fits(const struct part *part, const struct region *r)
{
	return r->size <= part->size - (r->at - part->at);
}

/* The outermost object that begins the part and fits, or at least begins it. */
static bool is_better(const struct plan *p, const struct part *part, long i)
{
	const struct found *now = &p->scan.found[i], *was;

	if (now->r.at != part->at)
		return false;
	if (part->main < 0)
		return true;
	was = &p->scan.found[part->main];
	return was->r.at != part->at || (!fits(part, &was->r) && fits(part, &now->r));
}

/* Whether the object around f begins in the same part and is all in it. */
static bool is_inside(const struct plan *p, const struct found *f,
		      const struct part *part)
{
	const struct region *outer;

	if (f->parent < 0)
		return false;
	outer = &p->scan.found[f->parent].r;
	return plan_over(p, outer->at) == part && fits(part, outer);
}

/* An object that does not begin its part is its main one if it is alone. */
static void add_found(struct plan *p, long i, unsigned *others)
{
	const struct found *f = &p->scan.found[i];
	struct part *part = (struct part *)(uintptr_t)plan_over(p, f->r.at);

	if (!part || f->decoded || f->r.proof < PROOF_PLAUSIBLE ||
	    is_inside(p, f, part))
		return;
	add_type(part, f->r.format->name);
	if (is_better(p, part, i))
		part->main = i;
	else if (!others[part - p->part]++ && part->main < 0)
		part->main = i;
}

static void settle_main(struct plan *p, const unsigned *others)
{
	for (size_t i = 0; i < p->n; i++) {
		struct part *part = &p->part[i];

		if (part->main >= 0 && others[i] > 1 &&
		    p->scan.found[part->main].r.at != part->at)
			part->main = -1;
	}
}

static void look_erased(struct plan *p, struct part *part)
{
	struct view v = plan_part(p, part);

	if (!v.len || (v.p[0] != 0xff && v.p[0] && view_run(v, v.p[0]) != v.len))
		return;
	if ((v.p[0] == 0xff || !v.p[0]) &&
	    scan_run_at(&p->scan, p->in.v, part->at, part->at + part->size) != v.len)
		return;
	part->erased = true;
	part->value = v.p[0];
	if (part->types[0])
		return;
	if (part->value == 0xff || part->value == p->scan.erased_value)
		snprintf(part->types, sizeof(part->types), "erased");
	else
		snprintf(part->types, sizeof(part->types), "all 0x%02x", part->value);
}

void parts_describe(struct plan *p)
{
	unsigned *others = xcalloc(p->n + 1, sizeof(*others));

	for (size_t i = 0; i < p->n; i++) {
		p->part[i].main = -1;
		p->part[i].types[0] = 0;
	}
	for (size_t i = 0; i < p->scan.nfound; i++)
		add_found(p, (long)i, others);
	settle_main(p, others);
	for (size_t i = 0; i < p->n; i++) {
		look_erased(p, &p->part[i]);
		maps_give_back();
		if (!p->part[i].types[0])
			snprintf(p->part[i].types, sizeof(p->part[i].types), "-");
	}
	free(others);
}

static bool is_safe(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

void safe_name(const char *name, char *room, size_t n)
{
	static const char meta[] = ".fwmeta";
	size_t len = strlen(name);

	len = len < MOST_SAFE ? len : MOST_SAFE;
	len = len < n - 1 ? len : n - 1;
	for (size_t i = 0; i < len; i++)
		room[i] = is_safe(name[i]) ? name[i] : '_';
	room[len] = 0;
	if (!len)
		snprintf(room, n, "unnamed");
	if (room[0] == '.' || room[0] == '-')
		room[0] = '_';
	/* fs/NAME.fwmeta belongs to the tree fs/NAME. */
	if (len >= sizeof(meta) - 1 && !strcmp(room + len - (sizeof(meta) - 1), meta))
		room[len - (sizeof(meta) - 1)] = '_';
}

/* What is in a container is more than it, unless it is all there is. */
static const char *suffix_of(const struct plan *p, const struct part *part)
{
	const struct region *r;

	if (part->main < 0)
		return ".bin";
	r = &p->scan.found[part->main].r;
	if (r->at != part->at || !r->format->suffix ||
	    (r->format->wrap && !r->format->embedded && r->size != part->size))
		return ".bin";
	return r->format->suffix;
}

static int by_dir(const void *a, const void *b)
{
	const struct part *const *x = a, *const *y = b;
	int d = strcmp((*x)->dir, (*y)->dir);

	return d ? d : (*x)->at < (*y)->at ? -1 : 1;
}

/* Those of one name are told apart by where they are. */
static void make_unique(struct plan *p)
{
	struct part **order = xcalloc(p->n + 1, sizeof(*order));
	bool *twin = xcalloc(p->n + 1, sizeof(*twin));

	for (size_t i = 0; i < p->n; i++)
		order[i] = &p->part[i];
	qsort(order, p->n, sizeof(*order), by_dir);
	for (size_t i = 1; i < p->n; i++)
		if (!strcmp(order[i]->dir, order[i - 1]->dir))
			twin[i] = twin[i - 1] = true;
	for (size_t i = 0; i < p->n; i++) {
		size_t len = strlen(order[i]->dir);

		if (twin[i])
			snprintf(order[i]->dir + len, sizeof(order[i]->dir) - len,
				 "@0x%06llx", (unsigned long long)order[i]->at);
	}
	free(order);
	free(twin);
}

/* As many digits as it takes for the shell to sort the names. */
void parts_name(struct plan *p)
{
	int digits = snprintf(NULL, 0, "%zu", p->n ? p->n - 1 : 0);

	for (size_t i = 0; i < p->n; i++) {
		struct part *part = &p->part[i];

		safe_name(part->name, part->dir, sizeof(part->dir));
		snprintf(part->file, sizeof(part->file), "%0*zu-%.48s%.16s",
			 digits < 2 ? 2 : digits, i, part->dir, suffix_of(p, part));
	}
	make_unique(p);
}
