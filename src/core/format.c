/* format.c - what finding a format yields */
#include "core/format.h"

#include <stdarg.h>
#include <stdio.h>

const char *const proof_words[] = { "none", "weak", "plausible", "proven", NULL };

const struct format *format_named(const char *name)
{
	for (size_t i = 0; formats[i]; i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

static struct prop *new_prop(struct region *r, const char *key)
{
	struct prop *p;

	if (r->nprop == MOST_PROPS)
		return NULL;
	p = &r->prop[r->nprop++];
	*p = (struct prop){ .key = key };
	return p;
}

void region_prop(struct region *r, const char *key, const char *fmt, ...)
{
	struct prop *p = new_prop(r, key);
	va_list ap;

	if (!p)
		return;
	va_start(ap, fmt);
	vsnprintf(p->text, sizeof(p->text), fmt, ap);
	va_end(ap);
}

void region_number(struct region *r, const char *key, uint64_t n)
{
	struct prop *p = new_prop(r, key);

	if (!p)
		return;
	snprintf(p->text, sizeof(p->text), "%llu", (unsigned long long)n);
	p->is_number = true;
}

void region_evidence(struct region *r, const char *fmt, ...)
{
	va_list ap;

	if (r->nevidence == MOST_EVIDENCE)
		return;
	va_start(ap, fmt);
	vsnprintf(r->evidence[r->nevidence++], sizeof(r->evidence[0]), fmt, ap);
	va_end(ap);
}

void region_detail(struct region *r, const char *fmt, ...)
{
	size_t n = strlen(r->detail);
	va_list ap;

	if (n && n + 3 < sizeof(r->detail)) {
		memcpy(r->detail + n, ", ", 3);
		n += 2;
	}
	va_start(ap, fmt);
	vsnprintf(r->detail + n, sizeof(r->detail) - n, fmt, ap);
	va_end(ap);
}

void region_label(struct region *r, struct view text)
{
	size_t i;

	for (i = 0; i < text.len && i + 1 < sizeof(r->label) && text.p[i]; i++)
		r->label[i] = text.p[i] >= ' ' && text.p[i] < 0x7f
			? (char)text.p[i] : '.';
	r->label[i] = 0;
}

void region_size(struct region *r, struct view image, uint64_t says)
{
	uint64_t room = r->at <= image.len ? image.len - r->at : 0;

	r->size = says <= room ? says : room;
	r->says = says <= room ? 0 : says;
}

bool table_part_name(struct table_part *p, struct view name)
{
	size_t i;

	for (i = 0; i < name.len && name.p[i]; i++) {
		if (name.p[i] <= ' ' || name.p[i] > '~' || i + 1 == sizeof(p->name))
			return false;
		p->name[i] = (char)name.p[i];
	}
	p->name[i] = 0;
	return i > 0;
}
