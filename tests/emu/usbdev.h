/* usbdev.h - a programmer on the emulated USB: what it does with packets */
#ifndef TESTS_EMU_USBDEV_H
#define TESTS_EMU_USBDEV_H

#include <stddef.h>
#include <stdint.h>

#include "chip.h"

enum { MOST_PACKET = 512 };

struct usb_model {
	const char *name;		/* EMU_USB=name */
	uint16_t product;		/* of vendor 1a86 */
	int interface;			/* the one that has to be claimed */
	uint8_t eo, ei;			/* its endpoints */
	/* One OUT transfer; the answers go to usb_answer(). */
	void (*take)(struct emu_chip *c, const uint8_t *p, size_t n);
};

extern const struct usb_model model_ch341a, model_ch347t, model_ch347f;

/* One packet for the host; EMU_FAULTS may lose it. */
void usb_answer(const uint8_t *p, size_t n);
/* The chip select, told only when it changes. */
void usb_select(struct emu_chip *c, int low);
uint8_t usb_clock(struct emu_chip *c, uint8_t mosi);

#endif
