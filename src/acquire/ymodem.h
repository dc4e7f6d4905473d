/* ymodem.h - a file sent over a wire to whoever asked for it with a C */
#ifndef ACQUIRE_YMODEM_H
#define ACQUIRE_YMODEM_H

#include "acquire/wire.h"

struct ymodem_file {
	const char *name;
	struct view bytes;
	struct buf *rest;		/* gets what came behind the last answer */
	int (*tick)(uint64_t done, uint64_t total, void *arg);	/* or NULL */
	void *arg;
};

/*
 * Send one file by YMODEM: 1024-byte blocks, each with a CRC16 and
 * acknowledged, said again after a NAK or silence. The receiver has already
 * been told to wait; what it says before its first C is skipped. A tick that
 * is not zero stops. A transfer that fails is cancelled on both sides.
 */
int ymodem_send(struct wire *w, const struct ymodem_file *f, struct err *e);

#endif
