/* probe.h - images by the reference tools, and a probe run on them */
#ifndef TESTS_UNIT_PROBE_H
#define TESTS_UNIT_PROBE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

#include "core/format.h"
#include "core/mem.h"

/* Run a shell command in a scratch folder; what it leaves in "out" is b. */
static inline void made_by(struct buf *b, const char *command)
{
	char dir[] = "/tmp/probe.XXXXXX";
	char *line, *path;
	size_t n;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	line = xasprintf("cd %s && { %s; } > log 2>&1 || { cat log; exit 1; }",
			 dir, command);
	if (system(line) != 0)
		fprintf(stderr, "failed: %s\n", command);
	free(line);
	path = xasprintf("%s/out", dir);
	f = fopen(path, "rb");
	assert_non_null(f);
	buf_clear(b);
	while ((n = fread(buf_room(b, 1 << 16), 1, 1 << 16, f)))
		b->len += n;
	fclose(f);
	free(path);
	line = xasprintf("rm -rf %s", dir);
	assert_int_equal(system(line), 0);
	free(line);
}

/* What the format says of the bytes at `at`. */
static inline struct region probed(const char *format, struct view image,
				   uint64_t at)
{
	struct region r = { .at = at, .format = format_named(format) };

	assert_non_null(r.format);
	r.proof = r.format->probe(image, at, &r);
	return r;
}

/* Proven, whole, at this size; with a stranger before and behind it too. */
static inline void assert_proven(const char *format, const struct buf *b,
				 uint64_t size, const char *detail)
{
	struct region r = probed(format, buf_view(b), 0);
	struct buf wide = { 0 };

	assert_string_equal(proof_words[r.proof], "proven");
	assert_int_equal(r.size, size);
	assert_int_equal(r.says, 0);
	if (detail)
		assert_string_equal(r.detail, detail);
	put_fill(&wide, 0xa5, 4099);
	put_view(&wide, buf_view(b));
	put_fill(&wide, 0xa5, 4099);
	r = probed(format, buf_view(&wide), 4099);
	assert_string_equal(proof_words[r.proof], "proven");
	assert_int_equal(r.size, size);
	buf_free(&wide);
}

/* With bit 4 of the byte at `at` the other way it is less than proven. */
static inline void assert_flip_seen(const char *format, const struct buf *b,
				    uint64_t at)
{
	struct region r;

	b->p[at] ^= 0x10;
	r = probed(format, buf_view(b), 0);
	b->p[at] ^= 0x10;
	assert_true(r.proof < PROOF_PROVEN);
}

/* The first n bytes of it are less than proven; returns what is said. */
static inline struct region cut_to(const char *format, const struct buf *b,
				   uint64_t n)
{
	struct region r = probed(format, view_sub(buf_view(b), 0, n), 0);

	assert_true(r.proof < PROOF_PROVEN);
	assert_true(r.size <= n);
	return r;
}

/* How often the magic m, wherever it lies in v, ends in such a proof. */
static inline size_t count_in(const struct format *f, const struct magic *m,
			      struct view v, enum proof least)
{
	struct region r;
	size_t found = 0;

	for (size_t at = m->off; at + m->len <= v.len; at++) {
		if (v.p[at] != (uint8_t)m->bytes[0] ||
		    !view_is(v, at, m->bytes, m->len))
			continue;
		r.at = at - m->off;
		r.nprop = r.nevidence = 0;
		r.detail[0] = r.label[0] = 0;
		found += f->probe(v, r.at, &r) >= least;
	}
	return found;
}

#define SOME_FILES "mkdir -p d/sub/empty && seq 1 3000 > d/numbers && " \
	"printf hi > d/sub/short && ln -s ../numbers d/sub/link && " \
	"head -c 70000 /dev/zero > d/zeros && " \
	"find d -exec touch -hd @1000000000 {} + && "

#endif
