/* mtdparts.c - the kernel's partition list on its command line */
#include "core/text.h"
#include "scan/mapmake.h"

/*
 *	list	= device { ";" device }
 *	device	= id ":" part { "," part }
 *	part	= ( size | "-" ) [ "@" offset ] [ "(" name ")" ] [ro] [lk] [slc]
 *
 * The ":" is the last one before the first "(" of the device: an id may hold
 * some itself. Numbers are as C has them (0x, and 0 for octal), with K M G T P
 * E behind them. "-" is the rest of the flash and stands last. Without an
 * offset a part begins where the one before ends. What is behind the end of
 * the flash is cut, what is then empty is left out.
 */
struct mtd_list {
	struct cursor c;
	uint64_t size;		/* of the flash, or 0 */
	struct map *map;
	uint64_t next;		/* where a part without an offset begins */
	bool rest;		/* "-" was there */
	unsigned index;
};

enum { MOST_LIST = 4096 };

static int peek_byte(const struct cursor *c)
{
	return c->pos < c->v.len ? c->v.p[c->pos] : 0;
}

static bool take(struct cursor *c, const char *word)
{
	if (!view_is(c->v, c->pos, word, strlen(word)))
		return false;
	c->pos += strlen(word);
	return true;
}

static int digit_of(int ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : 99;
}

/* A number as memparse() reads it; false where there is none. */
static bool get_number(struct cursor *c, uint64_t *out)
{
	static const char units[] = "KMGTPE";
	unsigned base = 10;
	size_t start;
	uint64_t x = 0;
	const char *unit;

	if (peek_byte(c) == '0') {
		base = 8;
		if (take(c, "0x") || take(c, "0X"))
			base = 16;
	}
	start = c->pos;
	for (int d; (d = digit_of(peek_byte(c))) < (int)base; c->pos++) {
		if (x > (UINT64_MAX - (unsigned)d) / base)
			return false;
		x = x * base + (unsigned)d;
	}
	if (c->pos == start)
		return false;
	unit = peek_byte(c) ? strchr(units, peek_byte(c) & ~0x20) : NULL;
	if (unit) {
		unsigned shift = 10 * (unsigned)(unit - units + 1);

		if (x > (uint64_t)INT64_MAX >> shift)
			return false;
		x <<= shift;
		c->pos++;
	}
	*out = x;
	return x <= INT64_MAX;
}

static int wrong(struct mtd_list *l, const char *what, struct err *e)
{
	struct view rest = view_upto(l->c.v, l->c.pos, 24);
	struct buf b = { 0 };

	put_escaped(&b, rest);
	fail(e, ERR_FORMAT, "mtdparts: %s at \"%s\"; as in mtdparts=nor:320K(BOOT),"
	     "1536K@0x50000(KERNEL),-(rest)", what, buf_string(&b));
	buf_free(&b);
	return -1;
}

static int get_name(struct mtd_list *l, struct view *name, char room[16],
		    struct err *e)
{
	struct view rest = view_from(l->c.v, l->c.pos + 1);
	const uint8_t *close;

	if (peek_byte(&l->c) != '(') {
		snprintf(room, 16, "Partition_%03u", l->index);
		*name = view_text(room);
		return 0;
	}
	close = rest.len ? memchr(rest.p, ')', rest.len) : NULL;
	if (!close)
		return wrong(l, "a name without \")\"", e);
	*name = view_sub(rest, 0, (uint64_t)(close - rest.p));
	l->c.pos += name->len + 2;
	return 0;
}

static void add_part(struct mtd_list *l, struct view name, uint64_t size,
		     bool readonly)
{
	size_t n = l->map->n;

	if (l->rest)
		size = l->size > l->next ? l->size - l->next : 0;
	if (size || (l->rest && !l->size))
		map_part(l->map, name, l->next, size);
	if (l->map->n > n)
		l->map->part[n].readonly = readonly;
	l->next = size > INT64_MAX - l->next ? INT64_MAX : l->next + size;
}

static int get_part(struct mtd_list *l, struct err *e)
{
	uint64_t size = 0;
	struct view name;
	char room[16];
	bool readonly;

	if (l->rest)
		return wrong(l, "nothing may follow \"-\", the rest,", e);
	l->rest = take(&l->c, "-");
	if (!l->rest && (!get_number(&l->c, &size) || !size))
		return wrong(l, "no size", e);
	if (take(&l->c, "@") && !get_number(&l->c, &l->next))
		return wrong(l, "no offset", e);
	if (get_name(l, &name, room, e) < 0)
		return -1;
	readonly = take(&l->c, "ro");
	(void)take(&l->c, "lk");
	(void)take(&l->c, "slc");
	l->index++;
	if (l->index > MOST_MAP_PARTS)
		return wrong(l, "more partitions than any flash has", e);
	add_part(l, name, size, readonly);
	return 0;
}

/* The id, up to the last ':' before the first '(' or the end. */
static int get_id(struct mtd_list *l, struct view *id, struct err *e)
{
	struct view rest = view_from(l->c.v, l->c.pos);
	size_t colon = SIZE_MAX;

	for (size_t i = 0; i < rest.len && rest.p[i] != '(' && rest.p[i] != ';'; i++)
		if (rest.p[i] == ':')
			colon = i;
	if (colon == SIZE_MAX)
		return wrong(l, "no device with a \":\"", e);
	*id = view_sub(rest, 0, colon);
	l->c.pos += colon + 1;
	return 0;
}

static int get_device(struct mtd_list *l, struct maps *m,
		      const struct speaker *who, struct err *e)
{
	struct view id;

	l->next = 0;
	l->rest = false;
	l->index = 0;
	if (get_id(l, &id, e) < 0)
		return -1;
	map_device(l->map, id);
	map_source(l->map, "mtdparts in %s", who->source);
	l->map->line = who->line;
	do {
		if (get_part(l, e) < 0)
			return -1;
	} while (take(&l->c, ","));
	if (l->c.pos < l->c.v.len && peek_byte(&l->c) != ';')
		return wrong(l, "neither \",\" nor \";\"", e);
	map_done(m, l->map, l->size);
	return 0;
}

/* The list ends at a blank, a quote, a control; a name may hold a blank. */
static struct view list_of(struct view text)
{
	bool in_name = false;
	size_t i;

	text = view_upto(text, 0, MOST_LIST);
	for (i = 0; i < text.len; i++) {
		uint8_t c = text.p[i];

		if (c < ' ' || c == 0x7f || (c == ' ' && !in_name) ||
		    strchr("\"'`\\<&}", c))
			break;
		in_name = c == '(' || (in_name && c != ')');
	}
	return view_sub(text, 0, i);
}

int maps_mtdparts(struct maps *m, const struct speaker *who, struct view text,
		  uint64_t size, struct err *e)
{
	struct mtd_list l = { .c = cursor(list_of(text), LITTLE), .size = size };
	int n = 0;

	while (take(&l.c, "mtdparts="))
		;
	do {
		l.map = map_new(m, who->rank, who->from);
		if (!l.map)
			return n;
		if (get_device(&l, m, who, e) < 0) {
			map_drop(m);
			return n ? n : -1;
		}
		n++;
	} while (take(&l.c, ";"));
	return n;
}
