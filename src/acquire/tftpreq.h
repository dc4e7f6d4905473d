/* tftpreq.h - what a TFTP request asks for (RFC 1350, 2347 to 2349) */
#ifndef ACQUIRE_TFTPREQ_H
#define ACQUIRE_TFTPREQ_H

#include "acquire/tftp.h"

enum { RRQ = 1, WRQ, DATA, ACK, ERROR, OACK };
enum { TFTP_BLOCK = 512, TFTP_MOST_BLOCK = 65464 };

struct tftp_request {
	unsigned op;
	char name[128];
	unsigned block;		/* blksize, 512 unless asked for */
	uint64_t tsize;
	bool has_block, has_timeout, has_tsize;
	unsigned timeout;
};

/* Decode one packet; false: no request in octet mode. */
bool tftp_parse(struct view v, struct tftp_request *r);

#endif
