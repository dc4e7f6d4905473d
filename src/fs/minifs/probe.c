/* probe.c - the read-only file system of TP-Link's VxWorks routers */
#include "core/work.h"
#include "fs/minifs/minifs.h"

enum { MOST_FILES = 1 << 16 };

/* The name at off, if it ends among the names. */
static bool name_at(struct view names, uint32_t off, struct view *name)
{
	const uint8_t *end;

	*name = view_from(names, off);
	if (off >= names.len || !(end = memchr(name->p, 0, name->len)))
		return false;
	name->len = (size_t)(end - name->p);
	return true;
}

static uint32_t blob_of(const struct minifs *m, uint32_t i)
{
	return peek32(m->v, m->table + (uint64_t)i * MINIFS_FILE + 8, BIG);
}

bool minifs_open(struct minifs *m, struct view v)
{
	uint32_t names = peek32(v, 28, BIG);

	*m = (struct minifs){ .v = v, .files = peek32(v, 20, BIG) };
	if (!view_is(v, 0, MINIFS_MAGIC, 16) || !m->files || m->files > MOST_FILES ||
	    !view_has(v, MINIFS_HEAD, names + (uint64_t)m->files * MINIFS_FILE))
		return false;
	m->names = view_sub(v, MINIFS_HEAD, names);
	m->table = MINIFS_HEAD + (uint64_t)names;
	work_add((uint64_t)m->files * MINIFS_FILE);
	for (uint32_t i = 0; i < m->files; i++) {
		uint32_t b = blob_of(m, i);

		if (b >= MOST_FILES)
			return false;
		m->blobs = b >= m->blobs ? b + 1 : m->blobs;
	}
	m->data = m->table + (uint64_t)m->files * MINIFS_FILE +
		  (uint64_t)m->blobs * MINIFS_BLOB;
	return m->data <= v.len;
}

bool minifs_file(const struct minifs *m, uint32_t i, struct minifs_file *f)
{
	struct cursor c = cursor(view_sub(m->v, m->table + (uint64_t)i * MINIFS_FILE,
					  MINIFS_FILE), BIG);
	uint32_t dir = get32(&c), name = get32(&c);

	f->blob = get32(&c);
	f->offset = get32(&c);
	f->size = get32(&c);
	return name_at(m->names, dir, &f->dir) && name_at(m->names, name, &f->name);
}

void minifs_blob(const struct minifs *m, uint32_t i, struct minifs_blob *b)
{
	uint64_t table = m->table + (uint64_t)m->files * MINIFS_FILE;
	struct cursor c = cursor(view_sub(m->v, table + (uint64_t)i * MINIFS_BLOB,
					  MINIFS_BLOB), BIG);

	b->at = m->data + get32(&c);
	b->size = get32(&c);
	b->plain = get32(&c);
}

/* Its header could be LZMA's, and says the size that the table says. */
static bool blob_is_good(const struct minifs *m, const struct minifs_blob *b)
{
	struct view v = view_upto(m->v, b->at, b->size);
	uint64_t plain = peek64(v, 5, LITTLE);

	return v.len == b->size && view_has(v, 0, 18) && v.p[0] < 9 * 5 * 5 && !v.p[13] &&
	       (plain == b->plain || plain == UINT64_MAX);
}

/* How many blobs and files hold what they say; *end: of the last one. */
static uint32_t count_good(const struct minifs *m, uint64_t *end)
{
	uint32_t good = 0;

	*end = m->data;
	for (uint32_t i = 0; i < m->blobs; i++) {
		struct minifs_blob b;

		minifs_blob(m, i, &b);
		good += blob_is_good(m, &b);
		*end = b.at + b.size > *end ? b.at + b.size : *end;
	}
	for (uint32_t i = 0; i < m->files; i++) {
		struct minifs_file f;
		struct minifs_blob b;

		if (!minifs_file(m, i, &f))
			continue;
		minifs_blob(m, f.blob, &b);
		good += (uint64_t)f.offset + f.size <= b.plain;
	}
	work_add(((uint64_t)m->blobs + m->files) * MINIFS_FILE);
	return good;
}

static enum proof minifs_probe(struct view image, uint64_t at, struct region *r)
{
	struct minifs m;
	uint64_t end;
	bool good;

	if (!minifs_open(&m, view_from(image, at)))
		return PROOF_NONE;
	good = count_good(&m, &end) == m.files + m.blobs;
	region_size(r, image, end);
	r->endian = BIG;
	r->broken = !good && !r->says;
	region_number(r, "files", m.files);
	region_detail(r, "%u file%s in %u LZMA stream%s", m.files,
		      m.files == 1 ? "" : "s", m.blobs, m.blobs == 1 ? "" : "s");
	if (!good)
		region_detail(r, r->says ? "cut off" : "damaged");
	return good && !r->says ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

const struct format format_minifs = {
	.name = "minifs",
	.title = "files of TP-Link's VxWorks routers",
	.proves = "every entry followed",
	.suffix = ".minifs",
	.magic = (const struct magic[]){ { 0, 16, MINIFS_MAGIC }, { 0 } },
	.probe = minifs_probe,
	.fs = &minifs_fs,
};
