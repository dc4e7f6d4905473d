/* ft232h.h - FTDI's chips with MPSSE, on the USB */
#ifndef ACQUIRE_FT232H_H
#define ACQUIRE_FT232H_H

#include <ftdi.h>

#include "acquire/usb.h"

/*
 * Open the only one that `which` means: a serial number, BUS:DEVICE, or "" for
 * any. name (n bytes) is what people know it by. The caller closes it.
 */
int ft232h_open(struct ftdi_context *ftdi, const char *which, uint64_t hz,
		char *name, size_t n, struct err *e);

/* Those that are plugged in, up to `most`; how many. */
int ft232h_list(struct plugged *p, int most);

#endif
