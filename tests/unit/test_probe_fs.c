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

	(void)state;
	made_by(&b, SOME_FILES "genromfs -V sample -d d -f out");
	assert_int_equal(b.len % 1024, 0);
	assert_proven("romfs", &b, b.len, "checksum ok, 12 entries, sample");
	assert_flip_seen("romfs", &b, 0x40);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cramfs_of_both_byte_orders_is_proven),
		cmocka_unit_test(cramfs_behind_a_boot_sector_begins_with_it),
		cmocka_unit_test(romfs_counts_its_padding),
		cmocka_unit_test(squashfs_of_every_compressor_is_proven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
