/* usb_ch341a.c - the emulated CH341A: packets of 32 bytes, bits turned round */
#include "usbdev.h"

enum { PACKET = 32 };

static uint8_t turn(uint8_t b)
{
	uint8_t r = 0;

	for (int i = 0; i < 8; i++)
		r |= (uint8_t)((b >> i & 1) << (7 - i));
	return r;
}

static void pin_stream(struct emu_chip *c, const uint8_t *p, size_t n)
{
	for (size_t i = 1; i < n && p[i] != 0x20; i++)
		if ((p[i] & 0xc0) == 0x80)
			usb_select(c, !(p[i] & 1));
}

static void spi_stream(struct emu_chip *c, const uint8_t *p, size_t n)
{
	int lost = emu_loses(c);
	uint8_t bytes[PACKET];

	for (size_t i = 1; i < n; i++) {
		uint8_t miso = usb_clock(c, turn(p[i]));

		bytes[i - 1] = turn(lost ? 0xff : miso);
	}
	usb_answer(bytes, n - 1);
}

/* 32 bytes of a transfer are one packet. */
static void take(struct emu_chip *c, const uint8_t *p, size_t n)
{
	for (size_t at = 0; at < n; at += PACKET) {
		size_t len = n - at < PACKET ? n - at : PACKET;

		if (p[at] == 0xab)
			pin_stream(c, p + at, len);
		if (p[at] == 0xa8)
			spi_stream(c, p + at, len);
	}
}

const struct usb_model model_ch341a = { "ch341a", 0x5512, 0, 0x02, 0x82, take };
