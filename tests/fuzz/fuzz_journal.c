/* fuzz_journal.c - what an interrupted run left may be anything by now */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "acquire/sidecar.h"
#include "cmd/flash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIZE = 5 * PROOF_SECTOR + 7 };

static char dir[] = "/tmp/fwtool-fuzz-XXXXXX";

/* Made anew: some file systems wait for the disk when one is emptied. */
static void put_file(const char *path, const uint8_t *p, size_t n)
{
	int fd;

	remove(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	close(fd);
}

static int read_zeroes(struct source *s, uint64_t at, uint8_t *dst, size_t len,
		       struct err *e)
{
	(void)e;
	assert(at + len <= s->size);
	memset(dst, 0, len);
	return 0;
}

static void resume(const uint8_t *data, size_t size)
{
	struct source s = { .read = read_zeroes, .size = SIZE };
	char part[64], map[64];
	struct proof_opts o = { .reads = 2, .reread = 3, .journal = part, .of = "ef4018",
				.resume = true };
	static const uint8_t bytes[SIZE];
	struct proven p;
	struct err e;

	snprintf(part, sizeof(part), "%s/x.part", dir);
	snprintf(map, sizeof(map), "%s/x.part.map", dir);
	put_file(part, bytes, sizeof(bytes));
	put_file(map, data, size);
	if (source_prove(&s, 0, SIZE, &o, &p, &e) == 0)
		for (size_t i = 0; i < p.sectors; i++)
			assert(p.state[i] >= SECTOR_PROVEN && p.state[i] <= SECTOR_DOUBTFUL);
	proven_free(&p);
}

static void resume_flash(const uint8_t *data, size_t size)
{
	const struct nor n = { .chip = { .id = { 0xef, 0x40, 0x18 }, .size = 1 << 24 } };
	struct flash_journal j;
	char image[64], path[64];
	struct err e;

	snprintf(image, sizeof(image), "%s/image", dir);
	snprintf(path, sizeof(path), "%s/image.flash", dir);
	put_file(path, data, size);
	if (flash_journal_find(&j, image, view_text("image"), &n, &e) == 0) {
		assert(j.found && j.lock.nbits <= sizeof(j.lock.bits));
		assert(memchr(j.backup, 0, sizeof(j.backup)));
	}
}

static void leave(void)
{
	static const char *const names[] = { "x.part", "x.part.map", "image.flash", "" };
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		remove(path);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	struct sidecar s;

	if (!made)
		made = mkdtemp(dir) && !atexit(leave);
	assert(made);
	resume(data, size);
	resume_flash(data, size);
	if (sidecar_parse((struct view){ data, size, 0 }, &s))
		assert(memchr(s.chip, 0, sizeof(s.chip)));
	return 0;
}
