/* text.c - numbers and foreign names, as people read and type them */
#include "core/text.h"

#include <ctype.h>
#include <stdlib.h>

struct short_text size_text(uint64_t n)
{
	static const char *const unit[] = { "KiB", "MiB", "GiB", "TiB", "PiB" };
	struct short_text t;
	double x = (double)n / 1024;
	unsigned i = 0;

	if (n < 1024) {
		snprintf(t.text, sizeof(t.text), "%llu B", (unsigned long long)n);
		return t;
	}
	for (; x >= 1023.95 && i + 1 < sizeof(unit) / sizeof(*unit); i++)
		x /= 1024;
	snprintf(t.text, sizeof(t.text), "%.1f %s", x, unit[i]);
	return t;
}

/* What may stand behind a number, and how far it shifts. */
static const struct suffix { const char *text; unsigned shift; } suffixes[] = {
	{ "", 0 }, { "s", 9 },
	{ "K", 10 }, { "k", 10 }, { "KiB", 10 },
	{ "M", 20 }, { "m", 20 }, { "MiB", 20 },
	{ "G", 30 }, { "g", 30 }, { "GiB", 30 },
};

/* Numbers that people type and that mean different things to different tools. */
static int refuse_number(const char *s, struct err *e)
{
	size_t n = strlen(s);
	char *end;

	if (*s == '-')
		return fail(e, ERR_USAGE, "%s: is negative; give a size such as 64K or "
			    "0x10000", s);
	strtoull(s, &end, 10);
	if (end != s && (!strcmp(end, "KB") || !strcmp(end, "kB") ||
			 !strcmp(end, "MB") || !strcmp(end, "GB") ||
			 !strcmp(end, "kb") || !strcmp(end, "Kb") ||
			 !strcmp(end, "mb") || !strcmp(end, "B")))
		return fail(e, ERR_USAGE, "%s: is 1000 for some tools and 1024 for "
			    "others; write %.*s%c for units of 1024", s,
			    (int)(end - s), s,
			    end[0] == 'B' ? ' ' : toupper((unsigned char)end[0]));
	if (end != s && *end == '.')
		return fail(e, ERR_USAGE, "%s: has a fraction; give whole units, as in "
			    "1536K for 1.5M", s);
	if (n > 1 && (s[n - 1] == 'h' || s[n - 1] == 'H'))
		return fail(e, ERR_USAGE, "%s: has no prefix; write hexadecimal as 0x%.*s", s,
			    (int)n - 1, s);
	return fail(e, ERR_USAGE, "%s: is no number; give a size such as 65536, 64K or "
		    "0x10000", s);
}

int parse_size(const char *s, uint64_t *out, struct err *e)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	uint64_t x = 0;
	const char *p = hex ? s + 2 : s;
	const char *digits = p;
	unsigned base = hex ? 16 : 10;

	for (; hex ? isxdigit((unsigned char)*p) : isdigit((unsigned char)*p); p++) {
		unsigned d = isdigit((unsigned char)*p) ? (unsigned)*p - '0'
			: (unsigned)(tolower((unsigned char)*p) - 'a') + 10;

		if (x > (UINT64_MAX - d) / base)
			return fail(e, ERR_USAGE, "%s: is larger than any flash; check "
				    "the number", s);
		x = x * base + d;
	}
	if (p == digits)
		return refuse_number(s, e);
	if (!hex && digits[0] == '0' && p - digits > 1)
		return fail(e, ERR_USAGE, "%s: a leading 0 is octal for some tools; "
			    "write 0x%s or %s", s, s + 1, s + strspn(s, "0"));
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		if (strcmp(p, suffixes[i].text))
			continue;
		if (x > UINT64_MAX >> suffixes[i].shift)
			return fail(e, ERR_USAGE, "%s: is larger than any flash; check "
				    "the number", s);
		*out = x << suffixes[i].shift;
		return 0;
	}
	return refuse_number(s, e);
}

static int parse_part(const char *s, size_t n, uint64_t *out, struct err *e)
{
	char text[64];

	if (n >= sizeof(text))
		return fail(e, ERR_USAGE, "%.40s: is no range; give OFF+LEN, OFF..END, "
			    "OFF.. or +LEN", s);
	memcpy(text, s, n);
	text[n] = 0;
	return parse_size(text, out, e);
}

int parse_range(const char *s, uint64_t size, struct range *out, struct err *e)
{
	const char *plus = strchr(s, '+'), *dots = strstr(s, "..");
	uint64_t at = 0, len = 0, end;

	if (!plus && !dots)
		return fail(e, ERR_USAGE, "%s: is no range; give OFF+LEN, OFF..END, "
			    "OFF.. or +LEN", s);
	if (plus) {
		if ((plus != s && parse_part(s, (size_t)(plus - s), &at, e) < 0) ||
		    parse_size(plus + 1, &len, e) < 0)
			return -1;
	} else {
		if (parse_part(s, (size_t)(dots - s), &at, e) < 0)
			return -1;
		end = size;
		if (dots[2] && parse_size(dots + 2, &end, e) < 0)
			return -1;
		if (end < at)
			return fail(e, ERR_USAGE, "%s: ends before it begins; give "
				    "OFF..END with END above OFF", s);
		len = end - at;
	}
	if (at > size || len > size - at)
		return fail(e, ERR_USAGE, "%s: ends at 0x%llx, the input at 0x%llx; "
			    "give less", s, (unsigned long long)(at + len),
			    (unsigned long long)size);
	*out = (struct range){ at, len };
	return 0;
}

/* The length of the valid UTF-8 sequence at p, and its code point; or 0. */
static size_t utf8_at(const uint8_t *p, size_t left, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3
		 : p[0] >> 3 == 30 ? 4 : 0;

	if (!n || n > left)
		return 0;
	*code = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3fu);
	}
	if (*code < least[n] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return n;
}

bool is_utf8(struct view v)
{
	uint32_t code;
	size_t n;

	for (size_t i = 0; i < v.len; i += n)
		if (!(n = utf8_at(v.p + i, v.len - i, &code)))
			return false;
	return true;
}

/* C0 and C1 controls, zero-width and bidi marks, line separators, BOM. */
static bool is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

void put_escaped(struct buf *b, struct view v)
{
	uint32_t code = 0;
	size_t n;

	for (size_t i = 0; i < v.len; i += n) {
		n = utf8_at(v.p + i, v.len - i, &code);
		if (!n) {
			put_text(b, "\\x%02x", v.p[i]);
			n = 1;
		} else if (n == 1 && is_harmful(code)) {
			put_text(b, "\\x%02x", (unsigned)code);
		} else if (is_harmful(code)) {
			put_text(b, code > 0xffff ? "\\U%08x" : "\\u%04x",
				 (unsigned)code);
		} else if (code == '\\') {
			put(b, "\\\\", 2);
		} else {
			put(b, v.p + i, n);
		}
	}
}

void put_name(struct buf *b, const char *name)
{
	struct buf esc = { 0 };
	bool quote;

	put_escaped(&esc, view_text(name));
	quote = esc.len != strlen(name) || !*name || strpbrk(name, " '\"$`*?[];&|<>(){}");
	if (quote)
		put8(b, '\'');
	put_view(b, buf_view(&esc));
	if (quote)
		put8(b, '\'');
	buf_free(&esc);
}

bool next_line(struct view *v, struct view *line)
{
	const uint8_t *nl;
	size_t n;

	if (!v->len)
		return false;
	nl = memchr(v->p, '\n', v->len);
	n = nl ? (size_t)(nl - v->p) : v->len;
	*line = (struct view){ v->p, n, v->at };
	*v = view_from(*v, nl ? n + 1 : n);
	return true;
}

static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= sizeof(row) / sizeof(*row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (*a != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

const char *nearest(const char *word, const char *const *words)
{
	const char *best = NULL;
	size_t least = strlen(word) / 3 + 2;

	for (; *words; words++) {
		size_t d = distance(word, *words);

		if (d < least) {
			least = d;
			best = *words;
		}
	}
	return best;
}
