/* nor.h - SPI NOR flash: chips are data, one engine drives them all */
#ifndef ACQUIRE_NOR_H
#define ACQUIRE_NOR_H

#include "acquire/spi.h"
#include "core/buf.h"

enum { NOR_ERASES = 4, NOR_PAGE = 256 };

/* What is known of the chip at the other end, and by whom. */
struct nor_chip {
	char name[32];			/* "Macronix MX25L12833F", or by rule
					   "Winbond ef 40 18" */
	uint8_t id[3];			/* JEDEC: maker, type, capacity */
	uint64_t size;
	uint32_t page;			/* program granularity, usually 256 */
	struct nor_erase {
		uint32_t size;
		uint8_t opcode;		/* as sent with the address width in use */
	} erase[NOR_ERASES];		/* rising in size, ends with size 0 */
	uint8_t read_op, program_op;	/* 03/02, or 13/12 with four bytes */
	unsigned read_dummy;		/* bytes between address and data: 0b, 0c */
	unsigned address_bytes;		/* 3 or 4 */
	enum nor_mode {			/* how four-byte addresses are had */
		NOR_3BYTE,		/* not needed */
		NOR_4BYTE_OPCODES,	/* 13, 12, 21, dc */
		NOR_4BYTE_ENTER,	/* b7 */
		NOR_4BYTE_WREN_ENTER,	/* 06 b7 */
		NOR_4BYTE_EXTENDED,	/* c5: extended address register */
		NOR_4BYTE_ALWAYS,	/* the chip knows no other */
	} mode;
	bool has_sfdp, low_voltage;	/* 1.8 V part, to be warned about */
	bool size_unknown;		/* to be read as 16 MiB, not to be written */
	bool flag_status;		/* 70h is polled too (Micron) */
	uint64_t die;			/* size of one, chosen by c2; 0: no such */
	char sure[128];			/* "id and SFDP agree", "id only" */
};

/* Known by id; what is not here follows the rule: size 2^(low byte). */
struct nor_known {
	uint8_t id[3];
	const char *name;
	uint32_t size_kib;		/* 0: by the rule */
	bool low_voltage;
};
extern const struct nor_known nor_known[];	/* ends with name NULL */

struct nor_opts {
	const char *chip;		/* --chip NAME, or NULL */
	uint64_t size;			/* --size, or 0 */
};

/*
 * Wake the chip, read its id again and again, SFDP, and decide. Fails with a
 * diagnosis of the clip when nobody answers sensibly; never because an id is
 * unknown or shared.
 */
int nor_identify(struct spi *s, const struct nor_opts *o, struct nor_chip *c,
		 struct err *e);

/* Called between blocks; a nonzero return stops the work cleanly (-1). */
typedef int nor_tick(uint64_t done, uint64_t total, void *arg);

struct nor {
	struct spi *spi;
	struct nor_chip chip;
	nor_tick *tick;			/* may be NULL */
	void *arg;
};

int nor_read(struct nor *n, uint64_t at, uint8_t *dst, size_t len, struct err *e);
/* [at, at + size) must be whole units of some erase type. */
int nor_erase(struct nor *n, uint64_t at, uint64_t size, struct err *e);
/* Only clears bits; pages of 0xff are not sent. */
int nor_program(struct nor *n, uint64_t at, struct view bytes, struct err *e);

int nor_status(struct nor *n, uint8_t *sr1, uint8_t *sr2, struct err *e);
/* The range that the status register protects; size 0: none. */
struct nor_range { uint64_t at, size; };
int nor_protected(struct nor *n, struct nor_range *r, struct err *e);
/* What protected the chip, to put it back: registers, and bits of the SST26. */
struct nor_lock { uint8_t sr1, sr2, bits[18]; size_t nbits; };
int nor_lock_read(struct nor *n, struct nor_lock *l, struct err *e);
int nor_unprotect(struct nor *n, const struct nor_lock *was, struct err *e);
int nor_protect(struct nor *n, const struct nor_lock *was, struct err *e);

/*
 * Where the cable says that it may run faster (top_hz): twice the clock as long
 * as test reads of id and data agree with those at the first one.
 */
int nor_raise_speed(struct nor *n, struct err *e);
/* Half the clock, for what did not read the same twice. */
void nor_lower_speed(struct nor *n);

/* Leave the chip as it was found: three-byte mode, write disabled. */
void nor_release(struct nor *n);

#endif
