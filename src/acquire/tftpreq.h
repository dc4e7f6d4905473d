/* tftpreq.h - the packets of TFTP (RFC 1350, 2347 to 2349) */
#ifndef ACQUIRE_TFTPREQ_H
#define ACQUIRE_TFTPREQ_H

#include "core/buf.h"

enum { RRQ = 1, WRQ, DATA, ACK, ERROR, OACK };
enum { TFTP_BLOCK = 512, TFTP_MOST_BLOCK = 65464, TFTP_HEAD = 4 };

struct tftp_request {
	unsigned op;
	char name[128];
	bool octet;		/* the one mode that changes no byte */
	unsigned block;		/* blksize, 512 unless asked for */
	uint64_t tsize;
	bool has_block, has_timeout, has_tsize;
	unsigned timeout;
};

/* Decode one packet; false: no whole request. */
bool tftp_parse(struct view v, struct tftp_request *r);

/*
 * The answer to the options of r that are known, size being the file's; false:
 * it asked for none of them, and gets no OACK.
 */
bool tftp_oack(const struct tftp_request *r, uint64_t size, struct buf *out);

/* The words of an ERROR packet, without what a terminal would obey. */
void tftp_error_text(struct view v, char *text, size_t n);

#endif
