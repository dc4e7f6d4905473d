/* chip.c - the chip behind an emulated programmer, as EMU_CHIP describes it */
#include "chip.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acquire/norsim.h"

struct emu_chip {
	struct norsim *sim;
	uint64_t state, clocked;
	double flip, lose, wflip;
	int chatters;		/* somebody else drives the bus in this frame */
	unsigned stuck, floats;
	uint64_t in_frame;
};

/* The text behind "name=" in the environment variable, up to a comma. */
static int setting(const char *variable, const char *name, char *out, size_t n)
{
	const char *s = getenv(variable);
	size_t len = strlen(name);

	while (s && *s) {
		const char *end = s + strcspn(s, ",");

		if (!strncmp(s, name, len) && s[len] == '=') {
			snprintf(out, n, "%.*s", (int)(end - s - (long)len - 1),
				 s + len + 1);
			return 1;
		}
		s = *end ? end + 1 : end;
	}
	return 0;
}

static unsigned long number(const char *variable, const char *name, int base,
			    unsigned long otherwise)
{
	char text[64];

	return setting(variable, name, text, sizeof(text)) ? strtoul(text, NULL, base)
							   : otherwise;
}

double emu_number(const char *name)
{
	char text[64];

	return setting("EMU_FAULTS", name, text, sizeof(text)) ? atof(text) : 0;
}

uint16_t emu_hex(const char *name, uint16_t otherwise)
{
	return (uint16_t)number("EMU_FAULTS", name, 16, otherwise);
}

static uint64_t next(struct emu_chip *c)
{
	c->state ^= c->state >> 12;
	c->state ^= c->state << 25;
	c->state ^= c->state >> 27;
	return c->state * UINT64_C(0x2545f4914f6cdd1d);
}

static int chance(struct emu_chip *c, double p)
{
	return p > 0 && (double)(next(c) >> 11) / 9007199254740992.0 < p;
}

int emu_fault(struct emu_chip *c, const char *name)
{
	double n = emu_number(name);

	return n > 0 && chance(c, 1 / n);
}

int emu_loses(struct emu_chip *c)
{
	return chance(c, c->lose);
}

uint64_t emu_clocked(const struct emu_chip *c)
{
	return c->clocked;
}

struct emu_chip *emu_chip_open(void)
{
	struct emu_chip *c = calloc(1, sizeof(*c));
	char path[4096] = "", id[16] = "ef4018";
	struct norsim_config config = { 0 };
	unsigned long code;
	struct stat st;
	uint8_t *mem;
	int fd;

	setting("EMU_CHIP", "file", path, sizeof(path));
	setting("EMU_CHIP", "id", id, sizeof(id));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (!c || fd < 0 || fstat(fd, &st) < 0) {
		fprintf(stderr, "emu: EMU_CHIP=file=... cannot be opened: %s\n", path);
		exit(99);
	}
	mem = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	code = strtoul(id, NULL, 16);
	config.id[0] = (uint8_t)(code >> 16);
	config.id[1] = (uint8_t)(code >> 8);
	config.id[2] = (uint8_t)code;
	config.size = (uint64_t)st.st_size;
	config.sfdp = number("EMU_CHIP", "sfdp", 10, 1);
	config.four_byte_only = number("EMU_CHIP", "four_only", 10, 0);
	config.four_byte_opcodes = number("EMU_CHIP", "four_ops", 10,
					  config.size > 1 << 24);
	config.no_enter = number("EMU_CHIP", "no_enter", 10, 0);
	config.sr1 = (uint8_t)number("EMU_CHIP", "sr1", 16, 0);
	config.sr2 = (uint8_t)number("EMU_CHIP", "sr2", 16, 0);
	config.busy_polls = (unsigned)number("EMU_CHIP", "busy", 10, 3);
	c->sim = norsim_new(&config, mem);
	c->state = (uint64_t)emu_number("seed") * 2 + 88172645463325253u;
	c->flip = emu_number("flip");
	c->lose = emu_number("lose");
	c->wflip = emu_number("wflip");
	c->stuck = (unsigned)number("EMU_FAULTS", "stuck", 16, 0);
	c->floats = (unsigned)number("EMU_FAULTS", "float", 10, 0);
	return c;
}

void emu_select(struct emu_chip *c)
{
	c->in_frame = 0;
	c->chatters = emu_fault(c, "chatter");
	norsim_select(c->sim);
}

void emu_deselect(struct emu_chip *c)
{
	norsim_deselect(c->sim);
}

uint8_t emu_clock(struct emu_chip *c, uint8_t mosi)
{
	uint8_t miso;

	c->clocked++;
	c->in_frame++;
	/* Not in commands and addresses: nothing could help. */
	if (c->in_frame > 5 && chance(c, c->wflip))
		mosi ^= (uint8_t)(1u << (next(c) & 7));
	miso = norsim_clock(c->sim, mosi);
	if (c->chatters)
		return (uint8_t)next(c);
	if (c->floats)
		return 0xff;
	/* Long frames only: a flip in an id would only be a bad clip. */
	if (c->in_frame > 64 && chance(c, c->flip))
		miso ^= (uint8_t)(1u << (next(c) & 7));
	return miso | (uint8_t)c->stuck;
}
