/*
 * yaffsdirect.c - YAFFS itself on a file, told on stdin what to do
 *
 * usage: yaffsdirect IMAGE yaffs2|inband|yaffs1 BLOCKS < commands
 *
 * Chunks of 2048+64 bytes (1024 with tags in them; 512+16 for yaffs1), 16 to a
 * block. Built by yaffsdirect.sh, with YAFFS from U-Boot's sources. One
 * command a line, words by blanks:
 *	write P TEXT	put P OFF TEXT	fill P N CHAR	trunc P N
 *	mkdir P	rmdir P	rm P	mv P Q	ln P Q	symlink TARGET P
 *	chmod P OCTAL	setx P NAME VALUE	rmx P NAME	lsx P	cat P
 *	sync	remount	time N	drop (gone with the power from here on)
 */
#include <common.h>

#include "yaffs_guts.h"
#include "yaffs_packedtags2.h"
#include "yaffscfg.h"
#include "yaffsfs.h"

unsigned yaffs_trace_mask = 0xf0000000;
static u32 now = 1500000000;
static unsigned chunk, spare, blocks;
enum { PAGES = 16 };
static u8 *flash;
static int failed;

void yaffs_bug_fn(const char *f, int n) { fprintf(stderr, "bug %s:%d\n", f, n); }
void *yaffsfs_malloc(size_t n) { return malloc(n); }
void yaffsfs_free(void *p) { free(p); }
void yaffsfs_SetError(int e) { failed = e; }
int yaffsfs_GetLastError(void) { return failed; }
void yaffsfs_Lock(void) { }
void yaffsfs_Unlock(void) { }
u32 yaffsfs_CurrentTime(void) { return now; }
void yaffsfs_OSInitialisation(void) { }

static u8 *at(int n) { return flash + (size_t)n * (chunk + spare); }

static void program(u8 *to, const void *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] &= ((const u8 *)from)[i];
}

static int write2(struct yaffs_dev *dev, int n, const u8 *data,
		  const struct yaffs_ext_tags *tags)
{
	struct yaffs_packed_tags2 pt;

	if (dev->param.inband_tags) {
		yaffs_pack_tags2_tags_only((struct yaffs_packed_tags2_tags_only *)
					   (data + dev->data_bytes_per_chunk), tags);
	} else {
		yaffs_pack_tags2(&pt, tags, 1);
		program(at(n) + chunk, &pt, sizeof(pt));
	}
	program(at(n), data, chunk);
	return YAFFS_OK;
}

static int read2(struct yaffs_dev *dev, int n, u8 *data, struct yaffs_ext_tags *tags)
{
	struct yaffs_packed_tags2 pt;

	if (data)
		memcpy(data, at(n), chunk);
	if (tags && dev->param.inband_tags) {
		struct yaffs_packed_tags2_tags_only only;

		memcpy(&only, at(n) + dev->data_bytes_per_chunk, sizeof(only));
		yaffs_unpack_tags2_tags_only(tags, &only);
	} else if (tags) {
		memcpy(&pt, at(n) + chunk, sizeof(pt));
		yaffs_unpack_tags2(tags, &pt, 1);
	}
	return YAFFS_OK;
}

static int write1(struct yaffs_dev *dev, int n, const u8 *data,
		  const struct yaffs_spare *s)
{
	(void)dev;
	if (data)
		program(at(n), data, chunk);
	if (s)
		program(at(n) + chunk, s, spare);
	return YAFFS_OK;
}

static int read1(struct yaffs_dev *dev, int n, u8 *data, struct yaffs_spare *s)
{
	(void)dev;
	if (data)
		memcpy(data, at(n), chunk);
	if (s)
		memcpy(s, at(n) + chunk, spare);
	return YAFFS_OK;
}

static int erase(struct yaffs_dev *dev, int block)
{
	(void)dev;
	memset(at(block * PAGES), 0xff, (size_t)PAGES * (chunk + spare));
	return YAFFS_OK;
}

static int ok(struct yaffs_dev *dev) { (void)dev; return YAFFS_OK; }
static int bad(struct yaffs_dev *dev, int n) { (void)dev; (void)n; return YAFFS_OK; }

static int query(struct yaffs_dev *dev, int n, enum yaffs_block_state *state, u32 *seq)
{
	struct yaffs_ext_tags t;

	read2(dev, n * PAGES, NULL, &t);
	*seq = t.chunk_used ? t.seq_number : 0;
	*state = t.chunk_used ? YAFFS_BLOCK_STATE_NEEDS_SCAN : YAFFS_BLOCK_STATE_EMPTY;
	return YAFFS_OK;
}

static struct yaffs_dev dev = { .param = {
	.name = "", .chunks_per_block = PAGES, .n_reserved_blocks = 3, .n_caches = 10,
	.use_nand_ecc = 0, .skip_checkpt_rd = 1, .skip_checkpt_wr = 1,
	.enable_xattr = 1, .disable_summary = 1, .erase_fn = erase,
	.initialise_flash_fn = ok, .deinitialise_flash_fn = ok,
} };

static void put_file(const char *path, int flags, int off, const char *text, int n)
{
	int f = yaffs_open(path, flags | O_CREAT | O_RDWR, 0100644);

	if (f < 0 || yaffs_lseek(f, off, SEEK_SET) < 0 || yaffs_write(f, text, n) != n)
		failed = failed ? failed : 1;
	yaffs_close(f);
}

static void show(const char *path, char *room, int n)
{
	int f = yaffs_open(path, O_RDONLY, 0), got;

	while (f >= 0 && (got = yaffs_read(f, room, n)) > 0)
		fwrite(room, 1, got, stdout);
	yaffs_close(f);
}

static int run(char **w)
{
	static char room[1 << 20];
	int n;

#define IS(name) (!strcmp(w[0], name))
	if (IS("write")) put_file(w[1], O_TRUNC, 0, w[2], strlen(w[2]));
	else if (IS("put")) put_file(w[1], 0, atoi(w[2]), w[3], strlen(w[3]));
	else if (IS("fill")) {
		memset(room, w[3][0], atoi(w[2]));
		put_file(w[1], O_TRUNC, 0, room, atoi(w[2]));
	}
	else if (IS("trunc")) return yaffs_truncate(w[1], atoi(w[2]));
	else if (IS("mkdir")) return yaffs_mkdir(w[1], 040755);
	else if (IS("rmdir")) return yaffs_rmdir(w[1]);
	else if (IS("rm")) return yaffs_unlink(w[1]);
	else if (IS("mv")) return yaffs_rename(w[1], w[2]);
	else if (IS("ln")) return yaffs_link(w[1], w[2]);
	else if (IS("symlink")) return yaffs_symlink(w[1], w[2]);
	else if (IS("chmod")) return yaffs_chmod(w[1], strtol(w[2], NULL, 8));
	else if (IS("setx")) return yaffs_setxattr(w[1], w[2], w[3], strlen(w[3]), 0);
	else if (IS("rmx")) return yaffs_removexattr(w[1], w[2]);
	else if (IS("sync")) return yaffs_sync("/");
	else if (IS("remount")) return yaffs_unmount("/") | yaffs_mount("/");
	else if (IS("time")) now = strtoul(w[1], NULL, 10);
	else if (IS("cat")) show(w[1], room, sizeof(room));
	else if (IS("lsx")) {
		n = yaffs_listxattr(w[1], room, sizeof(room));
		for (int i = 0; i < n; i += strlen(room + i) + 1) {
			char value[4096];
			int len = yaffs_getxattr(w[1], room + i, value, sizeof(value));

			printf("%s=%.*s\n", room + i, len, value);
		}
	}
	else return fprintf(stderr, "what is %s?\n", w[0]), 1;
	return 0;
}

static void shape(const char *kind)
{
	bool one = !strcmp(kind, "yaffs1");

	dev.param.inband_tags = !strcmp(kind, "inband");
	chunk = one ? 512 : dev.param.inband_tags ? 1024 : 2048;
	spare = one ? 16 : dev.param.inband_tags ? 0 : 64;
	dev.param.total_bytes_per_chunk = chunk;
	dev.param.spare_bytes_per_chunk = spare;
	dev.param.is_yaffs2 = !one;
	dev.param.end_block = blocks - 1;
	if (one) {
		dev.param.write_chunk_fn = write1;
		dev.param.read_chunk_fn = read1;
	} else {
		dev.param.write_chunk_tags_fn = write2;
		dev.param.read_chunk_tags_fn = read2;
		dev.param.bad_block_fn = bad;
		dev.param.query_block_fn = query;
	}
}

int main(int argc, char **argv)
{
	char line[1 << 16], *w[8];
	size_t size;
	bool dropped = false;
	int bad_lines = 0;
	FILE *f;

	if (argc != 4)
		return 2;
	blocks = atoi(argv[3]);
	shape(argv[2]);
	size = (size_t)blocks * PAGES * (chunk + spare);
	flash = malloc(size);
	memset(flash, 0xff, size);
	f = fopen(argv[1], "rb");
	if (f) {
		if (!fread(flash, 1, size, f))
			return 1;
		fclose(f);
	}
	yaffs_add_device(&dev);
	if (yaffs_mount("/") < 0)
		return fprintf(stderr, "no mount: %d\n", failed), 1;
	while (!dropped && fgets(line, sizeof(line), stdin)) {
		int n = 0;

		for (char *p = strtok(line, " \n"); p && n < 7; p = strtok(NULL, " \n"))
			w[n++] = p;
		for (int i = n; i < 8; i++)
			w[i] = "";
		now++;
		dropped = n && !strcmp(w[0], "drop");
		if (!n || w[0][0] == '#' || dropped)
			continue;
		failed = 0;
		if (run(w) < 0 || failed) {
			fprintf(stderr, "%s %s: error %d\n", w[0], w[1], failed);
			bad_lines = 1;
		}
	}
	if (!dropped)
		yaffs_unmount("/");
	f = fopen(argv[1], "wb");
	return !f || fwrite(flash, 1, size, f) != size || fclose(f) || bad_lines;
}
