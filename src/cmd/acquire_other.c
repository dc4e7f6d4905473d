/* acquire_other.c - a card, an MTD device, a TFTP upload */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acquire/tftp.h"
#include "cmd/acquire.h"
#include "core/text.h"

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

int acquire_tftp(struct run *r, const struct acquire_opts *o, struct err *e)
{
	const struct tftp_opts how = {
		.address = *o->tftp ? o->tftp : NULL, .port = (unsigned)o->tftp_port,
		.patience_s = (unsigned)o->wait, .tick = tick, .arg = r,
	};
	struct buf got = { 0 };
	char path[256];
	struct tftp t;
	int result;

	if (tftp_open(&t, &how, e) < 0)
		return -1;
	say(r, "tftp        waiting at port %u; on the device: tftpput ADDR LEN "
	    "THIS-MACHINE:dump.bin", t.port);
	result = tftp_receive(&t, &got, e);
	if (!result) {
		say(r, "received    %zu bytes from %s as \"%s\"", got.len, t.peer, t.name);
		acquire_name("tftp", path, sizeof(path));
		result = acquire_save(r, cmd_output(r, path), buf_view(&got), e);
	} else if (got.len) {
		say(r, "dropped     %zu bytes that came", got.len);
	}
	buf_free(&got);
	tftp_close(&t);
	return result;
}
