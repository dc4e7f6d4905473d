/* elf.c - ELF files, whose size is where the last thing they name ends */
#include "core/format.h"
#include "core/work.h"

enum { CLASS64 = 2, NOBITS = 8, MOST_SEGMENTS = 256, MOST_SECTIONS = 4096 };

enum { ENTRY = 512 };	/* what decoding one costs, in bytes of work */

struct elf {
	struct view v;
	enum endian endian;
	bool wide;
	unsigned type, machine;
	uint64_t phoff, shoff;
	unsigned phsize, phnum, shsize, shnum;
	uint64_t end;
};

static uint64_t word(struct cursor *c, bool wide)
{
	return wide ? get64(c) : get32(c);
}

static bool get_header(struct elf *x)
{
	struct cursor c = cursor(x->v, x->endian);

	get_skip(&c, 16);
	x->type = get16(&c);
	x->machine = get16(&c);
	if (get32(&c) != 1)
		return false;
	(void)word(&c, x->wide);	/* entry */
	x->phoff = word(&c, x->wide);
	x->shoff = word(&c, x->wide);
	get_skip(&c, 4);
	x->end = get16(&c);
	x->phsize = get16(&c);
	x->phnum = get16(&c);
	x->shsize = get16(&c);
	x->shnum = get16(&c);
	return cursor_ok(&c) && x->type >= 1 && x->type <= 4 && x->machine &&
	       x->end == (x->wide ? 64 : 52) &&
	       (!x->phnum || x->phsize == (x->wide ? 56 : 32)) &&
	       (!x->shnum || x->shsize == (x->wide ? 64 : 40)) &&
	       x->phnum <= MOST_SEGMENTS && x->shnum <= MOST_SECTIONS &&
	       (x->phnum || x->shnum);
}

/* False where the sum makes no sense for anything that fits in a flash. */
static bool reach(struct elf *x, uint64_t at, uint64_t size)
{
	if (at > UINT32_MAX || size > UINT32_MAX)
		return false;
	if (at + size > x->end)
		x->end = at + size;
	return true;
}

static bool get_segment(struct elf *x, struct cursor *c)
{
	uint64_t at, size;

	get_skip(c, x->wide ? 8 : 4);
	at = word(c, x->wide);
	get_skip(c, x->wide ? 16 : 8);
	size = word(c, x->wide);
	get_skip(c, x->wide ? 16 : 12);
	return reach(x, at, size);
}

static bool get_section(struct elf *x, struct cursor *c)
{
	uint64_t at, size;
	uint32_t type;

	get_skip(c, 4);
	type = get32(c);
	get_skip(c, x->wide ? 16 : 8);
	at = word(c, x->wide);
	size = word(c, x->wide);
	get_skip(c, x->wide ? 24 : 16);
	return !type || reach(x, at, type == NOBITS ? 0 : size);
}

/* Tables that are not all there say nothing; the file is then cut off. */
static bool get_tables(struct elf *x)
{
	struct cursor p = cursor(view_sub(x->v, x->phoff, x->phnum * x->phsize),
				 x->endian);
	struct cursor s = cursor(view_sub(x->v, x->shoff, x->shnum * x->shsize),
				 x->endian);

	work_add(ENTRY * (uint64_t)(x->phnum + x->shnum));
	while (p.pos < p.v.len)
		if (!get_segment(x, &p))
			return false;
	while (s.pos < s.v.len)
		if (!get_section(x, &s))
			return false;
	return (!x->phnum || reach(x, x->phoff, x->phnum * x->phsize)) &&
	       (!x->shnum || reach(x, x->shoff, x->shnum * x->shsize));
}

static void describe(const struct elf *x, struct region *r)
{
	static const struct { unsigned n; const char *word; } machines[] = {
		{ 3, "x86" }, { 8, "MIPS" }, { 20, "PowerPC" }, { 40, "ARM" },
		{ 42, "SuperH" }, { 62, "x86_64" }, { 93, "ARC" },
		{ 94, "Xtensa" }, { 183, "ARM64" }, { 195, "ARC" },
		{ 243, "RISC-V" }, { 252, "C-SKY" },
	};
	static const char *const types[] = {
		"", "object", "executable", "shared object", "core dump",
	};

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (machines[i].n == x->machine)
			region_detail(r, "%s", machines[i].word);
	region_detail(r, "%s, %d-bit", types[x->type], x->wide ? 64 : 32);
	if (x->endian == BIG)
		region_detail(r, "big-endian");
	region_number(r, "machine", x->machine);
	region_number(r, "sections", x->shnum);
}

static enum proof elf_probe(struct view image, uint64_t at, struct region *r)
{
	struct elf x = { .v = view_from(image, at) };

	if (!view_has(x.v, 0, 52) || x.v.p[4] < 1 || x.v.p[4] > 2 ||
	    x.v.p[5] < 1 || x.v.p[5] > 2 || x.v.p[6] != 1)
		return PROOF_NONE;
	x.wide = x.v.p[4] == CLASS64;
	x.endian = x.v.p[5] == 2 ? BIG : LITTLE;
	if (!get_header(&x) || !get_tables(&x))
		return PROOF_NONE;
	r->endian = x.endian;
	region_size(r, image, x.end);
	describe(&x, r);
	return PROOF_PLAUSIBLE;
}

const struct format format_elf = {
	.name = "elf",
	.title = "ELF file",
	.suffix = ".elf",
	.embedded = true,
	.magic = (const struct magic[]){ { 0, 4, "\x7f" "ELF" }, { 0 } },
	.probe = elf_probe,
};
