/* parts.c - cut an image into parts without gaps or overlaps */
#include "project/parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"

static struct part *add(struct plan *p, uint64_t at, uint64_t end)
{
	struct part *part;

	p->part = xgrow(p->part, &p->cap, p->n + 1, sizeof(*p->part));
	part = &p->part[p->n++];
	*part = (struct part){ .at = at, .size = end - at, .main = -1 };
	return part;
}

static void add_gap(struct plan *p, uint64_t at, uint64_t end)
{
	struct part *part = add(p, at, end);

	part->gap = true;
	snprintf(part->name, sizeof(part->name), "gap");
}

/* The partitions over the place we are at, the one that began last on top. */
struct sweep {
	const struct map_part **over;
	size_t n;
	size_t next;		/* partition to begin */
	uint64_t size;		/* of the image */
};

static uint64_t end_of(const struct sweep *s, const struct map_part *m)
{
	return m->size < s->size - m->at ? m->at + m->size : s->size;
}

/* "ALL" over the whole flash says nothing about the bytes between others. */
static bool is_everything(const struct map *m, const struct map_part *part,
			  uint64_t size)
{
	return m->n > 2 && !part->at && part->size >= size;
}

/* Who has the bytes from at on, and up to where; NULL: nobody. */
static const struct map_part *owner_of(struct sweep *s, const struct map *m,
				       uint64_t at, uint64_t *end)
{
	const struct map_part *owner;

	for (; s->next < m->n && m->part[s->next].at <= at; s->next++)
		if (!is_everything(m, &m->part[s->next], s->size))
			s->over[s->n++] = &m->part[s->next];
	while (s->n && end_of(s, s->over[s->n - 1]) <= at)
		s->n--;
	owner = s->n ? s->over[s->n - 1] : NULL;
	*end = owner ? end_of(s, owner) : s->size;
	if (s->next < m->n && m->part[s->next].at < *end)
		*end = m->part[s->next].at;
	return owner;
}

static void check_end(const struct plan *p, const struct map *m)
{
	uint64_t size = p->in.v.at + p->in.v.len;

	if (m->end > size)
		warn("map.past-end", "partition \"%s\" ends at 0x%llx, the input at "
		     "0x%llx; the dump is cut off, or the map is another's", m->last,
		     (unsigned long long)m->end, (unsigned long long)size);
}

static void add_owned(struct plan *p, uint64_t at, uint64_t end,
		      const struct map_part *owner)
{
	struct part *part = add(p, at, end);

	part->rest = at != owner->at;
	snprintf(part->name, sizeof(part->name), "%s", owner->name);
}

void parts_from_map(struct plan *p, const struct map *m)
{
	struct sweep s = { .size = p->in.v.len };
	const struct map_part *owner, *before = NULL;

	s.over = xcalloc(m->n + 1, sizeof(*s.over));
	check_end(p, m);
	for (uint64_t at = 0, end; at < s.size; at = end, before = owner) {
		owner = owner_of(&s, m, at, &end);
		if (p->n && owner == before)
			p->part[p->n - 1].size += end - at;
		else if (owner)
			add_owned(p, at, end, owner);
		else
			add_gap(p, at, end);
	}
	free(s.over);
}

void parts_from_objects(struct plan *p)
{
	uint64_t size = p->in.v.len, at = 0;

	for (size_t i = 0; i < p->scan.nfound; i++) {
		const struct region *r = &p->scan.found[i].r;
		uint64_t end;

		if (p->scan.found[i].depth || r->proof < PROOF_PLAUSIBLE ||
		    r->at < at || r->at >= size || !r->size)
			continue;
		end = r->size < size - r->at ? r->at + r->size : size;
		if (r->at > at)
			add_gap(p, at, r->at);
		snprintf(add(p, r->at, end)->name, sizeof(p->part->name), "%s",
			 r->format->name);
		at = end;
	}
	if (at < size)
		add_gap(p, at, size);
}
