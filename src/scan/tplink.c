/*
 * tplink.c - TP-Link's headers, versions 1 to 3
 *
 *	image  = header[512] kernel rootfs padding
 *
 * All big-endian. The MD5 is of everything, with a salt where it will stand;
 * how far everything reaches is not said when padding was stripped, so the
 * ends that make sense are tried. rootfs says an address that is a default
 * where the file system follows the kernel at once, as OpenWrt has it.
 */
#include <nettle/md5.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/work.h"
#include "scan/refit.h"

enum { HEADER = 512, BLOCK = 64 << 10, MOST = 64 << 20 };

struct layout { unsigned name, namelen, hw, md5, length; };

static const struct layout layouts[] = {
	{ 28, 36, 0x40, 0x4c, 0x7c },	/* version 1 */
	{ 4, 48, 0x34, 0x40, 0x70 },	/* 2 and 3 */
};

/* Of images without and with a boot loader; since version 2 with other ones. */
static const char *const salts[] = {
	"\xdc\xd7\x3a\xa5\xc3\x95\x98\xfb\xdd\xf9\xe7\xf4\x0e\xae\x47\x38",
	"\x8c\xef\x33\x5b\xd5\xc5\xce\xfa\xa7\x9c\x28\xda\xb2\xe9\x0f\x42",
	"\xdc\xd7\x3a\xa5\xc3\x95\x98\xfb\xdc\xf9\xe7\xf4\x0e\xae\x47\x37",
	"\x8c\xef\x33\x5f\xd5\xc5\xce\xfa\xac\x9c\x28\xda\xb2\xe9\x0f\x42",
};

enum { SALTS = sizeof(salts) / sizeof(*salts) };

struct tplink {
	const struct layout *l;
	unsigned version;
	uint64_t length;		/* as the header has it */
	uint64_t kernel, kernel_len, rootfs, rootfs_len;
	bool follows;			/* the rootfs the kernel, at once */
	uint64_t end;			/* of both */
};

static void find_rootfs(struct view v, struct tplink *t)
{
	uint64_t said = t->rootfs, end = t->kernel + t->kernel_len;

	t->follows = has_object(view_from(v, end));
	t->rootfs = t->follows ? end : said;
	if (!t->rootfs_len || t->rootfs < end || t->rootfs_len > MOST ||
	    (!t->follows && !has_object(view_from(v, said))) ||
	    !view_has(v, t->rootfs, t->rootfs_len))
		t->rootfs_len = 0;
	t->end = t->rootfs_len ? t->rootfs + t->rootfs_len : end;
}

static bool get_tplink(struct view v, struct tplink *t)
{
	struct cursor c;

	*t = (struct tplink){ .version = view_has(v, 0, HEADER) ? v.p[0] : 0 };
	if (t->version < 1 || t->version > 3)
		return false;
	t->l = &layouts[t->version > 1];
	c = cursor(view_from(v, t->l->length), BIG);
	t->length = get32(&c);
	t->kernel = get32(&c);
	t->kernel_len = get32(&c);
	t->rootfs = get32(&c);
	t->rootfs_len = get32(&c);
	if (t->kernel < HEADER || !t->kernel_len || t->length > MOST ||
	    t->kernel > MOST || t->kernel_len > MOST ||
	    !view_has(v, t->kernel, t->kernel_len))
		return false;
	find_rootfs(v, t);
	return true;
}

static void begin(struct md5_ctx *ctx, struct view v, const struct layout *l,
		  const char *salt)
{
	md5_init(ctx);
	md5_update(ctx, l->md5, v.p);
	md5_update(ctx, MD5_SIZE, (const uint8_t *)salt);
	md5_update(ctx, HEADER - l->md5 - MD5_SIZE, v.p + l->md5 + MD5_SIZE);
}

static bool is_sum(const struct md5_ctx *ctx, struct view v, const struct layout *l)
{
	struct md5_ctx copy = *ctx;
	uint8_t md5[MD5_SIZE];

	md5_digest(&copy, MD5_SIZE, md5);
	return view_is(v, l->md5, md5, MD5_SIZE);
}

/*
 * How far the MD5 reaches if that salt is its: to the end, to what the header
 * says, to a block border with or without jffs2's mark; 0: it does not hold.
 */
static uint64_t md5_end(struct view v, const struct tplink *t, const char *salt)
{
	uint64_t most = v.len < t->length + 4 ? v.len : t->length + 4, at = HEADER;
	struct md5_ctx ctx;

	begin(&ctx, v, t->l, salt);
	work_add(8 * most);
	for (uint64_t next; at < most; at = next) {
		uint64_t stop[] = { t->end, t->length, v.len,
				    at / BLOCK * BLOCK + 4, round_up(at + 1, BLOCK) };

		next = most;
		for (size_t i = 0; i < sizeof(stop) / sizeof(*stop); i++)
			if (stop[i] > at && stop[i] < next)
				next = stop[i];
		md5_update(&ctx, next - at, v.p + at);
		if (next >= t->end && is_sum(&ctx, v, t->l))
			return next;
	}
	return 0;
}

static uint64_t find_end(struct view v, const struct tplink *t, const char **salt)
{
	uint64_t end = 0;

	for (int i = 0; i < SALTS && !end; i++) {
		*salt = salts[i];
		end = md5_end(v, t, salts[i]);
	}
	return end;
}

static enum proof tplink_probe(struct view image, uint64_t at, struct region *r)
{
	struct view v = view_from(image, at);
	const char *salt;
	struct tplink t;
	uint64_t end;

	if (!get_tplink(v, &t))
		return PROOF_NONE;
	end = find_end(v, &t, &salt);
	r->endian = BIG;
	r->broken = !end;
	region_size(r, image, end ? end : t.end);
	region_label(r, view_sub(v, t.l->name, t.l->namelen));
	region_detail(r, "version %u, %s, hardware 0x%08x, %s", t.version,
		      end ? "md5 ok" : "md5 wrong", peek32(v, t.l->hw, BIG),
		      r->label);
	region_number(r, "version", t.version);
	region_prop(r, "hardware", "0x%08x", peek32(v, t.l->hw, BIG));
	if (end)
		region_evidence(r, "md5 with salt, of 0x%llx bytes",
				(unsigned long long)end);
	return end ? PROOF_PROVEN : PROOF_PLAUSIBLE;
}

static int tplink_open(struct view v, struct payload *inner, int most,
		       struct err *e)
{
	struct tplink t;
	int n = 0;

	if (!get_tplink(v, &t))
		return fail_at(e, v.at, "TP-Link image cut off");
	if (n < most)
		inner[n++] = (struct payload){
			.v = view_sub(v, t.kernel, t.kernel_len), .name = "kernel" };
	if (n < most && t.rootfs_len)
		inner[n++] = (struct payload){
			.v = view_sub(v, t.rootfs, t.rootfs_len), .name = "rootfs" };
	return n;
}

/* A kernel that grew: what follows moves to as round an address. */
static void put_kernel(struct buf *out, size_t start, struct view v,
		       const struct tplink *t, struct view kernel)
{
	uint64_t end = t->kernel + kernel.len, at;

	put_view(out, kernel);
	patch32(out, start + t->l->length + 8, (uint32_t)kernel.len);
	if (!t->rootfs_len)
		return put_tail(out, view_from(v, t->end),
				(int64_t)kernel.len - (int64_t)t->kernel_len, BLOCK);
	at = t->rootfs;
	if (t->follows) {
		at = round_up(end, roundness(t->rootfs));
		patch32(out, start + t->l->length + 8, (uint32_t)(at - t->kernel));
	} else if (end > at) {
		at = round_up(end, BLOCK);
		patch32(out, start + t->l->length + 12, (uint32_t)at);
	}
	put_fill(out, 0xff, at - end);
	put_view(out, view_sub(v, t->rootfs, t->rootfs_len));
	put_tail(out, view_from(v, t->end), (int64_t)at - (int64_t)t->rootfs, BLOCK);
}

static void put_rootfs(struct buf *out, size_t start, struct view v,
		       const struct tplink *t, struct view rootfs)
{
	put_view(out, rootfs);
	patch32(out, start + t->l->length + 16, (uint32_t)rootfs.len);
	put_tail(out, view_from(v, t->end),
		 (int64_t)rootfs.len - (int64_t)t->rootfs_len, BLOCK);
}

static void fix_md5(struct view was, const struct tplink *t, struct buf *out,
		    size_t start)
{
	struct view now = view_from(buf_view(out), start);
	const char *salt;
	struct md5_ctx ctx;

	if (!find_end(was, t, &salt))
		return;		/* it held nothing before either */
	if (now.len > t->length)
		patch32(out, start + t->l->length, (uint32_t)now.len);
	begin(&ctx, now, t->l, salt);
	md5_update(&ctx, now.len - HEADER, now.p + HEADER);
	md5_digest(&ctx, MD5_SIZE, out->p + start + t->l->md5);
}

static int tplink_refit(struct view v, int i, struct view payload,
			struct buf *out, struct err *e)
{
	size_t start = out->len;
	enum endian was = out->endian;
	struct tplink t;

	if (!get_tplink(v, &t) || i < 0 || i > (t.rootfs_len > 0) ||
	    payload.len > MOST || !payload.len)
		return fail_at(e, v.at, "this TP-Link image has no such part");
	out->endian = BIG;
	put_view(out, view_sub(v, 0, i ? t.rootfs : t.kernel));
	if (i)
		put_rootfs(out, start, v, &t, payload);
	else
		put_kernel(out, start, v, &t, payload);
	fix_md5(v, &t, out, start);
	out->endian = was;
	return 0;
}

static const struct wrap wrap_tplink = {
	.open = tplink_open, .refit = tplink_refit,
};

const struct format format_tplink = {
	.name = "tplink",
	.title = "TP-Link image, header version 1 to 3",
	.proves = "salted MD5 of the whole",
	.magic = (const struct magic[]){
		{ 0, 11, "\1\0\0\0TP-LINK" }, { 0, 11, "\1\0\0\0OpenWrt" },
		{ 0, 8, "\1\0\0\0LEDE" }, { 0, 11, "\1\0\0\0MERCURY" },
		{ 0, 8, "\1\0\0\0FAST" }, { 0, 12, "\1\0\0\0libreCMC" },
		{ 0, 8, "\2\0\0\0ver." }, { 0, 8, "\3\0\0\0ver." }, { 0 }
	},
	.probe = tplink_probe,
	.wrap = &wrap_tplink,
};
