/* test_probe_fs.c - file systems of the reference tools are found and proven */
#include "probe.h"

static void cramfs_of_both_byte_orders_is_proven(void **state)
{
	static const char *const orders[] = { "little", "big" };
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		char *c = xasprintf(SOME_FILES "mkfs.cramfs -n sample -N %s d out",
				    orders[i]);

		made_by(&b, c);
		free(c);
		assert_proven("cramfs", &b, b.len, i ?
			      "crc32 ok, big-endian, 7 files, sample" :
			      "crc32 ok, 7 files, sample");
		assert_flip_seen("cramfs", &b, b.len / 2);
		assert_int_equal(cut_to("cramfs", &b, 4096).says, b.len);
	}
	buf_free(&b);
}

static void cramfs_behind_a_boot_sector_begins_with_it(void **state)
{
	struct buf b = { 0 };

	(void)state;
	made_by(&b, SOME_FILES "mkfs.cramfs -p d out");
	assert_proven("cramfs", &b, b.len, NULL);
	assert_int_equal(probed("cramfs", buf_view(&b), 512).proof, PROOF_NONE);
	buf_free(&b);
}

static void romfs_counts_its_padding(void **state)
{
	struct buf b = { 0 };
	const uint8_t *link;

	(void)state;
	made_by(&b, SOME_FILES "genromfs -V sample -d d -f out");
	assert_int_equal(b.len % 1024, 0);
	assert_proven("romfs", &b, b.len, "checksum ok, 12 entries, sample");
	assert_flip_seen("romfs", &b, 0x40);
	link = memmem(b.p + 512, b.len - 512, "link", 4);
	assert_flip_seen("romfs", &b, (size_t)(link - b.p));
	assert_int_equal(cut_to("romfs", &b, 4096).says,
			 peek32(buf_view(&b), 8, BIG));
	buf_free(&b);
}

/* The tool pads with zeros to 4096 behind the bytes that the image counts. */
static void squash(const char *comp, const char *block, const char *expect)
{
	struct buf b = { 0 };
	struct region r;
	char *c = xasprintf(SOME_FILES "mksquashfs d out -noappend -comp %s -b %s "
			    "-all-root -mkfs-time 1000000000", comp, block);
	uint64_t used;

	made_by(&b, c);
	free(c);
	used = peek32(buf_view(&b), 40, LITTLE);
	assert_int_equal(b.len, (used + 4095) & ~UINT64_C(4095));
	assert_proven("squashfs", &b, used, expect);
	assert_flip_seen("squashfs", &b, used - 6);
	assert_flip_seen("squashfs", &b, 64);
	r = cut_to("squashfs", &b, 200);
	assert_int_equal(r.says, used);
	assert_int_equal(r.proof, PROOF_PLAUSIBLE);
	buf_free(&b);
}

static void squashfs_of_every_compressor_is_proven(void **state)
{
	(void)state;
	squash("gzip", "4096", "4.0, gzip, 7 inodes, 4 KiB blocks");
	squash("xz", "131072", "4.0, xz, 7 inodes, 128 KiB blocks");
	squash("lzo", "65536", "4.0, lzo, 7 inodes, 64 KiB blocks");
	squash("lz4", "262144", "4.0, lz4, 7 inodes, 256 KiB blocks");
	squash("zstd", "1048576", "4.0, zstd, 7 inodes, 1024 KiB blocks");
	squash("gzip -noI -noId", "65536", "4.0, gzip, 7 inodes, 64 KiB blocks");
}

/* Inodes in several blocks, of which the root is in the last one. */
static void squashfs_metadata_is_all_unpacked(void **state)
{
	struct buf b = { 0 };
	uint32_t inodes, folders;

	(void)state;
	made_by(&b, "mkdir d && (cd d && seq 1 900 | xargs touch) && "
		"mksquashfs d out -noappend -all-root -mkfs-time 1000000000");
	inodes = peek32(buf_view(&b), 64, LITTLE);
	folders = peek32(buf_view(&b), 72, LITTLE);
	assert_true(peek32(buf_view(&b), 34, LITTLE) > 0);
	assert_proven("squashfs", &b, peek32(buf_view(&b), 40, LITTLE),
		      "4.0, gzip, 901 inodes, 128 KiB blocks");
	assert_flip_seen("squashfs", &b, inodes + 50);
	assert_flip_seen("squashfs", &b, folders + 50);
	buf_free(&b);
}

static void a_cramfs_of_version_1_is_followed_to_its_end(void **state)
{
	struct buf b = { 0 };
	struct region r;

	(void)state;
	made_by(&b, SOME_FILES "mkfs.cramfs d out");
	b.p[8] &= 0xfe;			/* version 1: no size, no sum */
	memcpy(b.p + 4, "\0\0\1\0", 4);
	put_fill(&b, 0xff, 5000);
	r = probed("cramfs", buf_view(&b), 0);
	assert_string_equal(proof_words[r.proof], "proven");
	assert_int_equal(r.size, b.len - 5000);
	cut_to("cramfs", &b, r.size - 4096);
	buf_free(&b);
}

static void cpio_of_three_kinds_is_walked_to_its_trailer(void **state)
{
	static const char *const kinds[] = { "newc", "crc", "odc" };
	struct buf b = { 0 };
	const uint8_t *end;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *c = xasprintf(SOME_FILES "(cd d && find . | sort | "
				    "cpio -o -H %s > ../out)", kinds[i]);
		char *detail = xasprintf("%s, 7 entries", kinds[i]);

		made_by(&b, c);
		assert_proven("cpio", &b, b.len, detail);
		if (i == 1)
			assert_flip_seen("cpio", &b, 500);
		end = memmem(b.p, b.len, "TRAILER", 7);
		assert_flip_seen("cpio", &b, (size_t)(end - b.p));
		assert_true(cut_to("cpio", &b, 5000).says > 5000);
		free(detail);
		free(c);
	}
	buf_free(&b);
}

#define UBI SOME_FILES "seq 1 20000 > s && " \
	"mkfs.ubifs -m 1 -e 65408 -c 40 -r d -o u && cat > ini <<'E' && " \
	"ubinize -o out -m 1 -p 64KiB -Q 7 ini\n" \
	"[a]\nmode=ubi\nimage=u\nvol_id=0\nvol_size=1MiB\n" \
	"vol_type=dynamic\nvol_name=rootfs\n" \
	"[b]\nmode=ubi\nimage=s\nvol_id=1\nvol_type=static\n" \
	"vol_name=numbers\nE\ntrue"

static void ubi_tells_its_blocks_and_volumes(void **state)
{
	struct buf b = { 0 }, gap = { 0 };
	struct region r;

	(void)state;
	made_by(&b, UBI);
	r = probed("ubi", buf_view(&b), 0);
	assert_proven("ubi", &b, b.len, NULL);
	assert_non_null(strstr(r.detail, "blocks of 64 KiB, 2 volumes, rootfs, "
			       "numbers"));
	assert_flip_seen("ubi", &b, b.len - 0x8000);	/* in the static one */
	assert_flip_seen("ubi", &b, 50);
	assert_int_equal(cut_to("ubi", &b, b.len - 100).says, b.len);
	put_view(&gap, view_sub(buf_view(&b), 0, b.len - 0x10000));
	put_fill(&gap, 0xff, 0x20000);
	put_view(&gap, view_from(buf_view(&b), b.len - 0x10000));
	put_fill(&gap, 0xff, 0x40000);
	assert_proven("ubi", &gap, b.len + 0x20000, NULL);
	buf_free(&gap);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cramfs_of_both_byte_orders_is_proven),
		cmocka_unit_test(cramfs_behind_a_boot_sector_begins_with_it),
		cmocka_unit_test(romfs_counts_its_padding),
		cmocka_unit_test(squashfs_of_every_compressor_is_proven),
		cmocka_unit_test(squashfs_metadata_is_all_unpacked),
		cmocka_unit_test(a_cramfs_of_version_1_is_followed_to_its_end),
		cmocka_unit_test(cpio_of_three_kinds_is_walked_to_its_trailer),
		cmocka_unit_test(ubi_tells_its_blocks_and_volumes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
