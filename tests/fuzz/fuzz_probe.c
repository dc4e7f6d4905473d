/* fuzz_probe.c - the first byte chooses a format, the rest is the image */
#include <stdlib.h>

#include "core/codec.h"
#include "core/format.h"

/* In this order for good: the seeds count on it. New ones at the end. */
static const char *const names[] = {
	"uimage", "squashfs", "gzip", "xz", "cramfs", "romfs", "ubi", "cpio",
	"fit", "dtb", "trx", "zimage", "elf", "lzma", "bzip2", "lzop", "lz4",
	"lz4-legacy", "zstd", "tplink", "seama", "bcmtag", "realtek", "reolink",
	"zip", "dahua", "hikvision", "xiaomi", "bneg",
	"ingenic", "fullhan", "ipl", "mxpt", "gcis", "anyka", "hisilicon",
	"goke", "grainmedia", "ambptb", "novatek", "egon", "toc0", "mediatek",
	"lk", "cfe", "nvram",
	"tenvis", "senao",
	"nvtpack", "cksm", "bcl1", "hwnp", "anjoy", "sunplus", "safeloader",
	"sercomm", "imagewty", "paks", "jzlzma", "gpt", "mbr",
	"bzimage", "zboot",
};

static void check_table(const struct format *f, struct view v)
{
	struct table_part part[MOST_TABLE];
	int n = f->table(v, 0, part, MOST_TABLE);

	if (n > MOST_TABLE)
		abort();
	for (int i = 0; i < n; i++)
		if (strnlen(part[i].name, sizeof(part->name)) == sizeof(part->name))
			abort();
}

/* What every promise in format.h comes to for one image. */
static void check(const struct format *f, struct view v)
{
	struct payload p[8];
	struct region r = { .format = f };
	struct buf out = { 0 };
	struct err e;
	int n;

	if (f->probe(v, 0, &r) > PROOF_WEAK && (!r.size || r.size > v.len))
		abort();
	if (r.says && r.says <= r.size)
		abort();
	if (f->table)
		check_table(f, v);
	n = f->wrap ? f->wrap->open(v, p, 8, &e) : 0;
	for (int i = 0; i < n && i < 8; i++) {
		if (p[i].v.len && (p[i].v.p < v.p ||
				   p[i].v.p + p[i].v.len > v.p + v.len))
			abort();
		buf_clear(&out);
		if (f->wrap->refit &&
		    !f->wrap->refit(v, i, p[i].v, &out, &e) && !out.len)
			abort();
		buf_clear(&out);
		if (f->wrap->refit)
			f->wrap->refit(v, i, view_text("other"), &out, &e);
		buf_clear(&out);
		if (f->wrap->load)
			f->wrap->load(v, i, 1 << 20, &out, &e);
	}
	buf_free(&out);
}

static bool has_magic(const struct format *f, struct view v)
{
	for (const struct magic *m = f->magic; m && m->len; m++)
		if (view_is(v, m->off, m->bytes, m->len))
			return true;
	return f->peek && f->peek(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct format *f;
	uint8_t *copy;

	if (n < 2)
		return 0;
	f = format_named(names[data[0] % (sizeof(names) / sizeof(*names))]);
	copy = malloc(--n);
	memcpy(copy, data + 1, n);
	if (has_magic(f, (struct view){ copy, n, 0 }))
		check(f, (struct view){ copy, n, 0 });
	free(copy);
	return 0;
}
