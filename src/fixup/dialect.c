/* dialect.c - the table of dump formats, and of the commands that print them */
#include "fixup/dialect.h"

#include <ctype.h>
#include <stdlib.h>

#define MD "md.b 0x%a 0x%n"
#define ANY_WIDTH (1 | 2 | 4 | 8)

const struct dialect dialects[] = {
	{ "netos", "NetOS d", '[', false, 0, SEP_SPACE | SEP_DASH, TEXT_PLAIN,
	  ANY_WIDTH, ORDER_LITTLE, .again = "d -b 0x%a" },
	{ "tcboot", "tcboot dump", 0, false, SEP_DOT, SEP_SPACE | SEP_DOT, TEXT_BARS,
	  1, ORDER_BIG, .again = "dump %a %n" },
	{ "hexdump", "hexdump -C", 0, false, 0, SEP_SPACE | SEP_DOUBLE, TEXT_BARS, 1,
	  ORDER_BIG, .star = true, .again = "hexdump -C -s 0x%a -n 0x%n" },
	{ "od", "od", 0, false, 0, SEP_SPACE, TEXT_ANGLE, 1, ORDER_BIG, .star = true,
	  .again = "od -Ax -tx1 -j 0x%a -N 0x%n" },
	{ "zyxel", "ZyXEL ATDU", 0, true, SEP_DASH, SEP_SPACE | SEP_DASH, TEXT_PLAIN,
	  1, ORDER_BIG, .again = "ATDU%a,%n" },
	{ "brnboot", "brnboot", 'x', false, 0, SEP_SPACE, TEXT_PLAIN, 1, ORDER_BIG,
	  .again = "read memory at 0x%a, %d bytes" },
	{ "uboot", "U-Boot md", 0, true, 0, SEP_SPACE | SEP_DOUBLE, TEXT_PLAIN,
	  ANY_WIDTH, ORDER_LITTLE, .star = true, .again = MD },
	{ "uboot", "U-Boot md", 0, true, 0, SEP_SPACE | SEP_DOUBLE, TEXT_BARS,
	  ANY_WIDTH, ORDER_LITTLE, .star = true, .again = MD },
	{ "realtek", "Realtek D", 0, true, SEP_WIDE, SEP_WIDE, TEXT_PLAIN, 2 | 4,
	  ORDER_BIG, .again = "DB %a %d" },
	{ "realtek", "Realtek D", 0, true, SEP_WIDE, SEP_WIDE, TEXT_NONE, 2 | 4,
	  ORDER_BIG, .again = "DB %a %d" },
	{ "brnboot", "brnboot", 'x', false, 0, SEP_SPACE, TEXT_NONE, 1, ORDER_BIG,
	  .weak = true, .again = "read memory at 0x%a, %d bytes" },
	{ "od", "od", 0, false, 0, SEP_SPACE, TEXT_NONE, 1, ORDER_BIG, .star = true,
	  .weak = true, .again = "od -Ax -tx1 -j 0x%a -N 0x%n" },
	{ "hexdump", "hexdump", 0, false, 0, SEP_SPACE, TEXT_NONE, 2, ORDER_LITTLE,
	  .star = true, .weak = true, .again = "hexdump -s 0x%a -n 0x%n" },
	{ "uboot", "hex dump", 0, true, 0, SEP_SPACE | SEP_DOUBLE, TEXT_NONE, 1,
	  ORDER_BIG, .weak = true, .again = MD },
	{ 0 }
};

const struct dialect dialect_ihex = {
	"ihex", "Intel HEX", .widths = 1, .order = ORDER_BIG,
	.again = "the records from 0x%a on, %d bytes",
};
const struct dialect dialect_srec = {
	"srec", "S-records", .widths = 1, .order = ORDER_BIG,
	.again = "saves 0x%a 0x%n",
};
const struct dialect dialect_nand = {
	"nand", "U-Boot nand dump", .widths = 1, .order = ORDER_BIG,
	.again = "nand dump 0x%a",
};

const char *const hex_formats[] = {
	"auto", "uboot", "netos", "xxd", "hexdump", "od", "ihex", "srec", "tcboot",
	"realtek", "zyxel", "brnboot", "cfe", "nand", NULL
};

static const struct verb verbs[] = {
	{ "md", "U-Boot md", 0, 16, MD },
	{ "dm", "CFE dm", 1, 10, "dm %a %d" },
	{ "nand dump", "U-Boot nand dump", 1, 0, "nand dump 0x%a" },
	{ "dump", "tcboot dump", 1, 16, "dump %a %n" },
	{ "DB", "Realtek DB", 1, 10, "DB %a %d" },
	{ "DW", "Realtek DW", 4, 10, "DB %a %d" },
	{ "D", "Realtek D", 4, 10, "DB %a %d" },
	{ "ATDU", "ZyXEL ATDU", 1, 16, "ATDU%a,%n" },
	{ "saves", "U-Boot saves", 1, 16, "saves 0x%a 0x%n" },
	{ "d", "NetOS d", 1, 0, "d -b 0x%a" },
	{ "dn", "CFE dn", 1, 1, "dn BLOCK PAGE 1" },
	{ 0 }
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* A number at *i in base radix, "0x" allowed in base 16 and turning into it. */
static bool get_number(struct view l, size_t *i, unsigned radix, uint64_t *x)
{
	char text[24] = "";
	size_t n = 0;
	char *end;

	while (*i < l.len && isxdigit(l.p[*i]) == 0 && is_blank(l.p[*i]))
		++*i;
	while (*i + n < l.len && n < sizeof(text) - 1 && isalnum(l.p[*i + n])) {
		text[n] = (char)l.p[*i + n];
		n++;
	}
	if (!n || !isxdigit((uint8_t)text[0]))
		return false;
	*x = strtoull(text, &end, text[0] == '0' && (text[1] | 32) == 'x' ? 16
								   : (int)radix);
	*i += n;
	return !*end;
}

/* The width of .b .w .l .q or -b -w -s; 4 without one. */
static unsigned get_unit(struct view l, size_t *i)
{
	static const char letters[] = "bwlq";
	const char *at;

	if (*i + 1 < l.len && l.p[*i] == '.') {
		at = memchr(letters, l.p[*i + 1], 4);
		*i += 2;
		return at ? 1u << (at - letters) : 0;
	}
	return 4;
}

static bool get_verb(struct view l, size_t i, const struct verb *v, struct echo *e)
{
	uint64_t count = 0;
	unsigned unit = v->unit;

	i += strlen(v->word);
	if (!unit)
		unit = get_unit(l, &i);
	if (!v->radix && view_is(l, i, " -", 2))
		i += 3;
	if (!unit || i >= l.len || (v->word[0] != 'A' && !is_blank(l.p[i])))
		return false;
	*e = (struct echo){ .verb = v };
	if (!get_number(l, &i, 16, &e->at))
		return false;
	if (i < l.len && l.p[i] == ',')
		i++;
	if (v->radix == 1)
		return true;
	if (v->radix && i < l.len && !get_number(l, &i, v->radix, &count))
		count = 0;
	while (i < l.len && is_blank(l.p[i]))
		i++;
	e->size = count <= UINT64_MAX / 8 ? count * unit : 0;
	return i == l.len || l.p[i] == ';';
}

/* A word begins a line, or stands behind a prompt: "MStar # md.b ...". */
static bool is_word_start(struct view l, size_t i)
{
	return !i || is_blank(l.p[i - 1]) || l.p[i - 1] == '>' || l.p[i - 1] == '#' ||
	       l.p[i - 1] == ';';
}

bool get_echo(struct view l, struct echo *e)
{
	size_t most = l.len < 256 ? l.len : 256;

	for (size_t i = 0; i < most; i++) {
		if (!is_word_start(l, i))
			continue;
		for (const struct verb *v = verbs; v->word; v++)
			if (view_is(l, i, v->word, strlen(v->word)) &&
			    get_verb(l, i, v, e))
				return true;
	}
	return false;
}

bool is_load(struct view l)
{
	static const char *const loads[] = {
		"sf read", "nand read", "mmc read", "usb read", "spi read", "onenand read",
		"tftp", "fatload", "ext4load", "nor read", "cp.b", "cp.w", "cp.l", "loady",
		"loadb", "FLR ", "mtd read", "ubi read", "sata read", "scsi read", NULL
	};
	size_t most = l.len < 128 ? l.len : 128;

	for (size_t i = 0; i < most; i++)
		for (size_t k = 0; is_word_start(l, i) && loads[k]; k++)
			if (view_is(l, i, loads[k], strlen(loads[k])))
				return true;
	return false;
}
