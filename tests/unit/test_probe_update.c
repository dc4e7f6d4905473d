/* test_probe_update.c - vendors' updates: proven, refitted, and cut anywhere */
#include "probe.h"

static const char *top(void)
{
	const char *dir = getenv("TOP");

	return dir ? dir : getenv("PWD");
}

static void make_update(struct buf *b, const char *name)
{
	char *c = xasprintf("seq 1 500 > k && seq 2 600 > r && "
			    "python3 %s/tests/make/update.py %s out k r", top(), name);

	made_by(b, c);
	free(c);
}

/* The maker's own reading of it finds every sum right. */
static void assert_checks(const char *name, const struct buf *b)
{
	char path[] = "/tmp/update.XXXXXX";
	int fd = mkstemp(path);
	char *c = xasprintf("python3 %s/tests/make/update.py check %s %s", top(), name,
			    path);

	assert_int_equal(write(fd, b->p, b->len), (ssize_t)b->len);
	close(fd);
	assert_int_equal(system(c), 0);
	unlink(path);
	free(c);
}

static const struct update {
	const char *make, *format, *proof;
	uint64_t in;			/* where a flipped bit is seen */
	const char *detail;
} all[] = {
	{ "pack2", "nvtpack", "proven", 3000, "sum ok, HDR2, 4 parts" },
	{ "nvtpack", "nvtpack", "proven", 0x150, "sum ok, NVTPACK, 3 parts" },
	{ "capwap", "senao", "proven", 700, "md5 ok, vendor 0x101, product 0x79, "
	  "ENS620EXT, xored" },
	{ "hwnp", "hwnp", "proven", 1800, "crc32 ok twice, 4 items" },
	{ "anjoy", "anjoy", "proven", 1700, "header crc32 ok, 3 of 3 crc32 ok, "
	  "IPC_V1.0.0.1" },
	{ "safeloader", "safeloader", "proven", 5000, "md5 ok, 5 parts" },
	{ "sercomm", "sercomm", "proven", 900, "crc32 ok twice, kernel" },
	{ "imagewty1", "imagewty", "proven", 6500, "5 files, 2 of 2 sums ok" },
	{ "imagewty3", "imagewty", "proven", 6500, "5 files, 2 of 2 sums ok" },
	{ "jzlzma", "jzlzma", "plausible", 0, "unpacked to its end" },
	{ "paks", "paks", "plausible", 0, "no known sum, 3 sections, v3.1.0.2368" },
	{ "sunplus", "sunplus", "plausible", 0, "no known sum, 4 parts" },
};
enum { UPDATES = sizeof(all) / sizeof(*all) };

/* The old form of Novatek's is found by what stands behind its first part. */
static uint64_t magic_of(const struct update *u, const struct buf *b)
{
	return strcmp(u->make, "nvtpack") ? 0 : 16 + peek32(buf_view(b), 12, BIG);
}

static void an_update_is_known_by_its_sums(void **state)
{
	struct buf b = { 0 };
	struct region r;

	(void)state;
	for (int i = 0; i < UPDATES; i++) {
		const struct update *u = &all[i];
		uint64_t at;

		make_update(&b, u->make);
		at = magic_of(u, &b);
		r = probed(u->format, buf_view(&b), at);
		assert_string_equal(proof_words[r.proof], u->proof);
		assert_int_equal(r.at, 0);
		assert_int_equal(r.size, b.len);
		assert_memory_equal(r.detail, u->detail, strlen(u->detail) > 40 ? 40 :
				    strncmp(u->detail, "unpacked", 8) ?
				    strlen(u->detail) : 8);
		if (u->in) {
			b.p[u->in] ^= 0x10;
			assert_true(probed(u->format, buf_view(&b), at).proof <
				    PROOF_PROVEN);
			b.p[u->in] ^= 0x10;
		}
		for (size_t n = 0; n < b.len; n += 1 + n / 16) {
			r = probed(u->format, view_sub(buf_view(&b), 0, n), at);
			assert_true(r.proof < PROOF_PROVEN);
			assert_true(!r.proof || r.at + r.size <= n);
		}
	}
	buf_free(&b);
}

static void assert_fine(int r, const struct err *e)
{
	assert_string_equal(r < 0 ? e->text : "fine", "fine");
}

/* Payload i replaced by now: proven again, and the others are what they were. */
static void refit_one(const struct update *u, const struct buf *b, int i,
		      struct view now)
{
	const struct wrap *w = format_named(u->format)->wrap;
	struct payload was[16], is[16];
	struct buf out = { 0 }, content = { 0 };
	struct err e;
	int n = w->open(buf_view(b), was, 16, &e);

	assert_fine(w->refit(buf_view(b), i, now, &out, &e), &e);
	assert_int_equal(w->open(buf_view(&out), is, 16, &e), n);
	for (int k = 0; k < n && !w->load; k++)
		assert_true(view_equal(is[k].v, k == i ? now : was[k].v));
	if (w->load) {
		assert_fine(w->load(buf_view(&out), i, 1 << 20, &content, &e), &e);
		assert_true(view_equal(buf_view(&content), now));
	}
	assert_string_equal(proof_words[probed(u->format, buf_view(&out),
			    magic_of(u, &out)).proof], u->proof);
	if (u->make[0])
		assert_checks(u->make, &out);
	buf_free(&out);
	buf_free(&content);
}

/* Each payload in turn: as it was, shorter, and longer. */
static void refit_all(const struct update *u, const struct buf *b)
{
	const struct wrap *w = format_named(u->format)->wrap;
	struct buf out = { 0 }, same = { 0 };
	struct payload p[16];
	struct err e;
	int n = w->open(buf_view(b), p, 16, &e);

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		buf_clear(&same);
		put_view(&same, p[i].v);
		if (w->load)
			assert_fine(w->load(buf_view(b), i, 1 << 20, &same, &e), &e);
		buf_clear(&out);
		assert_fine(w->refit(buf_view(b), i, buf_view(&same), &out, &e), &e);
		assert_true(view_equal(buf_view(b), buf_view(&out)));
		if (u->make[0] && p[i].name[0] != 'k' && !w->load)
			continue;	/* of a form that the check reads */
		refit_one(u, b, i, view_sub(buf_view(&same), 0, same.len / 2));
		put_fill(&same, 0x33, 401);
		refit_one(u, b, i, buf_view(&same));
	}
	buf_free(&out);
	buf_free(&same);
}

static void an_update_is_refitted(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < UPDATES; i++) {
		make_update(&b, all[i].make);
		if (!format_named(all[i].format)->wrap->refit)
			continue;
		refit_all(&all[i], &b);
		assert_checks(all[i].make, &b);
	}
	buf_free(&b);
}

static void packed_parts(const struct buf *b, const char *format, uint64_t at)
{
	struct view v = view_from(buf_view(b), at);
	struct region r = probed(format, v, 0);
	struct buf own = { 0 };
	struct update u = { .format = format, .proof = "proven", .make = "" };

	assert_string_equal(proof_words[r.proof], "proven");
	put_view(&own, view_sub(v, 0, r.size));
	refit_all(&u, &own);
	own.p[own.len / 2] ^= 1;
	assert_true(probed(format, buf_view(&own), 0).proof < PROOF_PROVEN);
	buf_free(&own);
}

/* zlib and LZ in BCL1, and a CKSM around one. */
static void novateks_packed_parts_are_refitted(void **state)
{
	struct buf b = { 0 };
	uint64_t second;

	(void)state;
	make_update(&b, "nvtpack");
	second = peek32(buf_view(&b), magic_of(&all[1], &b) + 28, LITTLE);
	packed_parts(&b, "bcl1", second);
	make_update(&b, "pack2");
	packed_parts(&b, "cksm", peek32(buf_view(&b), 76, LITTLE));
	packed_parts(&b, "bcl1", peek32(buf_view(&b), 76, LITTLE) + 64u);
	buf_free(&b);
}

/* A card's first stage, and that of older chips, by where the code begins. */
static void older_stages_of_ingenic_are_plausible(void **state)
{
	static const char *const heads[] = { "LPSM", "\x04\x03\x02\x55\xaa\x55\xaa" };
	struct buf b = { 0 };
	struct region r;

	(void)state;
	for (int i = 0; i < 2; i++) {
		buf_clear(&b);
		put_text(&b, "%s", heads[i]);
		put_fill(&b, 0, 2048 - b.len);
		r = probed("ingenic", buf_view(&b), 0);
		assert_int_equal(r.proof, PROOF_NONE);
		put(&b, "\x07\x80\x02\x40\0\0\0\0", 8);
		r = probed("ingenic", buf_view(&b), 0);
		assert_int_equal(r.proof, PROOF_PLAUSIBLE);
		assert_int_equal(r.size, 2048);
	}
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_update_is_known_by_its_sums),
		cmocka_unit_test(an_update_is_refitted),
		cmocka_unit_test(novateks_packed_parts_are_refitted),
		cmocka_unit_test(older_stages_of_ingenic_are_plausible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
