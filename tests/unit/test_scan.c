/* test_scan.c - every object found once, every byte in one span, in bounded work */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "core/image.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/par.h"
#include "core/work.h"
#include "scan/scan.h"

enum { PIECE = 256 << 10, UIMAGE = 64 };

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void put_noise(struct buf *b, size_t n, uint32_t seed)
{
	for (uint8_t *p = buf_room(b, n); n--; b->len++)
		*p++ = (uint8_t)next(&seed);
}

/* A uImage as mkimage lays it out; its sums by zlib. */
static void put_packed(struct buf *b, struct view data, bool is_whole, bool gzip)
{
	size_t at = b->len;

	b->endian = BIG;
	put32(b, 0x27051956);
	put32(b, 0);
	put32(b, 1551178380);
	put32(b, (uint32_t)data.len);
	put32(b, 0x20008000);
	put32(b, 0x20008000);
	put32(b, (uint32_t)crc32(0, data.p, (unsigned)data.len) ^ !is_whole);
	put32(b, 0x05020200 + gzip);	/* Linux, ARM, kernel, gzip or none */
	put(b, "a name", 6);
	put_fill(b, 0, UIMAGE - (b->len - at));
	patch32(b, at + 4, (uint32_t)crc32(0, b->p + at, UIMAGE));
	put_view(b, data);
}

static void put_uimage(struct buf *b, struct view data, bool is_whole)
{
	put_packed(b, data, is_whole, false);
}

static void put_gzip(struct buf *b, size_t n, int level)
{
	z_stream z = { 0 };
	uint8_t *plain = xcalloc(n, 1);

	for (size_t i = 0; i < n; i++)
		plain[i] = (uint8_t)(i * i >> 7);
	deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = plain;
	z.avail_in = (unsigned)n;
	z.next_out = buf_room(b, n + n / 100 + 100);
	z.avail_out = (unsigned)(n + n / 100 + 100);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b->len += z.total_out;
	deflateEnd(&z);
	free(plain);
}

static struct scan scanned(struct view v, struct scan_opts o)
{
	struct scan s;
	struct err e = { 0 };

	assert_int_equal(scan_run(&s, v, -1, &o, &e), 0);
	return s;
}

static void assert_covered(const struct scan *s, struct view v)
{
	uint64_t at = 0, sum[3] = { 0 };

	for (size_t i = 0; i < s->nspan; i++) {
		const struct span *p = &s->span[i];

		assert_int_equal(p->at, at);
		assert_true(p->size > 0);
		at += p->size;
		sum[p->kind] += p->size;
		if (p->kind == SPAN_ERASED)
			assert_int_equal(p->size, view_run(view_sub(v, p->at, p->size),
							   p->value));
	}
	assert_int_equal(at, v.len);
	assert_int_equal(sum[SPAN_STRUCTURE], s->structure);
	assert_int_equal(sum[SPAN_ERASED], s->erased);
	assert_int_equal(sum[SPAN_UNKNOWN], s->unknown);
}

static void every_byte_is_in_one_span(void **state)
{
	struct buf b = { 0 }, data = { 0 };
	struct scan s;

	(void)state;
	put_noise(&data, 20001, 7);
	put_fill(&b, 0xff, 0x1000);
	put_uimage(&b, buf_view(&data), true);
	put_align(&b, 0x10000, 0xff);
	put_noise(&b, 10000, 9);
	put(&b, "x", 1);
	put_fill(&b, 0xff, 300);		/* short of a sector: still data */
	put_noise(&b, 5000, 11);
	put(&b, "y", 1);
	put_fill(&b, 0x00, 9000);
	put_fill(&b, 0xff, 3);			/* up to the next object */
	put_uimage(&b, buf_view(&data), true);
	s = scanned(buf_view(&b), (struct scan_opts){ 0 });
	assert_covered(&s, buf_view(&b));
	assert_int_equal(s.nfound, 2);
	assert_int_equal(s.structure, 2 * (UIMAGE + 20001));
	assert_int_equal(s.unknown, 10000 + 1 + 300 + 5000 + 1);
	assert_int_equal(s.erased_value, 0xff);
	scan_free(&s);
	buf_free(&b);
	buf_free(&data);
}

static void random_layouts_are_covered(void **state)
{
	struct buf b = { 0 }, data = { 0 };
	uint32_t seed = 42;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		struct scan s;

		b.len = 0;
		for (unsigned i = next(&seed) % 9; i > 0; i--) {
			size_t n = next(&seed) % 3 ? next(&seed) % 9000
						   : next(&seed) % 40;
			unsigned what = next(&seed) % 4;

			data.len = 0;
			put_noise(&data, n + 1, next(&seed));
			if (what < 2)
				put_fill(&b, what ? 0xff : 0, n);
			else if (what == 2)
				put_view(&b, buf_view(&data));
			else
				put_uimage(&b, buf_view(&data), next(&seed) % 2);
		}
		s = scanned(buf_view(&b), (struct scan_opts){ .all = round % 2 });
		assert_covered(&s, buf_view(&b));
		scan_free(&s);
	}
	buf_free(&b);
	buf_free(&data);
}

/* On erased flash, so that sectors are skipped and the borders must hold. */
static void a_magic_is_seen_wherever_it_lies(void **state)
{
	size_t size = PIECE + 9000;
	uint8_t *p = xmalloc(size);

	(void)state;
	memset(p, 0xff, size);
	for (size_t f = 0; formats[f]; f++) {
		const struct magic *m = formats[f]->magic;

		for (; m && m->len; m++) {
			for (int d = -12; d <= 12; d += 3) {
				size_t border = d % 2 ? PIECE : PIECE + 4096;
				size_t at = (size_t)((long)border + d);
				struct scan s;

				if (at < m->off)
					continue;
				memcpy(p + at, m->bytes, m->len);
				s = scanned((struct view){ p, size, 0 },
					    (struct scan_opts){ 0 });
				if (!s.probes)
					print_error("%s at %zu\n",
						    formats[f]->name, at);
				assert_true(s.probes > 0);
				scan_free(&s);
				memset(p + at, 0xff, m->len);
			}
		}
	}
	free(p);
}

/* However often a magic is there, few places are looked at, and that is said. */
static void a_repeated_magic_costs_little(void **state)
{
	size_t size = 1 << 20;
	uint8_t *p = xmalloc(size);

	(void)state;
	for (size_t f = 0; formats[f]; f++) {
		const struct magic *m = formats[f]->magic;

		for (; m && m->len; m++) {
			uint64_t work = work_done();
			struct scan s;

			for (size_t i = 0; i < size; i++)
				p[i] = (uint8_t)m->bytes[i % m->len];
			s = scanned((struct view){ p, size, 0 },
				    (struct scan_opts){ 0 });
			assert_true(s.probes <= size / 4096 * 32 * 4 + 8);
			assert_true(work_done() - work < (UINT64_C(1) << 30));
			assert_true(s.nfound <= 10000);
			scan_free(&s);
		}
	}
	free(p);
}

/*
 * Headers whose own sum is right, each claiming all that follows: together
 * 8 GiB to sum up.
 */
static void headers_over_headers_cost_little(void **state)
{
	size_t size = 1 << 20;
	struct buf b = { 0 };
	uint64_t work;
	struct scan s;

	(void)state;
	while (b.len < size) {
		struct buf one = { 0 };

		put_uimage(&one, (struct view){ b.p, 0, 0 }, true);
		patch32(&one, 12, (uint32_t)(size - b.len - UIMAGE));
		patch32(&one, 4, 0);
		patch32(&one, 4, (uint32_t)crc32(0, one.p, UIMAGE));
		put_view(&b, buf_view(&one));
		buf_free(&one);
	}
	work = work_done();
	s = scanned(buf_view(&b), (struct scan_opts){ 0 });
	assert_true(work_done() - work < (UINT64_C(160) << 20));
	assert_true(s.unexamined > 0);
	assert_true(s.probes > 64);
	scan_free(&s);
	buf_free(&b);
}

static void noise_is_nothing(void **state)
{
	struct buf b = { 0 };
	struct scan s;

	(void)state;
	put_noise(&b, 16 << 20, 4711);
	s = scanned(buf_view(&b), (struct scan_opts){ 0 });
	assert_int_equal(s.nfound, 0);
	assert_int_equal(s.unknown, 16 << 20);
	scan_free(&s);
	buf_free(&b);
}

static void put_mixture(struct buf *b)
{
	struct buf data = { 0 };
	uint32_t seed = 5;

	put_gzip(&data, 50000, 9);
	for (unsigned i = 0; i < 40; i++) {
		put_noise(b, next(&seed) % 60000, i);
		if (i % 3)
			put_uimage(b, buf_view(&data), i % 2);
		else
			put_fill(b, i % 2 ? 0 : 0xff, next(&seed) % 60000);
		if (i == 20) {		/* large enough to be left out */
			data.len = 0;
			put_gzip(&data, 4 << 20, 0);
			put_packed(b, buf_view(&data), true, true);
		}
	}
	buf_free(&data);
}

static void assert_same(const struct scan *a, const struct scan *b)
{
	assert_int_equal(a->nfound, b->nfound);
	assert_int_equal(a->nspan, b->nspan);
	assert_int_equal(a->probes, b->probes);
	assert_int_equal(a->hidden, b->hidden);
	for (size_t i = 0; i < a->nfound; i++) {
		assert_int_equal(a->found[i].r.at, b->found[i].r.at);
		assert_int_equal(a->found[i].r.size, b->found[i].r.size);
		assert_int_equal(a->found[i].parent, b->found[i].parent);
		assert_ptr_equal(a->found[i].r.format, b->found[i].r.format);
	}
	for (size_t i = 0; i < a->nspan; i++)
		assert_int_equal(a->span[i].at, b->span[i].at);
}

static size_t outermost(const struct scan *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nfound; i++)
		n += s->found[i].parent < 0 && s->found[i].r.proof > PROOF_WEAK;
	return n;
}

/* Large objects are not read through; what follows them is. */
static void nothing_is_lost_behind_a_large_object(void **state)
{
	struct buf b = { 0 };
	struct scan some, all;

	(void)state;
	put_mixture(&b);
	for (unsigned jobs = 1; jobs < 4; jobs++) {
		par_use(jobs);
		some = scanned(buf_view(&b), (struct scan_opts){ 0 });
		all = scanned(buf_view(&b), (struct scan_opts){ .all = true });
		assert_int_equal(outermost(&some), outermost(&all));
		assert_int_equal(some.structure, all.structure);
		assert_int_equal(some.erased, all.erased);
		if (jobs == 1)
			assert_non_null(memchr(some.sector, SECTOR_UNSEEN,
					       some.nsector));
		assert_null(memchr(all.sector, SECTOR_UNSEEN, all.nsector));
		scan_free(&some);
		scan_free(&all);
	}
	par_use(0);
	buf_free(&b);
}

static void neither_workers_nor_reading_change_the_result(void **state)
{
	char path[] = "/tmp/scan.XXXXXX";
	struct scan_opts o = { 0 };
	struct buf b = { 0 };
	struct image im;
	struct scan one, many;
	struct err e;
	int fd = mkstemp(path);

	(void)state;
	put_mixture(&b);
	assert_int_equal(write(fd, b.p, b.len), (ssize_t)b.len);
	close(fd);
	par_use(1);
	one = scanned(buf_view(&b), o);
	assert_int_equal(image_open(&im, path, &e), 0);
	for (unsigned jobs = 1; jobs < 6; jobs++) {
		par_use(jobs);
		assert_int_equal(scan_run(&many, im.v, im.fd, &o, &e), 0);
		assert_same(&one, &many);
		scan_free(&many);
	}
	par_use(0);
	image_close(&im);
	unlink(path);
	scan_free(&one);
	buf_free(&b);
}

/* A gzip stream in a uImage that says it holds plain code. */
static void what_is_inside_names_its_parent(void **state)
{
	struct buf b = { 0 }, data = { 0 }, twice = { 0 };
	struct scan s;

	(void)state;
	put_noise(&data, 8192, 3);
	put_gzip(&data, 40000, 9);
	put_noise(&data, 100, 3);
	put_uimage(&b, buf_view(&data), true);
	s = scanned(buf_view(&b), (struct scan_opts){ 0 });
	assert_int_equal(s.nfound, 2);
	assert_int_equal(s.found[0].parent, -1);
	assert_int_equal(s.found[1].parent, 0);
	assert_int_equal(s.found[1].depth, 1);
	assert_int_equal(s.found[1].r.at, UIMAGE + 8192);
	assert_string_equal(s.found[1].r.format->name, "gzip");
	assert_int_equal(s.structure, b.len);
	scan_free(&s);
	put_uimage(&twice, buf_view(&b), true);
	s = scanned(buf_view(&twice), (struct scan_opts){ 0 });
	assert_int_equal(s.nfound, 2);
	scan_free(&s);
	s = scanned(buf_view(&twice), (struct scan_opts){ .depth = 2 });
	assert_int_equal(s.nfound, 3);
	assert_int_equal(s.found[2].depth, 2);
	scan_free(&s);
	buf_free(&b);
	buf_free(&data);
	buf_free(&twice);
}

/* A header left over claims a partition; what is proven there is not its. */
static void a_stale_header_owns_nothing(void **state)
{
	struct buf b = { 0 }, data = { 0 }, inner = { 0 };
	struct scan s;

	(void)state;
	put_noise(&data, 5000, 3);
	put_uimage(&inner, buf_view(&data), true);
	put_noise(&data, 5000, 4);
	put_view(&data, buf_view(&inner));
	put_uimage(&b, buf_view(&data), false);
	s = scanned(buf_view(&b), (struct scan_opts){ 0 });
	assert_int_equal(s.nfound, 2);
	assert_int_equal(s.found[0].r.proof, PROOF_PLAUSIBLE);
	assert_int_equal(s.found[1].r.proof, PROOF_PROVEN);
	assert_int_equal(s.found[1].parent, -1);
	assert_int_equal(s.structure, b.len);
	scan_free(&s);
	buf_free(&b);
	buf_free(&data);
	buf_free(&inner);
}

static char said[512];

static void listen(const struct msg *m)
{
	snprintf(said, sizeof(said), "%s", m->what.text);
}

static void a_truncated_object_says_what_is_missing(void **state)
{
	struct buf b = { 0 }, data = { 0 };
	struct scan s;

	(void)state;
	put_noise(&data, 0x3000, 3);
	put_uimage(&b, buf_view(&data), true);
	log_hook = listen;
	s = scanned(view_sub(buf_view(&b), 0, 0x1040), (struct scan_opts){ 0 });
	log_hook = NULL;
	assert_string_equal(said, "uimage says it ends at 0x3040, the file ends at "
			    "0x1040 (8192 bytes missing); read again, or add "
			    "--partial");
	assert_int_equal(s.found[0].r.size, 0x1040);
	scan_free(&s);
	buf_free(&b);
	buf_free(&data);
}

static void words_of_only_and_skip_are_checked(void **state)
{
	struct scan_opts wrong = { .only = "uimage,gzap" };
	struct scan_opts right = { .skip = "uimage" };
	struct view v = { 0 };
	struct scan s;
	struct err e;

	(void)state;
	assert_int_equal(scan_run(&s, v, -1, &wrong, &e), -1);
	assert_non_null(strstr(e.text, "gzap"));
	scan_free(&s);
	assert_int_equal(scan_run(&s, v, -1, &right, &e), 0);
	assert_int_equal(s.nspan, 0);
	scan_free(&s);
}

static void only_and_skip_choose(void **state)
{
	struct buf b = { 0 }, data = { 0 };
	struct scan s;

	(void)state;
	put_noise(&data, 3000, 3);
	put_uimage(&b, buf_view(&data), true);
	put_gzip(&b, 10000, 9);
	s = scanned(buf_view(&b), (struct scan_opts){ .only = "gzip" });
	assert_int_equal(s.nfound, 1);
	assert_string_equal(s.found[0].r.format->name, "gzip");
	scan_free(&s);
	s = scanned(buf_view(&b), (struct scan_opts){ .skip = "env,gzip" });
	assert_int_equal(s.nfound, 1);
	assert_string_equal(s.found[0].r.format->name, "uimage");
	scan_free(&s);
	buf_free(&b);
	buf_free(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_in_one_span),
		cmocka_unit_test(random_layouts_are_covered),
		cmocka_unit_test(a_magic_is_seen_wherever_it_lies),
		cmocka_unit_test(a_repeated_magic_costs_little),
		cmocka_unit_test(headers_over_headers_cost_little),
		cmocka_unit_test(noise_is_nothing),
		cmocka_unit_test(nothing_is_lost_behind_a_large_object),
		cmocka_unit_test(neither_workers_nor_reading_change_the_result),
		cmocka_unit_test(what_is_inside_names_its_parent),
		cmocka_unit_test(a_stale_header_owns_nothing),
		cmocka_unit_test(a_truncated_object_says_what_is_missing),
		cmocka_unit_test(words_of_only_and_skip_are_checked),
		cmocka_unit_test(only_and_skip_choose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
