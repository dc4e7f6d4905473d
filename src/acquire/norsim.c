/* norsim.c - a NOR flash chip in memory, byte by byte as the bus sees it */
#include "acquire/norsim.h"

#include <stdlib.h>

#include "core/buf.h"
#include "core/mem.h"

enum { WIP = 1, WEL = 2, PAGE = 256, SFDP_SIZE = 256 };

struct norsim {
	struct norsim_config config;
	uint8_t *mem;
	uint8_t sfdp[SFDP_SIZE];
	uint8_t sr1, sr2, sr3, extended;
	bool four_byte, reset_enabled;
	unsigned busy;			/* status reads until WIP falls */
	/* the frame under way */
	size_t n;			/* bytes clocked so far */
	uint8_t op;
	uint32_t address;
	uint8_t data[PAGE];		/* of a page program, or of a WRSR */
	size_t ndata;
	bool ignored;
};

static void put_header(struct buf *b, uint16_t id, uint8_t dwords, uint32_t at)
{
	put8(b, (uint8_t)id);
	put8(b, 6);
	put8(b, 1);
	put8(b, dwords);
	put8(b, (uint8_t)at);
	put8(b, (uint8_t)(at >> 8));
	put8(b, (uint8_t)(at >> 16));
	put8(b, id >> 8);
}

/* JESD216: a basic table of 16 words, and one of four-byte opcodes. */
static void make_sfdp(struct norsim *s)
{
	bool big = s->config.size > 1 << 24;
	uint64_t bits = s->config.size * 8;
	unsigned power = 0;
	struct buf b = { 0 };

	put(&b, "SFDP", 4);
	put32(&b, 0xff000106 | (big && s->config.four_byte_opcodes ? 0x10000 : 0));
	put_header(&b, 0xff00, 16, 0x30);
	put_header(&b, 0xff84, 2, 0x80);
	put_fill(&b, 0xff, 0x30 - b.len);
	put32(&b, (0xfff120e5 & ~0x60000u) |
	      (s->config.four_byte_only ? 2u << 17 : big ? 1u << 17 : 0));
	while (bits >> power > 1)
		power++;
	put32(&b, bits <= UINT64_C(1) << 31 ? (uint32_t)(bits - 1)
					    : 0x80000000 | power);
	put_fill(&b, 0, 5 * 4);
	put32(&b, 0x520f200c);		/* 4 KiB by 20, 32 KiB by 52 */
	put32(&b, 0x0000d810);		/* 64 KiB by d8 */
	put32(&b, 0);
	put32(&b, 8u << 4);		/* pages of 256 bytes */
	put_fill(&b, 0, 4 * 4);
	put32(&b, big ? 0x01000000 : 0);	/* b7 enters four-byte mode */
	put_fill(&b, 0xff, 0x80 - b.len);
	put32(&b, s->config.four_byte_opcodes ? 0x000000ff | 7u << 9 : 0);
	put32(&b, 0xffdc5c21);
	put_fill(&b, 0xff, SFDP_SIZE - b.len);
	memcpy(s->sfdp, b.p, SFDP_SIZE);
	buf_free(&b);
}

struct norsim *norsim_new(const struct norsim_config *config, uint8_t *mem)
{
	struct norsim *s = xcalloc(1, sizeof(*s));

	s->config = *config;
	s->mem = mem;
	s->sr1 = config->sr1;
	s->sr2 = config->sr2;
	s->four_byte = config->four_byte_only;
	if (config->sfdp)
		make_sfdp(s);
	return s;
}

void norsim_free(struct norsim *s)
{
	free(s);
}

/* What a command is made of, and what it needs. */
static const struct command {
	uint8_t op;
	enum kind { READ, PROGRAM, ERASE, STATUS, WRITE_STATUS, ID, OTHER } kind;
	unsigned address;	/* bytes; 9: 3 or 4 by mode */
	unsigned dummy;
	uint32_t unit;		/* of an erase; 0: all */
	bool write;		/* needs WEL */
} commands[] = {
	{ 0x03, READ, 9, 0, 0, false }, { 0x0b, READ, 9, 1, 0, false },
	{ 0x13, READ, 4, 0, 0, false }, { 0x0c, READ, 4, 1, 0, false },
	{ 0x02, PROGRAM, 9, 0, 0, true }, { 0x12, PROGRAM, 4, 0, 0, true },
	{ 0x20, ERASE, 9, 0, 4096, true }, { 0x21, ERASE, 4, 0, 4096, true },
	{ 0x52, ERASE, 9, 0, 32768, true }, { 0x5c, ERASE, 4, 0, 32768, true },
	{ 0xd8, ERASE, 9, 0, 65536, true }, { 0xdc, ERASE, 4, 0, 65536, true },
	{ 0x60, ERASE, 0, 0, 0, true }, { 0xc7, ERASE, 0, 0, 0, true },
	{ 0x05, STATUS, 0, 0, 0, false }, { 0x35, STATUS, 0, 0, 0, false },
	{ 0x15, STATUS, 0, 0, 0, false }, { 0x70, STATUS, 0, 0, 0, false },
	{ 0xc8, STATUS, 0, 0, 0, false },
	{ 0x01, WRITE_STATUS, 0, 0, 0, true }, { 0x31, WRITE_STATUS, 0, 0, 0, true },
	{ 0x11, WRITE_STATUS, 0, 0, 0, true }, { 0xc5, WRITE_STATUS, 0, 0, 0, true },
	{ 0x9f, ID, 0, 0, 0, false }, { 0x90, ID, 3, 0, 0, false },
	{ 0xab, ID, 3, 0, 0, false }, { 0x5a, ID, 3, 1, 0, false },
};

static const struct command *find(uint8_t op)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (commands[i].op == op)
			return &commands[i];
	return NULL;
}

static bool knows(const struct norsim *s, const struct command *c)
{
	bool is_four = c->address == 4;

	return !is_four || s->config.four_byte_opcodes;
}

static unsigned address_bytes(const struct norsim *s, const struct command *c)
{
	return c->address == 9 ? s->four_byte ? 4 : 3 : c->address;
}

void norsim_select(struct norsim *s)
{
	s->n = s->ndata = 0;
	s->address = 0;
	s->ignored = false;
	memset(s->data, 0xff, sizeof(s->data));
}

static uint8_t status(struct norsim *s, uint8_t op)
{
	bool busy = s->busy > 0;

	if (op == 0x35)
		return s->sr2;
	if (op == 0x15)
		return s->sr3 | (s->four_byte ? 1 : 0);
	if (op == 0xc8)
		return s->extended;
	if (busy)
		s->busy--;
	return op == 0x70 ? (busy ? 0 : 0x80) : (uint8_t)(s->sr1 | (busy ? WIP : 0));
}

static uint64_t where(const struct norsim *s, const struct command *c)
{
	uint64_t at = s->address;

	if (address_bytes(s, c) == 3)
		at |= (uint64_t)s->extended << 24;
	return at % s->config.size;
}

static uint8_t answer_id(const struct norsim *s, size_t i)
{
	const uint8_t *id = s->config.id;

	if (s->op == 0x9f)
		return id[i % 3];
	if (s->op == 0xab)
		return id[2] - 1;
	if (s->op == 0x90)
		return (i + s->address) & 1 ? id[2] - 1 : id[0];
	if (!s->config.sfdp)
		return 0xff;
	return s->address + i < SFDP_SIZE ? s->sfdp[s->address + i] : 0xff;
}

/* The byte answered while the data phase of command c receives byte i. */
static uint8_t exchange(struct norsim *s, const struct command *c, size_t i,
			uint8_t mosi)
{
	switch (c->kind) {
	case READ:
		return s->mem[(where(s, c) + i) % s->config.size];
	case STATUS:
		return status(s, s->op);
	case ID:
		return answer_id(s, i);
	case PROGRAM:
		s->data[(s->address + i) % PAGE] &= mosi;
		s->ndata++;
		return 0xff;
	case WRITE_STATUS:
		if (i < sizeof(s->data))
			s->data[i] = mosi;
		s->ndata++;
		return 0xff;
	case ERASE:
	case OTHER:
		break;
	}
	return 0xff;
}

uint8_t norsim_clock(struct norsim *s, uint8_t mosi)
{
	const struct command *c;
	size_t i = s->n++, head;

	if (!i) {
		s->op = mosi;
		c = find(mosi);
		/* A busy chip hears nothing but the status commands. */
		s->ignored = (c && !knows(s, c)) ||
			     (s->busy && (!c || c->kind != STATUS));
		return 0xff;
	}
	c = find(s->op);
	if (s->ignored || !c)
		return 0xff;
	head = 1 + address_bytes(s, c);
	if (i < head) {
		s->address = s->address << 8 | mosi;
		return 0xff;
	}
	if (i < head + c->dummy)
		return 0xff;
	return exchange(s, c, i - head - c->dummy, mosi);
}

/* BP2..0 protect the upper 1/64, 1/32 ... 1/2, or all; TB turns it round. */
static bool is_protected(const struct norsim *s, uint64_t at, uint64_t size)
{
	unsigned bp = s->sr1 >> 2 & 7;
	uint64_t part, from;

	/* CMP turns it round; nothing, turned round, is all. */
	if (!bp)
		return s->sr2 & 0x40;
	part = s->config.size / 64 < 65536 ? 65536 : s->config.size / 64;
	part <<= bp - 1;
	if (bp == 7 || part > s->config.size)
		part = s->config.size;
	from = s->sr1 & 0x20 ? 0 : s->config.size - part;
	if (s->sr2 & 0x40)
		return at < from || at + size > from + part;
	return at < from + part && from < at + size;
}

static void erase(struct norsim *s, const struct command *c)
{
	uint64_t unit = c->unit ? c->unit : s->config.size;
	uint64_t at = c->unit ? where(s, c) / unit * unit : 0;

	if (!is_protected(s, at, unit))
		memset(s->mem + at, 0xff, unit);
}

static void program(struct norsim *s, const struct command *c)
{
	uint64_t page = where(s, c) / PAGE * PAGE;

	if (is_protected(s, page, PAGE))
		return;
	for (unsigned i = 0; i < PAGE; i++)
		s->mem[page + i] &= s->data[i];
}

static void write_status(struct norsim *s)
{
	if (s->op == 0xc5)
		s->extended = s->data[0];
	if (s->op == 0x11)
		s->sr3 = s->data[0];
	if (s->op == 0x31)
		s->sr2 = s->data[0];
	if (s->op == 0x01 && s->config.one_byte_status && s->ndata != 1)
		return;
	if (s->op == 0x01)
		s->sr1 = s->data[0] & 0xfc;
	if (s->op == 0x01 && s->ndata > 1)
		s->sr2 = s->data[1];
}

/* The commands that are complete with their first byte. */
static void simple(struct norsim *s)
{
	bool reset = s->op == 0x99 && s->reset_enabled;

	s->reset_enabled = s->op == 0x66;
	if (s->op == 0x06)
		s->sr1 |= WEL;
	if (s->op == 0x04)
		s->sr1 &= (uint8_t)~WEL;
	if (s->op == 0xb7 && !s->config.no_enter)
		s->four_byte = true;
	if (s->op == 0xe9)
		s->four_byte = s->config.four_byte_only;
	if (reset) {
		s->four_byte = s->config.four_byte_only;
		s->sr1 &= (uint8_t)~WEL;
		s->extended = 0;
		s->busy = 0;
	}
}

void norsim_deselect(struct norsim *s)
{
	const struct command *c = find(s->op);
	size_t head;

	if (!s->n || s->ignored) {
		s->n = 0;
		return;
	}
	if (!c) {
		simple(s);
		s->n = 0;
		return;
	}
	head = 1 + address_bytes(s, c);
	if (c->write && s->sr1 & WEL && s->n >= head && (c->kind == ERASE || s->ndata)) {
		if (c->kind == ERASE)
			erase(s, c);
		else if (c->kind == PROGRAM)
			program(s, c);
		else
			write_status(s);
		s->busy = s->op == 0xc5 ? 0 : s->config.busy_polls;
		s->sr1 &= (uint8_t)~WEL;
	}
	s->n = 0;
}
