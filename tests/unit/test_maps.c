/* test_maps.c - partition maps: lists, logs, and which one to believe */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/image.h"
#include "scan/mapmake.h"

static struct maps maps;
static struct err err;

static int reset(void **state)
{
	(void)state;
	maps_free(&maps);
	err = (struct err){ 0 };
	return 0;
}

static int read_text(const char *text, uint64_t size)
{
	int r = maps_from_text(&maps, view_text(text), size, "boot.log", &err);

	if (r < 0)
		print_message("%s\n", err.text);
	return r;
}

/* "BOOT 0+50000 ro; rest 50000+fb0000 over" of map i. */
static const char *shown(size_t i)
{
	static char out[4096];
	size_t n = 0;

	out[0] = 0;
	assert_true(i < maps.n);
	for (size_t k = 0; k < maps.map[i].n; k++) {
		const struct map_part *p = &maps.map[i].part[k];

		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s %llx+%llx%s%s",
				      k ? "; " : "", p->name,
				      (unsigned long long)p->at,
				      (unsigned long long)p->size,
				      p->readonly ? " ro" : "",
				      p->holds_others ? " over" : "");
	}
	return out;
}

/*
 * The rules are those of drivers/mtd/parsers/cmdlinepart.c as its own comment
 * and Documentation state them; the expected tables were worked out by hand.
 */
static const struct vector { const char *list, *parts; } vectors[] = {
	{ "nor:320K(BOOT),1536K(KERNEL),-(rest)",
	  "BOOT 0+50000; KERNEL 50000+180000; rest 1d0000+e30000" },
	{ "nor:0x50000(a),0x1M(b)", "a 0+50000; b 50000+100000" },
	{ "nor:64k(a),1m(b),1M(c)", "a 0+10000; b 10000+100000; c 110000+100000" },
	{ "nor:0100(octal)", "octal 0+40" },
	{ "nor:65536(bytes)", "bytes 0+10000" },
	/* An offset moves the running one. */
	{ "nor:64K@1M(a),64K(b)", "a 100000+10000; b 110000+10000" },
	{ "nor:-@1M(a)", "a 100000+f00000" },
	{ "nor:-(all)", "all 0+1000000" },
	/* Flags in their order; names with anything but ")". */
	{ "nor:64K(a)ro,64K(b)lk,64K(c)roslc,64K(d)rolkslc",
	  "a 0+10000 ro; b 10000+10000; c 20000+10000 ro; d 30000+10000 ro" },
	{ "nor:64K@0ro", "Partition_000 0+10000 ro" },
	{ "nor:64K,64K,-", "Partition_000 0+10000; Partition_001 10000+10000; "
	  "Partition_002 20000+fe0000" },
	{ "nor:64K(a b),64K(c)", "a b 0+10000; c 10000+10000" },
	/* The last ':' before the first '('; one in a name is the name's. */
	{ "spi0.0:x:64K(a)", "a 0+10000" },
	{ "1c68000.spi:nor:64K(a:b)", "a:b 0+10000" },
	/* What exceeds the flash is cut, what is then empty is left out. */
	{ "nor:15M(a),2M(b)", "a 0+f00000; b f00000+100000" },
	{ "nor:16M(a),-(b)", "a 0+1000000" },
	/* What is told behind the list is not of the list. */
	{ "nor:64K(a) root=/dev/mtdblock2", "a 0+10000" },
	{ "nor:64K(a)\" rw", "a 0+10000" },
	{ "nor:64K(a);sf probe 0", "a 0+10000" },
	{ "mtdparts=nor:64K(a)", "a 0+10000" },
};

static void lists_are_read_as_the_kernel_reads_them(void **state)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		char *text = xasprintf("mtdparts=%s", vectors[i].list);

		reset(state);
		if (read_text(text, 0x1000000) < 0)
			print_message("%s: %s\n", text, err.text);
		assert_int_equal(maps.n, 1);
		assert_string_equal(shown(0), vectors[i].parts);
		free(text);
	}
}

static void what_the_kernel_refuses_is_an_error(void **state)
{
	static const char *const wrong[] = {
		"mtdparts=", "mtdparts=nor", "mtdparts=nor:", "mtdparts=nor:(a)",
		"mtdparts=nor:0(a)", "mtdparts=nor:64K(a", "mtdparts=nor:64K@(a)",
		"mtdparts=nor:-(a),64K(b)", "mtdparts=nor:64K(a)x,64K(b)",
		"mtdparts=nor:99999999999999999999(a)", "mtdparts=nor:9999999E(a)",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		reset(state);
		if (!read_text(wrong[i], 0x1000000))
			print_message("%s was taken\n", wrong[i]);
		assert_int_equal(maps.n, 0);
		assert_non_null(strstr(err.text, "mtdparts: "));
		assert_string_equal(err.subject, "boot.log");
	}
}

static void each_device_is_a_map_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(read_text("mtdparts=nor:64K(a),-(b);nand:1M(c),-(d)", 0x800000), 0);
	assert_int_equal(maps.n, 2);
	assert_string_equal(shown(0), "a 0+10000; b 10000+7f0000");
	assert_string_equal(maps.map[1].device, "nand");
	assert_string_equal(shown(1), "c 0+100000; d 100000+700000");
}

static void a_boot_log_is_read_through_its_noise(void **state)
{
	(void)state;
	assert_int_equal(read_text(
		"Dec 16 01:17:53 [    0.49] Creating 3 MTD partitions on \"spi0.0\":\r\n"
		"Dec 16 01:17:53 [    0.50] 0x000000000000-0x000000020000 : \"u-boot\"\r\n"
		"mtd: partition \"x\" doesn't start on an erase block boundary\r\n"
		"\x1b[32m<5>[ 0.5] 0x00020000-0x000000119a18 : \"kernel\"\x1b[0m\r\n"
		"0x119a18-0x000000400000 : \"rootfs\"\r\n"
		"0x000000000000-0x000000400000 : \"not of this table\"\r\n",
		0x400000), 0);
	assert_string_equal(shown(0),
		"u-boot 0+20000; kernel 20000+f9a18; rootfs 119a18+2e65e8");
	assert_string_equal(maps.map[0].device, "spi0.0");
	assert_string_equal(maps.map[0].source, "boot.log, line 1");
}

static void a_table_within_a_partition_counts_from_its_start(void **state)
{
	(void)state;
	assert_int_equal(read_text(
		"Creating 2 MTD partitions on \"spi0.0\":\n"
		"0x000000000000-0x000000050000 : \"u-boot\"\n"
		"0x000000050000-0x000000800000 : \"firmware\"\n"
		"2 uimage-fw partitions found on MTD device firmware\n"
		"Creating 2 MTD partitions on \"firmware\":\n"
		"0x000000000000-0x000000180000 : \"kernel\"\n"
		"0x000000180000-0x0000007b0000 : \"rootfs\"\n", 0x800000), 0);
	assert_int_equal(maps.n, 1);
	assert_string_equal(shown(0), "u-boot 0+50000; firmware 50000+7b0000 over; "
			    "kernel 50000+180000; rootfs 1d0000+630000");
}

static void a_split_partition_ends_where_the_whole_does(void **state)
{
	static const char *const rows[] = {
		"0x000000420000-0x0000007b0000", /* from "firmware" */
		"0x000000470000-0x000000800000", /* from the flash */
		"0x0000002a0000-0x000000630000", /* from "rootfs" */
	};

	for (size_t i = 0; i < 3; i++) {
		char *text = xasprintf(
			"Creating 2 MTD partitions on \"spi0.0\":\n"
			"0x000000000000-0x000000050000 : \"u-boot\"\n"
			"0x000000050000-0x000000800000 : \"firmware\"\n"
			"2 uimage-fw partitions found on MTD device firmware\n"
			"Creating 2 MTD partitions on \"firmware\":\n"
			"0x000000000000-0x000000180000 : \"kernel\"\n"
			"0x000000180000-0x0000007b0000 : \"rootfs\"\n"
			"1 squashfs-split partitions found on MTD device rootfs\n"
			"%s : \"rootfs_data\"\n", rows[i]);

		reset(state);
		assert_int_equal(read_text(text, 0x800000), 0);
		assert_int_equal(maps.n, 1);
		assert_string_equal(shown(0), "u-boot 0+50000; "
			"firmware 50000+7b0000 over; kernel 50000+180000; "
			"rootfs 1d0000+630000; rootfs_data 470000+390000 over");
		free(text);
	}
}

static void partitions_over_others_are_listed_not_cut(void **state)
{
	(void)state;
	read_text("mtdparts=n:256K(boot),64K(env),1M(kernel),15040K(rootfs),"
		  "16M@0(ALL),4K@0(alias),2M@14M(rootfs_data),64K@0x48000(askew)",
		  0x1000000);
	assert_string_equal(shown(0),
		"ALL 0+1000000 over; boot 0+40000; alias 0+1000 over; "
		"env 40000+10000; askew 48000+10000 over; kernel 50000+100000; "
		"rootfs 150000+eb0000; rootfs_data e00000+200000 over");
}

static void sizes_of_proc_mtd_are_added_up(void **state)
{
	(void)state;
	assert_int_equal(read_text("dev:    size   erasesize  name\n"
		"mtd0: 00050000 00001000 \"uboot\"\n"
		"mtd1: 00280000 00001000 \"kernel\"\n"
		"mtd2: 00530000 00001000 \"appfs\"\n", 0x800000), 0);
	assert_string_equal(shown(0), "uboot 0+50000; kernel 50000+280000; "
			    "appfs 2d0000+530000");
	assert_non_null(strstr(maps.map[0].source, "added up"));
	reset(state);
	read_text("mtd0: 00020000 00010000 \"u-boot\"\n"
		  "mtd1: 007d0000 00010000 \"firmware\"\n"
		  "mtd2: 00100000 00010000 \"kernel\"\n"
		  "mtd3: 006d0000 00010000 \"rootfs\"\n"
		  "mtd4: 00400000 00010000 \"rootfs_data\"\n"
		  "mtd5: 00010000 00010000 \"art\"\n"
		  "mtd6: 00800000 00010000 \"whole\"\n", 0x800000);
	assert_string_equal(shown(0), "whole 0+800000 over; u-boot 0+20000; "
		"firmware 20000+7d0000 over; kernel 20000+100000; "
		"rootfs 120000+6d0000; rootfs_data 3f0000+400000 over; "
		"art 7f0000+10000");
	reset(state);
	read_text("mtd0: 00100000 00020000 \"nand\"\n"
		  "mtd1: 00700000 00020000 \"data\"\n"
		  "mtd2: 00040000 00010000 \"boot\"\n"
		  "mtd3: 003c0000 00010000 \"fs\"\n", 0x400000);
	assert_string_equal(shown(0), "boot 0+40000; fs 40000+3c0000");
}

static void a_printenv_log_is_expanded(void **state)
{
	(void)state;
	assert_int_equal(read_text("=> printenv\r\n"
		"baudrate=115200\r\n"
		"bootargs=console=ttyS0 ${mtdparts}\r\n"
		"mtdparts=mtdparts=${dev}:320K(BOOT),-(rest)\r\n"
		"dev=NOR_FLASH\r\n"
		"loop=${loop}${loop}mtdparts=\r\n", 0x800000), 0);
	assert_int_equal(maps.n, 1);
	assert_string_equal(shown(0), "BOOT 0+50000; rest 50000+7b0000");
	assert_string_equal(maps.map[0].device, "NOR_FLASH");
}

static void a_table_of_u_boot_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_text("# mtdparts\r\n\r\n"
		"device nor0 <spi0.0>, # parts = 2\r\n"
		" #: name\t\tsize\t\toffset\t\tmask_flags\r\n"
		" 0: BOOT                0x00050000\t0x00000000\t0\r\n"
		" 1: rest                0x007b0000\t0x00050000\t1\r\n\r\n"
		"active partition: nor0,0 - (BOOT) 0x00050000 @ 0x00000000\r\n"
		"defaults:\r\nmtdids  : nor0=spi0.0\r\n", 0x800000), 0);
	assert_string_equal(shown(0), "BOOT 0+50000; rest 50000+7b0000");
	assert_string_equal(maps.map[0].device, "spi0.0");
	reset(state);
	assert_int_equal(read_text("device nand0 <nand>, # parts = 2\n"
		" 0: a   0x00100000   0x000e0000 (!)   0x00000000   0\n"
		" 1: b   0x00700000   0x00700000       0x00100000   0\n", 0x800000), 0);
	assert_string_equal(shown(0), "a 0+100000; b 100000+700000");
}

static void a_flashrom_layout_includes_its_ends(void **state)
{
	(void)state;
	assert_int_equal(read_text("# layout\n00000000:0004ffff BOOT\n"
				   "0x00050000:0x007fffff rest\n", 0x800000), 0);
	assert_string_equal(shown(0), "BOOT 0+50000; rest 50000+7b0000");
}

static void a_manifest_gives_its_map(void **state)
{
	(void)state;
	assert_int_equal(read_text("{\"parts\":[{\"name\":\"BOOT\",\"offset\":0,"
		"\"size\":65536},{\"name\":\"gap\",\"gap\":true,\"offset\":65536,"
		"\"size\":1}]}", 0x20000), 0);
	assert_string_equal(shown(0), "BOOT 0+10000");
	reset(state);
	assert_int_equal(read_text("{\"parts\":[{\"name\":\"BOOT\"}]}", 0x20000), -1);
	assert_non_null(strstr(err.text, "offset"));
}

static void the_log_of_another_device_is_refused_with_its_line(void **state)
{
	(void)state;
	maps.flash = "dump.bin";
	assert_int_equal(read_text("\n\nCreating 2 MTD partitions on \"n\":\n"
		"0x000000000000-0x000000ff0000 : \"all\"\n"
		"0x000000ff0000-0x000001000000 : \"conf\"\n", 0x800000), -1);
	assert_int_equal(err.at, 5);
	assert_string_equal(err.text, "partition \"conf\" ends at 0x1000000, dump.bin "
			    "at 0x800000; is this the log of another device?");
	maps.flash = NULL;
	reset(state);
	assert_int_equal(read_text("nothing here\n", 0x800000), -1);
	assert_non_null(strstr(err.text, "no partition map"));
}

/* dtc made it: a nested table, a partition without a label, an old flash. */
static void partitions_of_a_device_tree_are_read(void **state)
{
	struct speaker who = { .rank = MAP_DEVICETREE, .source = "a tree" };
	struct image im = { 0 };

	(void)state;
	assert_int_equal(image_open(&im, "tests/fuzz/seeds/dtparts/flash", &err), 0);
	assert_int_equal(maps_tree(&maps, &who, im.v, 0x1000000), 2);
	assert_string_equal(shown(0), "u-boot 0+30000 ro; env 30000+10000; "
		"firmware 40000+7c0000 over; kernel 40000+180000; "
		"partition@180000 1c0000+640000");
	assert_string_equal(maps.map[0].device, "flash@0");
	assert_string_equal(shown(1), "x 0+10000; y 10000+ff0000");
	assert_string_equal(maps.map[1].device, "old@20000000");
	image_close(&im);
}

/* A scan made by hand: objects of a format at places. */
static const struct format fs_format = { .name = "fs", .fs = (const void *)"" };

static struct scan scan_of(struct found *f, const uint64_t (*place)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		f[i] = (struct found){ .parent = -1, .r = {
			.at = place[i][0], .size = place[i][1],
			.format = &fs_format, .proof = PROOF_PROVEN } };
	return (struct scan){ .found = f, .nfound = n, .size = 0x1000000 };
}

static const uint64_t places[][2] = { { 0x50000, 0x100000 }, { 0x1d0000, 0x180000 } };

static void the_map_that_fits_the_objects_is_believed(void **state)
{
	struct found f[2];
	struct scan s = scan_of(f, places, 2);

	(void)state;
	read_text("mtdparts=a:320K(BOOT),1M(KERNEL),1M(ROOTFS),-(HOME)\n", 0x1000000);
	read_text("mtdparts=a:320K(BOOT),1536K(KERNEL),-(ROOTFS)\n", 0x1000000);
	read_text("mtdparts=a:8M(BOOT),24M(KERNEL),8M(ROOTFS)\nx", 0);
	maps_choose(&maps, &s, s.size);
	assert_int_equal(maps.best, 1);
	assert_string_equal(maps.map[1].verdict, "agrees with the structures");
	assert_string_equal(maps.map[2].verdict,
			    "\"ROOTFS\" ends at 0x2800000, the dump at 0x1000000");
}

static void rank_decides_only_between_equals(void **state)
{
	struct found f[2];
	struct scan s = scan_of(f, places, 2);

	(void)state;
	read_text("mtdparts=a:320K(BOOT),1536K(KERNEL),-(ROOTFS)", 0x1000000);
	read_text("mtdparts=b:320K(boot),1536K(kernel),-(root)", 0x1000000);
	maps.map[0].rank = MAP_ENV_DEFAULT;
	maps.map[1].rank = MAP_ENV;
	maps_choose(&maps, &s, s.size);
	assert_int_equal(maps.best, 1);
	maps.map[1].part[1].at = 0x60000;
	maps.map[1].part[0].size = 0x60000;
	maps_choose(&maps, &s, s.size);
	assert_int_equal(maps.best, 0);
	assert_non_null(strstr(maps.map[1].verdict, "cuts the fs at 0x050000"));
}

static void no_map_is_better_than_a_wrong_one(void **state)
{
	const uint64_t across[][2] = { { 0x40000, 0x400000 } };
	struct found f[2];
	struct scan s = scan_of(f, across, 1);

	(void)state;
	read_text("mtdparts=a:320K(BOOT),1536K(KERNEL),-(ROOTFS)", 0x1000000);
	maps.map[0].rank = MAP_CMDLINE;
	maps_choose(&maps, &s, s.size);
	assert_int_equal(maps.best, -1);
	maps.map[0].rank = MAP_GIVEN;
	maps_choose(&maps, &s, s.size);
	assert_int_equal(maps.best, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, reset, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lists_are_read_as_the_kernel_reads_them),
		TEST(what_the_kernel_refuses_is_an_error),
		TEST(each_device_is_a_map_of_its_own),
		TEST(a_boot_log_is_read_through_its_noise),
		TEST(a_table_within_a_partition_counts_from_its_start),
		TEST(a_split_partition_ends_where_the_whole_does),
		TEST(partitions_over_others_are_listed_not_cut),
		TEST(sizes_of_proc_mtd_are_added_up),
		TEST(a_printenv_log_is_expanded),
		TEST(a_table_of_u_boot_is_read),
		TEST(a_flashrom_layout_includes_its_ends),
		TEST(a_manifest_gives_its_map),
		TEST(the_log_of_another_device_is_refused_with_its_line),
		TEST(partitions_of_a_device_tree_are_read),
		TEST(the_map_that_fits_the_objects_is_believed),
		TEST(rank_decides_only_between_equals),
		TEST(no_map_is_better_than_a_wrong_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
