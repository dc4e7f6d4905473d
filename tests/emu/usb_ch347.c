/*
 * usb_ch347.c - the emulated CH347T and CH347F
 *
 * Held to what public drivers of the chip do with it (flashrom's, 981213's,
 * ufprog's, and the notes of the CH347-Research project); Debian's flashrom
 * does not know it. A command is one OUT transfer; what is malformed, or comes
 * before the bus was set up, is not answered, as the driver would find out
 * only by a time-out. EMU_FAULTS: maxhz=N, faster clocks read wrong bits.
 */
#include "usbdev.h"

#include <string.h>

enum { HEAD = 3, LOAD = 507, SETUP = 26 };

static uint8_t setup[SETUP] = { [12] = 7 << 3 };
static int is_set_up;

static double hz(void)
{
	return 60e6 / (1 << (setup[12] >> 3 & 7));
}

static uint8_t clock_byte(struct emu_chip *c, uint8_t mosi)
{
	double most = emu_number("maxhz");
	uint8_t miso = usb_clock(c, mosi);

	return most > 0 && hz() > most && emu_clocked(c) % 97 == 0 ? miso ^ 4 : miso;
}

static void answer(uint8_t command, const uint8_t *p, size_t n)
{
	uint8_t bytes[HEAD + LOAD] = { command, (uint8_t)n, (uint8_t)(n >> 8) };

	memcpy(bytes + HEAD, p, n);
	usb_answer(bytes, HEAD + n);
}

static void set_up(struct emu_chip *c, const uint8_t *p, size_t n)
{
	(void)c;
	if (n != SETUP || p[2] != 4 || p[3] != 1 || p[11] != 2 || p[16] != 7)
		return;
	memcpy(setup, p, SETUP);
	/* Another polarity, phase, bit order or select would read nothing. */
	is_set_up = !p[6] && !p[8] && !(p[14] & 0x80) && !(p[21] & 0xc0);
	answer(0xc0, (const uint8_t *)"\0", 1);
}

static void get_setup(struct emu_chip *c, const uint8_t *p, size_t n)
{
	(void)c;
	(void)p;
	if (n == 1)
		answer(0xca, setup, SETUP);
}

static void move_select(struct emu_chip *c, const uint8_t *p, size_t n)
{
	if (n == 10 && p[0] & 0x80)
		usb_select(c, !(p[0] & 0x40));
}

static void exchange(struct emu_chip *c, const uint8_t *p, size_t n)
{
	uint8_t bytes[LOAD];

	for (size_t i = 0; i < n; i++)
		bytes[i] = clock_byte(c, p[i]);
	answer(0xc2, bytes, n);
}

static void receive(struct emu_chip *c, const uint8_t *p, size_t n)
{
	uint32_t left = n == 4 ? p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
				 (uint32_t)p[3] << 24 : 0;
	uint8_t bytes[LOAD];

	while (left) {
		size_t some = left < LOAD ? left : LOAD;
		int lost = emu_loses(c);

		for (size_t i = 0; i < some; i++)
			bytes[i] = clock_byte(c, 0xff);
		if (lost)
			memset(bytes + some / 2, 0xff, some / 4);
		answer(0xc3, bytes, some);
		left -= (uint32_t)some;
	}
}

static void send(struct emu_chip *c, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		clock_byte(c, p[i]);
	answer(0xc4, (const uint8_t *)"\0", 1);
}

static const struct {
	uint8_t command;
	void (*act)(struct emu_chip *c, const uint8_t *p, size_t n);
} commands[] = {
	{ 0xc0, set_up }, { 0xca, get_setup }, { 0xc1, move_select },
	{ 0xc2, exchange }, { 0xc3, receive }, { 0xc4, send },
};

static void take(struct emu_chip *c, const uint8_t *p, size_t n)
{
	size_t len = n >= HEAD ? p[1] | (size_t)p[2] << 8 : 0;

	if (n < HEAD || n > HEAD + LOAD || len != n - HEAD)
		return;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (commands[i].command == p[0] &&
		    (is_set_up || p[0] == 0xc0 || p[0] == 0xca))
			commands[i].act(c, p + HEAD, len);
}

const struct usb_model model_ch347t = { "ch347t", 0x55db, 2, 0x06, 0x86, take };
const struct usb_model model_ch347f = { "ch347f", 0x55de, 4, 0x06, 0x86, take };
