/* trial.c - which word order makes sense of an image */
#include "project/trial.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "fixup/swap.h"
#include "scan/scan.h"

enum { FIRST = 1 << 20, HEAD = 16 << 20, SAMPLE = 1 << 20, SAMPLES = 8 };

static void add_name(struct proofs *p, const char *name)
{
	size_t n = strlen(p->names), len = strlen(name);
	const char *has = strstr(p->names, name);

	if (has && (has[len] == 0 || has[len] == ','))
		return;
	if (n + len + 3 < sizeof(p->names))
		snprintf(p->names + n, sizeof(p->names) - n, "%s%s", n ? ", " : "", name);
}

/* Spare bytes between pages would break it; those that have small parts stay. */
static bool is_solid(const struct region *r)
{
	static const char *const pieces[] = {
		"jffs2", "ubi", "ubifs", "yaffs", "mbr", "gpt", NULL
	};

	for (unsigned i = 0; pieces[i]; i++)
		if (!strcmp(r->format->name, pieces[i]))
			return false;
	return true;
}

static void add_region(struct proofs *p, const struct region *r)
{
	if (r->proof < PROOF_PROVEN)
		return;
	p->objects++;
	p->bytes += r->size;
	if (is_solid(r) && r->size > p->solid)
		p->solid = r->size;
	add_name(p, r->format->name);
	if (strcmp(r->format->name, "jffs2"))
		return;
	for (unsigned i = 0; i < r->nprop; i++)
		if (!strcmp(r->prop[i].key, "nodes"))
			p->jffs2_nodes += strtoull(r->prop[i].text, NULL, 10);
}

static int add_proofs(struct view v, int fd, bool first_only, struct proofs *p,
		      struct err *e)
{
	const struct scan_opts o = { .proven_only = true, .first_only = first_only };
	void (*hook)(const struct msg *m) = log_hook;
	struct scan s = { 0 };
	int r;

	v.at = 0;
	log_hook = NULL;
	r = scan_run(&s, v, fd, &o, e);
	log_hook = hook;
	for (size_t i = 0; !r && i < s.nfound; i++)
		if (s.found[i].depth == 0)
			add_region(p, &s.found[i].r);
	scan_free(&s);
	return r;
}

int count_proofs(struct view v, int fd, struct proofs *p, struct err *e)
{
	*p = (struct proofs){ 0 };
	return add_proofs(v, fd, false, p, e);
}

static int add_swapped(struct view v, unsigned width, struct proofs *p,
		       struct err *e)
{
	uint8_t *copy = xmalloc(v.len ? v.len : 1);
	int r;

	memcpy(copy, v.p, v.len);
	swap_words(copy, v.len, width);
	r = add_proofs((struct view){ copy, v.len, 0 }, -1, false, p, e);
	free(copy);
	return r;
}

int count_swapped(struct view v, unsigned width, struct proofs *p, struct err *e)
{
	*p = (struct proofs){ 0 };
	return add_swapped(v, width, p, e);
}

struct proof_text proof_text(const struct proofs *p)
{
	struct proof_text t;

	if (p->jffs2_nodes && !strcmp(p->names, "jffs2"))
		snprintf(t.text, sizeof(t.text), "%llu jffs2 nodes",
			 (unsigned long long)p->jffs2_nodes);
	else if (p->objects)
		snprintf(t.text, sizeof(t.text), "%llu object%s (%s)",
			 (unsigned long long)p->objects, p->objects == 1 ? "" : "s",
			 p->names);
	else
		snprintf(t.text, sizeof(t.text), "0");
	return t;
}

int count_of(struct view v, int fd, const char *type, uint64_t *bytes, uint64_t *at,
	     struct err *e)
{
	const struct scan_opts o = { .proven_only = true, .only = type };
	void (*hook)(const struct msg *m) = log_hook;
	struct scan s = { 0 };
	int r;

	v.at = 0;
	*bytes = *at = 0;
	log_hook = NULL;
	r = scan_run(&s, v, fd, &o, e);
	log_hook = hook;
	for (size_t i = s.nfound; !r && i-- > 0; ) {
		if (s.found[i].depth || s.found[i].r.proof < PROOF_PROVEN)
			continue;
		*bytes += s.found[i].r.size;
		*at = s.found[i].r.at;
	}
	scan_free(&s);
	return r;
}

/* Whether anything is proven in the head of it as it is; a little is enough. */
static int makes_sense(struct view v, int fd, bool *does, struct err *e)
{
	struct proofs p = { 0 };

	if (add_proofs(view_upto(v, 0, FIRST), fd, true, &p, e) < 0)
		return -1;
	if (!p.objects && v.len > FIRST &&
	    add_proofs(view_upto(v, 0, HEAD), fd, true, &p, e) < 0)
		return -1;
	*does = p.objects > 0;
	return 0;
}

/* The head of an image, and pieces of a large one. */
static int sample(struct view v, unsigned width, struct proofs *p, struct err *e)
{
	*p = (struct proofs){ 0 };
	if (v.len <= HEAD)
		return add_swapped(v, width, p, e);
	if (add_swapped(view_upto(v, 0, HEAD / 4), width, p, e) < 0)
		return -1;
	for (uint64_t i = 1; i <= SAMPLES; i++) {
		uint64_t at = v.len / (SAMPLES + 1) * i / (1 << 16) * (1 << 16);

		if (add_swapped(view_upto(v, at, SAMPLE), width, p, e) < 0)
			return -1;
	}
	return 0;
}

int find_order(struct view v, int fd, unsigned *width, struct proofs *p,
	       struct err *e)
{
	struct proofs now;
	bool does;

	*width = 0;
	*p = (struct proofs){ 0 };
	if (makes_sense(v, fd, &does, e) < 0)
		return -1;
	for (unsigned w = 2; !does && w <= 8; w *= 2) {
		if (sample(v, w, &now, e) < 0)
			return -1;
		if (now.objects + now.jffs2_nodes > p->objects + p->jffs2_nodes) {
			*p = now;
			*width = w;
		}
	}
	if (!*width || v.len <= HEAD)
		return 0;
	/* Proof in the samples: now the whole image has its say. */
	if (count_proofs(v, fd, &now, e) < 0)
		return -1;
	if (now.objects)
		*width = 0;
	return *width ? count_swapped(v, *width, p, e) : 0;
}
