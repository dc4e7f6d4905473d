/* xmodem.h - a file that comes over a wire by XMODEM */
#ifndef ACQUIRE_XMODEM_H
#define ACQUIRE_XMODEM_H

#include "acquire/wire.h"

/*
 *	block: SOH (128 bytes) or STX (1024), number, its complement, bytes,
 *	       CRC-16 (big-endian, after 'C') or the sum (after NAK)
 *	end:   EOT, which is acknowledged when it comes a second time
 *
 * A block that is damaged is asked for again; one that came twice is taken
 * once. The last one is padded: the caller knows how much he wanted.
 */
struct xmodem_opts {
	unsigned tries;			/* errors after each other; 0: 10 */
	unsigned wait_ms;		/* for the next byte of a block; 0: 500 */
	bool *plain;		/* learnt: it knows no CRC; or NULL */
	uint64_t most;			/* bytes, padding included; 0: 1 GiB */
	int (*tick)(uint64_t done, void *arg);	/* nonzero stops; or NULL */
	void *arg;
};

/* Append what comes to out. 0, or -1 with out as it was as far as it came. */
int xmodem_receive(struct wire *w, const struct xmodem_opts *o, struct buf *out,
		   struct err *e);

#endif
