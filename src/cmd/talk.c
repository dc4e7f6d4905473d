/* talk.c - a dialogue with a boot loader, as the commands lead it */
#include "cmd/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/connet.h"

enum { SLOW_MS = 120000, LEAST_FLASH = 64 * 1024 };

const char *const store_words[] = { "auto", "sf", "nand", "mmc", "flash", NULL };

static const unsigned bauds[] = { 115200, 57600, 38400, 921600, 1500000, 19200, 9600 };

static int set_baud(struct talk *t, struct err *e)
{
	char *end;
	unsigned long n = 115200;

	if (!t->o->baud || !strcmp(t->o->baud, "auto"))
		return 0;
	n = strtoul(t->o->baud, &end, 10);
	if (*end || !n)
		return fail(e, ERR_USAGE, "--baud %s: is no rate; give 115200 or auto",
			    t->o->baud);
	return wire_set_baud(&t->wire, (unsigned)n, e);
}

/* The rate at which a prompt is found, or the error of the first. */
static int attach(struct talk *t, struct err *e)
{
	struct err first;

	if (!t->o->baud || strcmp(t->o->baud, "auto") || !t->wire.is_tty)
		return console_attach(&t->c, &t->how, e);
	t->how.patience_s = 6;
	for (size_t i = 0; i < sizeof(bauds) / sizeof(*bauds); i++) {
		if (wire_set_baud(&t->wire, bauds[i], e) < 0)
			return -1;
		if (!console_attach(&t->c, &t->how, e))
			return 0;
		if (!i)
			first = *e;
	}
	*e = first;
	return -1;
}

int talk_log(struct talk *t, const char *base, bool append, struct err *e)
{
	snprintf(t->log, sizeof(t->log), "%s.log", base);
	t->wire.log = fopen(t->log, append ? "ae" : t->r->common->force ? "we" : "wxe");
	if (t->wire.log)
		return 0;
	fail_sys(e, "cannot write the transcript");
	return err_about(e, t->log);
}

static void say_console(struct talk *t)
{
	const struct loader *l = t->c.loader;
	char baud[32] = "";

	if (t->wire.is_tty && t->wire.baud)
		snprintf(baud, sizeof(baud), ", %u baud", t->wire.baud);
	say(t->r, "console     %s, prompt \"%s\"%s", t->c.version[0] ? t->c.version
	    : l ? l->title : "not recognised", t->c.prompt, baud);
}

int talk_open(struct talk *t, const char *port, struct err *e)
{
	t->how.prompt = t->o->prompt;
	t->how.loader = t->o->loader;
	if (t->o->wait)
		t->how.patience_s = (unsigned)t->o->wait;
	t->c.wire = &t->wire;
	if (wire_open(&t->wire, port, 115200, e) < 0 || set_baud(t, e) < 0 ||
	    attach(t, e) < 0)
		return -1;
	if (!t->c.loader && t->o->uboot)
		t->c.loader = loader_named("u-boot");
	say_console(t);
	return 0;
}

void talk_close(struct talk *t)
{
	if (t->wire.log)
		fclose(t->wire.log);
	console_free(&t->c);
	wire_close(&t->wire);
}

/* Type it, and see the word in its answer that means success. */
int talk_command(struct talk *t, const char *text, const char *good, struct err *e)
{
	struct buf answer = { 0 };
	int r = -1;

	for (int i = 0; i < 4 && r; i++) {
		buf_clear(&answer);
		r = console_ask(&t->c, text, SLOW_MS, &answer, e);
		if (r < 0)
			break;
		if (!r && good && (!answer.len ||
				   !memmem(answer.p, answer.len, good, strlen(good))))
			r = 2;
	}
	if (r > 0) {
		struct view v = view_upto(buf_view(&answer), 0, 80);

		fail(e, ERR_DEVICE, "\"%s\" answers \"%.*s\"; try it by hand", text,
		     (int)v.len, (const char *)v.p);
		err_about(e, t->wire.name);
		r = -1;
	}
	buf_free(&answer);
	return r;
}

int talk_find_store(struct talk *t, struct err *e)
{
	const struct store *s = t->o->from ? store_named(store_words[t->o->from]) : NULL;
	int r = 1;

	for (int i = 0; i < 3 && r == 1 && !t->store.store; i++)
		r = store_find(&t->c, s, &t->store, e);
	if (t->store.store)
		return 0;
	if (r < 0)
		return -1;
	fail(e, ERR_DEVICE, "no %s answers; see what it has with help, and give --from",
	     s ? s->name : "sf, nand, mmc or flash");
	return err_about(e, t->wire.name);
}

int talk_stage(struct talk *t, struct err *e)
{
	if (talk_find_store(t, e) < 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		int r = store_fetch(&t->c, t->store.store, t->ram, t->flash, e);

		if (r <= 0)
			return r;
		if (console_attach(&t->c, &t->how, e) < 0)
			return -1;
	}
	return fail(e, ERR_DEVICE, "the device starts anew whenever its flash is read; "
		    "disable its watchdog first");
}

int talk_restore(struct console *c, void *arg, struct err *e)
{
	struct talk *t = arg;

	(void)c;
	say(t->r, "reset       the device started anew; stopping it and going on");
	if (console_attach(&t->c, &t->how, e) < 0)
		return -1;
	return t->flash.size ? talk_stage(t, e) : 0;
}

int talk_flash_size(struct talk *t, uint64_t *size, struct err *e)
{
	if (talk_find_store(t, e) < 0)
		return -1;
	*size = t->o->size ? t->o->size : t->store.size;
	if (*size >= LEAST_FLASH)
		return 0;
	return fail(e, ERR_USAGE, "%s does not tell the flash's size; give --size 16M, or "
		    "--range", t->store.store->probe[0]);
}

int talk_find_ram(struct talk *t, struct err *e)
{
	t->ram = t->o->ram;
	if (t->ram)
		return 0;
	if (console_ram(&t->c, &t->ram, e) < 0)
		return -1;
	return t->ram ? 0 : fail(e, ERR_USAGE, "the device does not say where its memory "
				 "is; give --ram 0x82000000");
}

int talk_mtdparts(struct talk *t, char *text, size_t n, struct err *e)
{
	static const char *const names[] = { "mtdparts", "bootargs" };
	char value[2048];
	int r = 0;

	text[0] = 0;
	for (size_t i = 0; !r && !text[0] && i < sizeof(names) / sizeof(*names); i++) {
		const char *hit;

		r = console_getenv(&t->c, names[i], value, sizeof(value), e);
		hit = strstr(value, "mtdparts=");
		if (!r && hit)
			snprintf(text, n, "%.*s", (int)strcspn(hit, " "), hit);
	}
	return r;
}
