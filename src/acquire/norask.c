/* norask.c - waking a chip, asking who it is, and telling which wire is loose */
#include "acquire/norask.h"

#include <string.h>
#include <unistd.h>

enum { IDLE_LOOKS = 600 };

/* An erase that a killed run left behind: a busy chip hears nothing else. */
static int wait_idle(struct spi *s, struct err *e)
{
	static const uint8_t rdsr[] = { 0x05 };
	uint8_t sr = 0;

	for (unsigned i = 0; i < IDLE_LOOKS; i++) {
		if (spi_one(s, rdsr, 1, &sr, 1, e) < 0)
			return -1;
		if (!(sr & 1) || sr == 0xff)
			break;
		usleep(i < 100 ? 100 : 10000);
	}
	return 0;
}

int nor_wake(struct spi *s, struct err *e)
{
	static const uint8_t plain[] = { 0xff, 0xff }, release[] = { 0xab },
			     enable[] = { 0x66 }, reset[] = { 0x99 };
	/* ff ends a continuous read, in which no command is heard. */
	const struct spi_op ops[] = {
		{ plain, 2, NULL, 0 }, { release, 1, NULL, 0 },
		{ enable, 1, NULL, 0 }, { reset, 1, NULL, 0 },
	};

	if (s->run(s, ops, 2, e) < 0)
		return -1;
	usleep(50);
	if (wait_idle(s, e) < 0 || s->run(s, ops + 2, 2, e) < 0)
		return -1;
	usleep(100);
	return 0;
}

/* The id that came most often becomes the first; same says how often. */
static void take_majority(struct nor_answers *a)
{
	unsigned best = 0;

	a->same = 0;
	for (unsigned i = 0; i < NOR_TRIES; i++) {
		unsigned same = 0;

		for (unsigned k = 0; k < NOR_TRIES; k++)
			same += !memcmp(a->id[i], a->id[k], 3);
		if (same > a->same) {
			a->same = same;
			best = i;
		}
	}
	for (unsigned k = 0; k < 5; k++) {
		uint8_t x = a->id[0][k];

		a->id[0][k] = a->id[best][k];
		a->id[best][k] = x;
	}
}

int nor_ask(struct spi *s, struct nor_answers *a, struct err *e)
{
	static const uint8_t rdid[] = { 0x9f }, rems[] = { 0x90, 0, 0, 0 },
			     res[] = { 0xab, 0, 0, 0 }, sfdp[] = { 0x5a, 0, 0, 0, 0 };
	struct spi_op ops[NOR_TRIES];
	uint8_t head[4];

	for (unsigned i = 0; i < NOR_TRIES; i++)
		ops[i] = (struct spi_op){ rdid, 1, a->id[i], 5 };
	if (s->run(s, ops, NOR_TRIES, e) < 0 ||
	    spi_one(s, rems, sizeof(rems), a->rems, 2, e) < 0 ||
	    spi_one(s, res, sizeof(res), &a->res, 1, e) < 0 ||
	    spi_one(s, sfdp, sizeof(sfdp), head, 4, e) < 0)
		return -1;
	a->sfdp = !memcmp(head, "SFDP", 4);
	take_majority(a);
	return 0;
}

int nor_diagnose(const struct nor_answers *a, struct err *e)
{
	const uint8_t *id = a->id[0], *other = a->id[1];
	bool others = a->rems[0] != id[0] || a->res != id[0];

	e->kind = ERR_DEVICE;
	for (unsigned i = 1; i < NOR_TRIES && !memcmp(other, id, 3); i++)
		other = a->id[i];
	if (a->same < NOR_TRIES)
		fail(e, ERR_DEVICE, "id reads differently each time (%02x %02x %02x, "
		     "%02x %02x %02x); reseat the clip, use shorter wires, and hold "
		     "the board in reset", id[0], id[1], id[2], other[0], other[1],
		     other[2]);
	else if (others)
		fail(e, ERR_DEVICE, "id reads %02x %02x %02x, but 90h answers %02x %02x "
		     "and abh %02x: an old chip without an id; give --size", id[0],
		     id[1], id[2], a->rems[0], a->rems[1], a->res);
	else
		fail(e, ERR_DEVICE, "id reads %02x %02x %02x in %d of %d tries, nobody "
		     "answers; check pin 1, CS and 3.3 V, and hold the board in reset",
		     id[0], id[1], id[2], NOR_TRIES, NOR_TRIES);
	return err_about(e, "chip");
}
