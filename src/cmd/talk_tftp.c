/* talk_tftp.c - memory of a device comes as an upload of its own */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/clock.h"
#include "acquire/connet.h"
#include "acquire/tftp.h"
#include "cmd/talk.h"
#include "core/hash.h"

enum { ANSWER_MS = 5000, LINGER_MS = 15000, PATIENCE_S = 12, LOOK_MS = 50, TRIES = 3,
       FREE_PORT = 6969 };

/* One transfer, with the console watched meanwhile. */
struct upload {
	struct talk *t;
	const char *stage;
	uint64_t total;
	int64_t looked;
	bool back;			/* the prompt is: the device has ended */
};

static int tick(uint64_t done, uint64_t total, void *arg)
{
	struct upload *u = arg;
	struct console *c = &u->t->c;
	struct err ignored;

	(void)total;
	progress(u->t->r, u->stage, done, u->total);
	if (now_ms() - u->looked < LOOK_MS)
		return 0;
	u->looked = now_ms();
	wire_receive(c->wire, &c->in, 1, 1, &ignored);
	u->back = console_is_back(c);
	return u->back;
}

/* What the loader said last, where it ended before the transfer did. */
static int say_why(struct talk *t, struct buf *answer, struct err *e)
{
	char *text = (char *)buf_string(answer), *line = NULL, *save = NULL;

	for (char *p = strtok_r(text, "\r\n\b", &save); p;
	     p = strtok_r(NULL, "\r\n\b", &save))
		if (strspn(p, " \t#T*") < strlen(p))
			line = p;
	fail(e, ERR_DEVICE, "the transfer ended early: \"%.80s\"; look at the cable, "
	     "or give --ipaddr and --serverip", line ? line : "");
	return err_about(e, t->wire.name);
}

/* A server at that port, which the device is told unless it is the usual one. */
static int open_server(struct talk *t, const struct connet *n, unsigned port,
		       const struct tftp_opts *opts, struct tftp *s, struct err *e)
{
	struct tftp_opts how = *opts;
	const char *given = t->o->tftp;
	char text[64];

	how.address = given && *given ? given : n->is_local ? n->ours : NULL;
	how.port = port;
	if (tftp_open(s, &how, e) < 0)
		return -1;
	say(t->r, "tftp        port %u of %s, device %s", s->port, n->ours, n->theirs);
	if (s->port == 69)
		return 0;
	snprintf(text, sizeof(text), "setenv tftpdstp %u", s->port);
	if (talk_command(t, text, NULL, e) == 0)
		return 0;
	tftp_close(s);
	return -1;
}

/*
 * Type the line, serve the transfer it makes, wait for the prompt. 0; 1: the
 * device started anew; -1: the transfer failed, the prompt is back.
 */
static int transfer(struct upload *u, const char *line, struct tftp *s,
		    struct view give, struct buf *take, struct err *e)
{
	struct console *c = &u->t->c;
	struct buf answer = { 0 };
	struct err ignored;
	int r = console_type(c, line, 0, NULL, e), ended;

	if (r) {
		buf_free(&answer);
		return r;
	}
	u->back = false;
	r = take ? tftp_receive(s, take, e) : tftp_send(s, give, e);
	progress_end(u->t->r);
	if (r < 0 && !u->back) {
		ended = console_stop(c, &ignored);
	} else {
		ended = console_answer(c, LINGER_MS, &answer, e);
		if (!ended && r < 0)
			say_why(u->t, &answer, e);
	}
	buf_free(&answer);
	return r < 0 && ended <= 0 ? -1 : ended;
}

/* The words for an upload: mainline's, or those of old HiSilicon loaders. */
static int find_words(struct talk *t, bool *vendor, struct err *e)
{
	bool has;

	*vendor = false;
	if (console_helps(&t->c, "tftpput", "tftpput", &has, e))
		return -1;
	if (has)
		return 0;
	/* Elsewhere the same three words would load into memory. */
	if (console_helps(&t->c, "tftp", "upload", vendor, e))
		return -1;
	if (*vendor)
		return 0;
	fail(e, ERR_UNSUPPORTED, "this loader cannot upload, it has no tftpput; give "
	     "--via md");
	err_about(e, t->wire.name);
	return 1;
}

/* The device's sum over the staged bytes, 0 also where it has none. */
static int staged_crc(struct talk *t, uint32_t *crc, bool *has, struct err *e)
{
	int r = console_crc32(&t->c, t->ram, t->flash.size, crc, e);

	if (r == 1)
		return fail(e, ERR_DEVICE, "the device started anew in the middle; keep its "
			    "watchdog quiet, and run again");
	*has = r == 0;
	return r < 0 ? -1 : 0;
}

static int prove(struct talk *t, struct view got, uint32_t before, bool has,
		 struct err *e)
{
	uint32_t after = before;

	if (got.len != t->flash.size)
		return fail(e, ERR_DEVICE, "%zu of %llu bytes came; run again", got.len,
			    (unsigned long long)t->flash.size);
	if (!has)
		return 0;
	if (staged_crc(t, &after, &has, e) < 0)
		return -1;
	if (after == before && crc32_of(0, got) == before)
		return 0;
	return fail(e, ERR_DEVICE, "the device's crc32 is %08x before and %08x after, of the "
		    "bytes that came %08x; run again, or give --via md", before, after,
		    crc32_of(0, got));
}

/* One upload, proven as far as one can be; 1: the device started anew. */
static int upload_once(struct upload *u, const char *line, struct tftp *s,
		       struct buf *got, bool *has, struct err *e)
{
	struct buf second = { 0 };
	uint32_t crc = 0;
	int r = staged_crc(u->t, &crc, has, e);

	if (!r)
		r = transfer(u, line, s, (struct view){ 0 }, got, e);
	if (!r && !*has)
		r = transfer(u, line, s, (struct view){ 0 }, &second, e);
	if (!r && !*has && !view_equal(buf_view(got), buf_view(&second)))
		r = fail(e, ERR_DEVICE, "two uploads differ; run again, or give --via md");
	buf_free(&second);
	return r ? r : prove(u->t, buf_view(got), crc, *has, e);
}

static int upload(struct talk *t, struct tftp *s, bool vendor, struct buf *got,
		  struct err *e)
{
	struct upload u = { .t = t, .stage = t->name, .total = t->flash.size };
	unsigned long long at = t->ram, size = t->flash.size;
	bool has = false;
	char line[160];
	int r = -1;

	if (vendor)
		snprintf(line, sizeof(line), "tftp 0x%llx %s 0x%llx", at, s->o.name, size);
	else
		snprintf(line, sizeof(line), "tftpput 0x%llx 0x%llx %s", at, size,
			 s->o.name);
	s->o.arg = &u;
	/* Where nobody asks, asking again is of no use: the port is wrong. */
	for (int i = 0; r && i < TRIES && (!i || s->peer[0]); i++) {
		buf_clear(got);
		r = upload_once(&u, line, s, got, &has, e);
		if (r > 0 && talk_restore(&t->c, t, e) < 0)
			return -1;
	}
	if (!r)
		say(t->r, "%-11s %zu bytes by TFTP from %s, %s", t->name, got->len, s->peer,
		    has ? "device crc32 agrees" : "sent twice, equal");
	return r ? -1 : 0;
}

/* A name that nobody else asks for. */
static void make_name(char name[32])
{
	snprintf(name, 32, "fw%08llx.bin",
		 (unsigned long long)now_ms() * 2654435761u & 0xffffffff);
}

/* What is done once there is a server. */
struct errand {
	struct talk *t;
	int (*run)(const struct errand *x, struct tftp *s, struct err *e);
	bool vendor;			/* the words of the loader */
	struct buf *take;
	struct view give;
	uint64_t ram;
};

/* At the port that was given; else 69, else one that needs no right. */
static int run_somewhere(const struct errand *x, const struct connet *n,
			 const struct tftp_opts *how, struct err *e)
{
	unsigned one = x->t->port ? x->t->port : (unsigned)x->t->o->tftp_port;
	const unsigned given[] = { one, 0 };
	static const unsigned usual[] = { 69, FREE_PORT, 0 };
	int r = -1;

	for (const unsigned *port = one ? given : usual; r < 0 && *port; port++) {
		bool served;
		struct tftp s;

		if (open_server(x->t, n, *port, how, &s, e) < 0)
			continue;
		r = x->run(x, &s, e);
		served = s.peer[0];
		if (served)
			x->t->port = s.port;
		tftp_close(&s);
		if (served)
			break;
	}
	return r;
}

static int run_errand(const struct errand *x, struct tftp_opts *how, struct err *e)
{
	struct connet net;
	char name[32];
	int r = connet_setup(&x->t->c, x->t->o->serverip, x->t->o->ipaddr, &net, e);

	if (r)
		return r < 0 && e->kind == ERR_UNSUPPORTED ? 1 : -1;
	make_name(name);
	how->name = name;
	how->patience_s = PATIENCE_S;
	how->tick = tick;
	return run_somewhere(x, &net, how, e) ? 1 : 0;
}

static int run_upload(const struct errand *x, struct tftp *s, struct err *e)
{
	return upload(x->t, s, x->vendor, x->take, e);
}

int talk_tftp(struct talk *t, struct buf *out, struct err *e)
{
	struct tftp_opts how = { .most = t->flash.size, .linger_ms = LINGER_MS };
	struct buf got = { 0 };
	struct errand x = { .t = t, .run = run_upload, .take = &got };
	int r = find_words(t, &x.vendor, e);

	if (!r)
		r = run_errand(&x, &how, e);
	if (!r)
		put_view(out, buf_view(&got));
	buf_free(&got);
	return r;
}

static int run_load(const struct errand *x, struct tftp *s, struct err *e)
{
	struct upload u = { .t = x->t, .stage = "load", .total = x->give.len };
	char line[128];
	int r = -1;

	snprintf(line, sizeof(line), "%s 0x%llx %s", x->vendor ? "tftp" : "tftpboot",
		 (unsigned long long)x->ram, s->o.name);
	s->o.arg = &u;
	for (int i = 0; r < 0 && i < TRIES && (!i || s->peer[0]); i++)
		r = transfer(&u, line, s, x->give, NULL, e);
	return r;
}

int talk_tftp_load(struct talk *t, uint64_t ram, struct view bytes, struct err *e)
{
	struct tftp_opts how = { 0 };
	struct errand x = { .t = t, .run = run_load, .give = bytes, .ram = ram };
	bool has;

	if (console_helps(&t->c, "tftpboot", "tftpboot", &has, e))
		return -1;
	x.vendor = !has;
	return run_errand(&x, &how, e);
}
