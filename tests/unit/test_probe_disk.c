/* test_probe_disk.c - what SD cards hold is found and proven */
#include "probe.h"

/* mke2fs and the others are in sbin, where no user looks. */
#define TOOLS "PATH=$PATH:/usr/sbin:/sbin; "
#define TREE TOOLS "mkdir -p d/e; seq 1 9000 > d/f; echo x > d/e/g; ln -s f d/l; "

static void ext2_to_ext4_are_proven_where_every_inode_holds(void **state)
{
	static const char *const kinds[] = { "ext2", "ext3", "ext4" };
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *c = xasprintf(TREE "truncate -s 4M out; mke2fs -q -F -b 1024 -t %s "
				    "-d d out", kinds[i]);
		char *detail = xasprintf("%s, 4096 blocks of 1024", kinds[i]);

		made_by(&b, c);
		assert_proven("ext", &b, 4 << 20, detail);
		assert_true(cut_to("ext", &b, 100000).says == 4 << 20);
		if (i == 2) {
			assert_flip_seen("ext", &b, 1024 + 0x68);	/* uuid */
			assert_flip_seen("ext", &b, 2048 + 0x0e);	/* group */
		}
		/* Where group 0 says that the inodes are. */
		assert_flip_seen("ext", &b, 2048 + 0x09);
		free(detail);
		free(c);
	}
	buf_free(&b);
}

static void a_copy_of_a_superblock_is_no_volume(void **state)
{
	struct buf b = { 0 };
	struct view v;

	(void)state;
	made_by(&b, TREE "truncate -s 20M out; mke2fs -q -F -b 1024 -t ext2 -d d out");
	v = buf_view(&b);
	assert_int_equal(peek16(v, 8193 * 1024 + 0x38, LITTLE), 0xef53);
	assert_int_equal(probed("ext", v, 8192 * 1024).proof, PROOF_NONE);
	buf_free(&b);
}

static void tar_is_proven_up_to_its_zeros(void **state)
{
	static const char *const kinds[] = { "gnu", "posix", "ustar" };
	struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *c = xasprintf(TREE "tar --format=%s -C d -cf out .", kinds[i]);

		made_by(&b, c);
		assert_proven("tar", &b, b.len, "5 entries");
		assert_flip_seen("tar", &b, b.len - 10240 * (b.len / 10240) + 20);
		assert_true(cut_to("tar", &b, 30000).says > 30000);
		free(c);
	}
	buf_free(&b);
}

static void gpt_is_proven_at_the_front_and_at_the_back(void **state)
{
	struct table_part part[MOST_TABLE];
	struct buf b = { 0 };
	struct region r;

	(void)state;
	made_by(&b, TOOLS "truncate -s 1M out; sgdisk -a 1 -n 1:64:99 -c 1:boot "
		"-n 3:100:199 -c 3:root out");
	assert_proven("gpt", &b, 34 * 512, "2 partitions");
	assert_flip_seen("gpt", &b, 512 + 40);
	assert_flip_seen("gpt", &b, 1024 + 60);
	r = probed("gpt", buf_view(&b), b.len - 512);
	assert_int_equal(r.proof, PROOF_PROVEN);
	assert_int_equal(r.at, b.len - 33 * 512);
	assert_int_equal(r.format->table(buf_view(&b), r.at, part, MOST_TABLE), 2);
	assert_string_equal(part[1].name, "root");
	assert_int_equal(part[1].at, 100 * 512);
	assert_int_equal(part[1].size, 100 * 512);
	assert_int_equal(r.format->table(buf_view(&b), 0, part, 1), 1);
	buf_free(&b);
}

static void mbr_lists_logical_partitions_as_linux_counts_them(void **state)
{
	struct table_part part[MOST_TABLE];
	struct buf b = { 0 };
	struct region r;

	(void)state;
	made_by(&b, TOOLS "truncate -s 4M out; printf 'label: dos\\nstart=64, size=100, "
		"type=c\\nstart=1024, size=4096, type=5\\nstart=1100, size=10, type=83\\n"
		"start=2048, size=20, type=83\\n' | sfdisk -q --force out");
	r = probed("mbr", buf_view(&b), 0);
	assert_int_equal(r.proof, PROOF_PLAUSIBLE);	/* nothing is in them */
	assert_int_equal(r.format->table(buf_view(&b), 0, part, MOST_TABLE), 3);
	assert_string_equal(part[0].name, "p1");
	assert_string_equal(part[2].name, "p6");
	assert_int_equal(part[2].at, 2048 * 512);
	assert_int_equal(part[2].size, 20 * 512);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ext2_to_ext4_are_proven_where_every_inode_holds),
		cmocka_unit_test(a_copy_of_a_superblock_is_no_volume),
		cmocka_unit_test(tar_is_proven_up_to_its_zeros),
		cmocka_unit_test(gpt_is_proven_at_the_front_and_at_the_back),
		cmocka_unit_test(mbr_lists_logical_partitions_as_linux_counts_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
