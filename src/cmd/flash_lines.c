/* flash_lines.c - the lines a person would type to write a flash (-n) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/connet.h"
#include "cmd/flash_loader.h"
#include "core/hash.h"

/*
 * How the loader itself can stop when memory does not hold what it should:
 * "crc32 -v", or the sum it stores compared by itest, in the order it stores.
 */
enum guard { BY_EYE, BY_VERIFY, BY_ITEST, BY_ITEST_SWAPPED };

/* Which order the sum of some bytes is stored in: the device is asked. */
static int stored_order(struct loading *l, enum guard *g, struct err *e)
{
	struct console *c = &l->t.c;
	unsigned long long ram = l->t.ram, to = l->t.ram + l->room / 2;
	struct buf answer = { 0 };
	char line[128], want[16];
	uint32_t crc;
	int r;

	*g = BY_EYE;
	snprintf(line, sizeof(line), "crc32 0x%llx 0x40 0x%llx", ram, to);
	r = console_ask(c, line, 5000, &answer, e);
	if (r || !console_crc_answer(buf_view(&answer), ram, 0x40, &crc)) {
		buf_free(&answer);
		return r;
	}
	buf_clear(&answer);
	snprintf(line, sizeof(line), "md.l 0x%llx 1", to);
	r = console_ask(c, line, 5000, &answer, e);
	snprintf(want, sizeof(want), ": %08x", crc);
	if (!r && strstr(buf_string(&answer), want))
		*g = BY_ITEST;
	snprintf(want, sizeof(want), ": %08x", __builtin_bswap32(crc));
	if (!r && strstr(buf_string(&answer), want))
		*g = BY_ITEST_SWAPPED;
	buf_free(&answer);
	return r;
}

static int find_guard(struct loading *l, enum guard *g, struct err *e)
{
	bool has;

	*g = BY_VERIFY;
	if (console_helps(&l->t.c, "crc32", "-v", &has, e))
		return -1;
	if (has)
		return 0;
	*g = BY_EYE;
	if (console_helps(&l->t.c, "itest", "itest", &has, e))
		return -1;
	return has && stored_order(l, g, e) ? -1 : 0;
}

static void print_guard(const struct loading *l, enum guard g, uint64_t size,
			uint32_t crc)
{
	unsigned long long ram = l->t.ram, to = ram + l->room / 2;

	if (g == BY_VERIFY)
		printf("crc32 -v 0x%llx 0x%llx %08x && ", ram, (unsigned long long)size, crc);
	else if (g == BY_EYE)
		printf("crc32 0x%llx 0x%llx\n", ram, (unsigned long long)size);
	else
		printf("crc32 0x%llx 0x%llx 0x%llx && itest.l *0x%llx == 0x%08x && ", ram,
		       (unsigned long long)size, to, to,
		       g == BY_ITEST ? crc : __builtin_bswap32(crc));
}

static void print_load(const struct loading *l, const struct update_step *s)
{
	const char *slash = strrchr(l->image, '/'), *name = slash ? slash + 1 : l->image;
	unsigned long long ram = l->t.ram;

	if (l->o->via == LOAD_SD)
		printf("fatload mmc 0 0x%llx %s 0x%llx 0x%llx && ", ram, name,
		       (unsigned long long)s->size, (unsigned long long)(s->at - l->from));
	else if (l->o->via == LOAD_TFTP)
		printf("tftpboot 0x%llx %s.0x%llx && ", ram, name,
		       (unsigned long long)s->at);
	else
		printf("loady 0x%llx\n", ram);
}

static void print_write(const struct loading *l, const struct update_step *s)
{
	const struct store *store = l->t.store.store;
	struct range place = { s->at, s->size };
	struct buf line = { 0 };

	if (store->erase) {
		store_command(&line, store->erase, store, l->t.ram, place);
		put_text(&line, " && ");
	}
	store_command(&line, store->write, store, l->t.ram, place);
	printf("%s\n", buf_string(&line));
	buf_free(&line);
}

int loading_print(struct loading *l, struct err *e)
{
	enum guard g;

	if (find_guard(l, &g, e) < 0)
		return -1;
	printf("%s\n", l->t.store.store->probe[0]);
	for (size_t i = 0; i < l->plan.n; i++) {
		const struct update_step *s = &l->plan.step[i];
		unsigned long long at = s->at, size = s->size;
		uint32_t crc = crc32_of(0, loading_bytes(l, s));

		print_load(l, s);
		print_guard(l, g, s->size, crc);
		print_write(l, s);
		say(l->r, "0x%06llx    send 0x%llx bytes of %s from 0x%llx on; crc32 %08x%s",
		    at, size, l->image, (unsigned long long)(s->at - l->from), crc,
		    g == BY_EYE ? ", compare it before the next line" : "");
	}
	return 0;
}
