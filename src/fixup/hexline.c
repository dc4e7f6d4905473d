/* hexline.c - one line of a hex dump, whoever printed it */
#include "fixup/hexline.h"

int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(struct view l, size_t i)
{
	return i < l.len && hex_digit(l.p[i]) >= 0;
}

static bool is_char(struct view l, size_t i, uint8_t c)
{
	return i < l.len && l.p[i] == c;
}

static bool is_blank(struct view l, size_t i)
{
	return is_char(l, i, ' ') || is_char(l, i, '\t');
}

static size_t blanks(struct view l, size_t i)
{
	size_t n = 0;

	while (is_blank(l, i + n))
		n++;
	return n;
}

static unsigned digits(struct view l, size_t i, unsigned most)
{
	unsigned n = 0;

	while (n < most && is_hex(l, i + n))
		n++;
	return n;
}

static bool ends_blank(struct view l, size_t i)
{
	return i >= l.len || i + blanks(l, i) == l.len;
}

/* NetOS shows a blank as '.', and it and CFE 0x7f as it is. */
static bool shows(uint8_t c, uint8_t byte)
{
	if (byte > 0x20 && byte < 0x7f)
		return c == byte;
	return c == '.' || (c == byte && (byte == 0x20 || byte == 0x7f));
}

/* What a line looks like while it is read. */
struct look {
	struct view l;
	size_t begin;				/* of the address */
	char open;
	bool colon;
	unsigned seps, groups;
	uint16_t end[MOST_LINE_BYTES];		/* behind each group */
	uint8_t seen[MOST_LINE_BYTES];		/* seps before it */
};

/* The address; returns where the groups begin, or 0. */
static size_t get_address(struct look *k, struct hexline *h, size_t i)
{
	size_t from = i, gap;

	if (is_char(k->l, i, '[')) {
		k->open = '[';
		i++;
	} else if (is_char(k->l, i, '0') &&
		   (is_char(k->l, i + 1, 'x') || is_char(k->l, i + 1, 'X'))) {
		k->open = 'x';
		i += 2;
	}
	h->digits = digits(k->l, i, 17);
	if (h->digits < LEAST_DIGITS || h->digits > 16)
		return 0;
	h->from = (unsigned)i;
	h->at = 0;
	for (unsigned d = 0; d < h->digits; d++)
		h->at = h->at << 4 | (unsigned)hex_digit(k->l.p[i++]);
	if (k->open == '[' && !is_char(k->l, i++, ']'))
		return 0;
	if (!k->open || k->open == 'x')
		k->colon = is_char(k->l, i, ':');
	i += k->colon;
	gap = blanks(k->l, i);
	return gap && i > from ? i + gap : 0;
}

/* Step over what separates two groups after n bytes; 0: the groups end here. */
static size_t get_separator(struct look *k, size_t i, unsigned n)
{
	struct view l = k->l;
	unsigned sep = 0;
	size_t len = 1;

	if (is_char(l, i, ' '))
		sep = SEP_SPACE;
	else if (is_char(l, i, '.') && n % 4 == 0)
		sep = SEP_DOT;
	else if (is_char(l, i, '-') && n % 4 == 0)
		sep = SEP_DASH;
	if (view_is(l, i, " - ", 3)) {
		sep = SEP_DASH;
		len = 3;
	} else if (n == 8 && view_is(l, i, "  ", 2) && is_hex(l, i + 2)) {
		sep = SEP_DOUBLE;
		len = 2;
	} else if (blanks(l, i) > 1 || is_char(l, i, '\t')) {
		sep = SEP_WIDE;
		len = blanks(l, i);
	}
	if (!sep || !is_hex(l, i + len))
		return 0;
	k->seps |= sep;
	return i + len;
}

static bool get_groups(struct look *k, struct hexline *h, size_t i)
{
	unsigned d = digits(k->l, i, 17), n = 0;
	size_t next;

	if (d != 2 && d != 4 && d != 8 && d != 16)
		return false;
	h->width = d / 2;
	for (;;) {
		unsigned have = digits(k->l, i, d + 1);
		bool part = have < d && have && have % 2 == 0 && n;

		if ((have != d && !part) || n + have / 2 > MOST_LINE_BYTES)
			break;
		for (unsigned b = 0; b < have / 2; b++, n++, i += 2) {
			h->col[n] = (uint16_t)i;
			h->byte[n] = (uint8_t)(hex_digit(k->l.p[i]) << 4 |
					       hex_digit(k->l.p[i + 1]));
		}
		k->seen[k->groups] = (uint8_t)k->seps;
		k->end[k->groups++] = (uint16_t)i;
		h->n = n;
		next = get_separator(k, i, n);
		if (part || !next)
			break;
		i = next;
	}
	return n > 0;
}

/* The number of the byte that the text shows at place i, words being little. */
static unsigned turned(const struct hexline *h, unsigned i)
{
	unsigned first = i / h->width * h->width;
	unsigned w = h->n - first < h->width ? h->n - first : h->width;

	return first + w - 1 - (i - first);
}

/* Which orders agree with the text at column i; a cut end counts as blanks. */
static unsigned orders_of(struct view l, size_t i, const struct hexline *h)
{
	unsigned orders = ORDER_ANY;

	for (unsigned b = 0; b < h->n && orders; b++) {
		uint8_t c = i + b < l.len ? l.p[i + b] : ' ';

		if (!shows(c, h->byte[b]))
			orders &= ~(unsigned)ORDER_BIG;
		if (!shows(c, h->byte[turned(h, b)]))
			orders &= ~(unsigned)ORDER_LITTLE;
	}
	return orders;
}

static enum text get_text(struct view l, size_t i, struct hexline *h)
{
	size_t gap = blanks(l, i), from = i + gap;
	char bar = from < l.len ? (char)l.p[from] : 0;

	if ((bar == '|' || bar == '>') && gap && from + h->n + 1 < l.len &&
	    is_char(l, from + h->n + 1, bar == '|' ? '|' : '<') &&
	    ends_blank(l, from + h->n + 2)) {
		h->text = (unsigned)from + 1;
		h->orders = orders_of(view_upto(l, 0, from + 1 + h->n), from + 1, h);
		if (h->orders)
			return bar == '|' ? TEXT_BARS : TEXT_ANGLE;
	}
	for (size_t g = 1; g <= gap && i + g <= l.len; g++) {
		if (!ends_blank(l, i + g + h->n))
			continue;
		h->text = (unsigned)(i + g);
		h->orders = orders_of(l, i + g, h);
		if (h->orders)
			return TEXT_PLAIN;
	}
	h->orders = ORDER_ANY;
	h->text = (unsigned)l.len;
	/* Text of blanks only, and the blanks were trimmed. */
	if (ends_blank(l, i) && orders_of(l, l.len, h))
		return TEXT_PLAIN;
	h->orders = ORDER_ANY;
	h->text = 0;
	return TEXT_NONE;
}

static bool name_it(const struct look *k, struct hexline *h, unsigned groups,
		    enum text text)
{
	unsigned seps = k->seen[groups - 1];

	for (const struct dialect *d = dialects; d->format; d++)
		if (d->open == k->open && d->colon == k->colon && d->text == text &&
		    (d->widths & h->width) && (seps & d->need) == d->need &&
		    !(seps & ~d->may)) {
			h->dialect = d;
			return true;
		}
	return false;
}

/*
 * How many groups there are is decided by the text: with one blank before it,
 * text like "ab" could be taken for a group. Without text the line must be
 * nothing but an address and groups.
 */
static bool get_rest(struct look *k, struct hexline *h)
{
	unsigned n = h->n;
	enum text text;

	for (unsigned g = k->groups; g; g--) {
		h->n = g == k->groups ? n : g * h->width;
		text = get_text(k->l, k->end[g - 1], h);
		if (text != TEXT_NONE && name_it(k, h, g, text))
			return true;
	}
	h->n = n;
	return !(n % h->width) && ends_blank(k->l, k->end[k->groups - 1]) &&
	       k->begin == blanks(k->l, 0) && name_it(k, h, k->groups, TEXT_NONE);
}

static bool get_at(struct view line, size_t i, struct hexline *h)
{
	struct look k = { .l = line, .begin = i };
	size_t groups = get_address(&k, h, i);

	return groups && get_groups(&k, h, groups) && get_rest(&k, h);
}

/* Where an address may begin: at the start, or behind a blank or a bracket. */
static bool may_begin(struct view l, size_t i)
{
	if (i && !is_blank(l, i - 1) && l.p[i - 1] != ']' && l.p[i - 1] != '>')
		return false;
	if (is_char(l, i, '['))
		return digits(l, i + 1, LEAST_DIGITS) == LEAST_DIGITS;
	if (is_char(l, i, '0') && (is_char(l, i + 1, 'x') || is_char(l, i + 1, 'X')))
		return digits(l, i + 2, LEAST_DIGITS) == LEAST_DIGITS;
	return digits(l, i, LEAST_DIGITS) == LEAST_DIGITS;
}

bool get_hexline(struct view line, struct hexline *h)
{
	size_t most;

	line = view_upto(line, 0, MOST_LINE);
	most = line.len < 96 ? line.len : 96;
	for (size_t i = 0; i < most; i++)
		if (may_begin(line, i) && get_at(line, i, h))
			return true;
	return false;
}

/* Whether many words of one length stand in a row, one character between. */
static bool has_row(struct view l)
{
	unsigned row = 0, was = 0;

	for (size_t i = 0; i < l.len; i++) {
		unsigned d = digits(l, i, 17);
		bool word = d == 2 || d == 4 || d == 8 || d == 16;

		row = !word ? 0 : d == was ? row + 1 : 1;
		if (row >= 6 || (d >= 8 && row * d >= 32))
			return true;
		was = word ? d : 0;
		i += d;
	}
	return false;
}

bool was_hexline(struct view l, uint64_t *at)
{
	struct look k = { .l = view_upto(l, 0, MOST_LINE) };
	struct hexline h = { 0 };
	size_t i = blanks(k.l, 0), groups = get_address(&k, &h, i);

	*at = groups && (k.colon || k.open) ? h.at : 0;
	if (*at)
		return true;
	/* A header that counts the columns is none. */
	return has_row(k.l) && !memmem(l.p, l.len, "00 01 02 03", 11);
}
