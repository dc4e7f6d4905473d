/* norask.h - waking a chip, asking who it is, and telling which wire is loose */
#ifndef ACQUIRE_NORASK_H
#define ACQUIRE_NORASK_H

#include "acquire/spi.h"

enum { NOR_TRIES = 16 };

/* What it said: its id often, and two older ways to ask for it. */
struct nor_answers {
	uint8_t id[NOR_TRIES][5];	/* the first is the one that came most often */
	unsigned same;			/* how often */
	uint8_t rems[2], res;		/* of 90h and abh */
	bool sfdp;
};

/* Out of deep sleep, out of whatever mode the board left it in. */
int nor_wake(struct spi *s, struct err *e);
int nor_ask(struct spi *s, struct nor_answers *a, struct err *e);
/* The wiring as the answers show it. Only called when the id is no id. */
int nor_diagnose(const struct nor_answers *a, struct err *e);

#endif
