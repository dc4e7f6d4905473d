/* fuzz_console.c - what a hostile console may answer: banners, prompts, sums,
 * lines of md, XMODEM blocks, a receiver of YMODEM
 *
 *	input: mode (1 byte), then what line.h says, in units of 8 bytes
 */
#include <stdlib.h>

#include "acquire/console.h"
#include "acquire/store.h"
#include "acquire/xmodem.h"
#include "acquire/ymodem.h"
#include "line.h"

enum { BASE = 0x1000, MEMORY = 8192 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void parse(struct view v)
{
	char text[64];
	uint32_t crc;

	loader_keys(v);
	loader_version(loader_of("x> ", v), v, text, sizeof(text));
	store_size(v);
	console_crc_answer(v, BASE, MEMORY, &crc);
}

static void talk(struct console *c, bool attach)
{
	static const struct console_opts how = { .patience_s = 5 };
	const struct console_read r = { .at = BASE, .size = MEMORY };
	struct console_count count;
	struct store_found found;
	struct proven p = { 0 };
	struct err e;
	uint64_t x;

	c->loader = attach ? NULL : loader_named("u-boot");
	memcpy(c->prompt, "=> ", 4);
	if (attach && console_attach(c, &how, &e) < 0)
		return;
	if (!attach || c->loader) {
		console_ram(c, &x, &e);
		console_room(c, BASE, &x, &e);
		store_find(c, NULL, &found, &e);
		console_read(c, &r, &p, &count, &e);
		proven_free(&p);
	}
}

static void give(struct wire *w, struct buf *rest)
{
	static const uint8_t bytes[3000];
	const struct ymodem_file f = {
		.name = "x", .bytes = { bytes, sizeof(bytes), 0 }, .rest = rest
	};
	struct err e;

	if (wire_send(w, "loady\r", 6, &e) == 0)
		ymodem_send(w, &f, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct xmodem_opts all = { .most = 1 << 16 };
	struct wire w = { .fd = FAKE, .name = "fuzz" };
	struct console c = { .wire = &w };
	struct buf got = { 0 };
	struct err e;

	if (n < 2)
		return 0;
	line_begin((struct view){ p + 1, n - 1, 0 }, 8);
	if (p[0] % 5 == 0)
		parse(line.rest);
	else if (p[0] % 5 == 1)
		xmodem_receive(&w, &all, &got, &e);
	else if (p[0] % 5 == 4)
		give(&w, &got);
	else
		talk(&c, p[0] % 5 == 2);
	line_end();
	console_free(&c);
	buf_free(&got);
	return 0;
}
