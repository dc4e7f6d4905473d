/* acquire_other.c - a card, an MTD device, a TFTP upload */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "acquire/tftp.h"
#include "cmd/acquire.h"
#include "core/text.h"

/* No flash behind a boot loader's TFTP is larger. */
enum { MOST_UPLOAD = 1 << 30 };

struct device { int fd; };

static int read_device(struct source *s, uint64_t at, uint8_t *dst, size_t len,
		       struct err *e)
{
	const struct device *d = s->from;

	while (len) {
		ssize_t got = pread(d->fd, dst, len, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fail_sys(e, "cannot read at 0x%06llx", (unsigned long long)at);
			e->kind = ERR_DEVICE;
			return -1;
		}
		dst += got;
		at += (uint64_t)got;
		len -= (size_t)got;
	}
	return 0;
}

static int size_of(int fd, uint64_t *size, struct err *e)
{
	struct stat st;
	off_t end;

	if (fstat(fd, &st) < 0)
		return fail_sys(e, "cannot stat");
	if (S_ISBLK(st.st_mode))
		return ioctl(fd, BLKGETSIZE64, size) < 0
			? fail_sys(e, "cannot tell its size") : 0;
	/* An MTD character device tells its size by its end, as a file does. */
	end = lseek(fd, 0, SEEK_END);
	if (end <= 0)
		return fail(e, ERR_USAGE, "has no size; give a card, a file or /dev/mtdN");
	*size = (uint64_t)end;
	return 0;
}

int acquire_file(struct run *r, const struct acquire_opts *o, struct err *e)
{
	const char *path = o->mtd ? o->mtd : o->file, *slash = strrchr(path, '/');
	struct device d = { open(path, O_RDONLY | O_CLOEXEC) };
	struct source s = { .read = read_device, .from = &d };
	int result;

	if (d.fd < 0) {
		fail_sys(e, "cannot open");
		return err_about(e, path);
	}
	result = size_of(d.fd, &s.size, e);
	if (!result)
		result = acquire_source(r, o, &s, slash ? slash + 1 : path, e);
	close(d.fd);
	return result < 0 ? err_about(e, path) : result;
}

static int tick(uint64_t done, uint64_t total, void *arg)
{
	progress(arg, "upload", done, total);
	return 0;
}

/* How much the place of the file takes; UINT64_MAX: not known. */
static uint64_t room_for(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct statvfs fs;
	char dir[4096];

	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	if (!strcmp(path, "-") || statvfs(dir, &fs) < 0)
		return UINT64_MAX;
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

/* Nobody sends 16 MiB to learn then that they cannot be kept. */
static int check_place(const struct run *r, const char *path, uint64_t *most,
		       struct err *e)
{
	uint64_t room = room_for(path);

	if (strcmp(path, "-") && !r->common->force && !access(path, F_OK)) {
		fail(e, ERR_USAGE, "exists; add -f to replace it, or give another name");
		return err_about(e, path);
	}
	if (!*most)
		*most = MOST_UPLOAD;
	/* 0 would mean any size. */
	if (room < *most)
		*most = room ? room : 1;
	return 0;
}

/* One upload after the other, until one is whole. */
static int await_upload(struct run *r, struct tftp *t, struct buf *got, struct err *e)
{
	while (tftp_receive(t, got, e) < 0) {
		progress_end(r);
		if (!t->peer[0])
			return -1;
		say(r, "dropped     %zu bytes that came: %s", got->len, e->text);
		say(r, "tftp        waiting again");
		buf_clear(got);
		t->peer[0] = 0;
	}
	progress_end(r);
	say(r, "received    %zu bytes from %s as \"%s\"", got->len, t->peer, t->name);
	return 0;
}

int acquire_tftp(struct run *r, const struct acquire_opts *o, struct err *e)
{
	struct tftp_opts how = {
		.address = *o->tftp ? o->tftp : NULL, .port = (unsigned)o->tftp_port,
		.patience_s = (unsigned)o->wait, .most = o->size, .tick = tick, .arg = r,
	};
	struct buf got = { 0 };
	const char *path;
	char by_itself[256];
	struct tftp t;
	int result;

	acquire_name("tftp", by_itself, sizeof(by_itself));
	path = cmd_output(r, by_itself);
	if (check_place(r, path, &how.most, e) < 0 || tftp_open(&t, &how, e) < 0)
		return -1;
	say(r, "tftp        waiting at port %u; on the device: tftpput ADDR LEN "
	    "THIS-MACHINE:dump.bin", t.port);
	result = await_upload(r, &t, &got, e);
	if (!result)
		result = acquire_save(r, path, buf_view(&got), e);
	buf_free(&got);
	tftp_close(&t);
	return result;
}
