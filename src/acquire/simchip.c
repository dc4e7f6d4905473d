/* simchip.c - a simulated programmer: the file is the chip */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acquire/norsim.h"
#include "acquire/spi.h"
#include "core/mem.h"

struct sim {
	struct spi spi;
	struct norsim *chip;
	uint8_t *mem;
	size_t size;
};

static int run(struct spi *s, const struct spi_op *op, size_t n, struct err *e)
{
	struct sim *m = (struct sim *)s;

	(void)e;
	for (size_t i = 0; i < n; i++) {
		norsim_select(m->chip);
		for (size_t k = 0; k < op[i].ntx; k++)
			norsim_clock(m->chip, op[i].tx[k]);
		for (size_t k = 0; k < op[i].nrx; k++)
			op[i].rx[k] = norsim_clock(m->chip, 0);
		norsim_deselect(m->chip);
		s->count.out++;
		s->count.bytes += op[i].ntx + op[i].nrx;
	}
	return 0;
}

static void close_sim(struct spi *s)
{
	struct sim *m = (struct sim *)s;

	norsim_free(m->chip);
	munmap(m->mem, m->size);
	free(m);
}

static unsigned log2_of(uint64_t n)
{
	unsigned p = 0;

	while (n >> p > 1)
		p++;
	return p;
}

/* A Winbond of the file's size; over 16 MiB with four-byte opcodes. */
static struct norsim_config config_for(uint64_t size)
{
	unsigned power = log2_of(size);

	return (struct norsim_config){
		.id = { 0xef, 0x40, (uint8_t)(power < 26 ? power : power + 6) },
		.size = size, .sfdp = true, .busy_polls = 3,
		.four_byte_opcodes = size > 1 << 24,
	};
}

static int map_file(struct sim *m, const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		fail_sys(e, "cannot open as a simulated chip");
		goto out;
	}
	m->size = (size_t)st.st_size;
	if (!S_ISREG(st.st_mode) || m->size < 65536 || m->size & (m->size - 1) ||
	    m->size > 1 << 28) {
		fail(e, ERR_USAGE, "is no chip of 64 KiB to 256 MiB, a power of two; make "
		     "one with truncate -s 16M");
		goto out;
	}
	m->mem = mmap(NULL, m->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (m->mem != MAP_FAILED)
		return 0;
	fail_sys(e, "cannot map");
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	return err_about(e, path);
}

static struct spi *open_sim(const struct spi_opts *o, struct err *e)
{
	struct sim *m = xcalloc(1, sizeof(*m));
	struct norsim_config config;

	if (map_file(m, o->id, e) < 0) {
		free(m);
		return NULL;
	}
	config = config_for(m->size);
	m->chip = norsim_new(&config, m->mem);
	m->spi = (struct spi){ .run = run, .close = close_sim };
	snprintf(m->spi.name, sizeof(m->spi.name), "simulated chip %.60s", o->id);
	return &m->spi;
}

const struct programmer programmer_sim = {
	.name = "sim",
	.arg = "FILE",
	.needs_arg = true,
	.summary = "a simulated chip: FILE is its content",
	.open = open_sim,
};
