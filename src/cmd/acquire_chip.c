/* acquire_chip.c - reading an SPI NOR chip through a programmer */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/nor.h"
#include "cmd/acquire.h"
#include "core/text.h"

/* "12M", "500k", "2000000": hertz are decimal. */
static int parse_hz(const char *s, uint64_t *out, struct err *e)
{
	char *end;
	unsigned long long n = strtoull(s, &end, 10);

	if (end == s || n > 200000000 ||
	    (*end && (end[1] || !strchr("kKmM", *end))))
		return fail(e, ERR_USAGE, "--speed %s: is no clock; give 12M or 500k", s);
	*out = *end == 'm' || *end == 'M' ? n * 1000000
	     : *end ? n * 1000 : n;
	return 0;
}

int acquire_open(struct run *r, const struct acquire_opts *o, struct nor *n,
		 struct err *e)
{
	const char *value = NULL;
	const struct programmer *p = acquire_programmer(o, &value);
	const struct nor_opts how = { o->chip, o->size };
	struct spi_opts so = { .id = value };
	char id[8];
	uint64_t hz;

	*n = (struct nor){ 0 };
	if (!p)
		return fail(e, ERR_UNSUPPORTED, "this fwtool was built without that "
			    "programmer; see acquire --list");
	if (o->speed && parse_hz(o->speed, &so.hz, e) < 0)
		return -1;
	n->spi = p->open(&so, e);
	if (!n->spi)
		return -1;
	say(r, "programmer  %s", n->spi->name);
	interrupt_catch();
	hz = n->spi->hz;
	if (nor_identify(n->spi, &how, &n->chip, e) < 0 ||
	    (!o->probe && nor_raise_speed(n, e) < 0)) {
		n->spi->close(n->spi);
		n->spi = NULL;
		return -1;
	}
	say(r, "chip        %s, id %02x %02x %02x, %s (%s)", n->chip.name,
	    n->chip.id[0], n->chip.id[1], n->chip.id[2],
	    size_text(n->chip.size).text, n->chip.sure);
	if (n->spi->hz > hz)
		say(r, "clock       %.1f MHz instead of %.1f: test reads agree",
		    (double)n->spi->hz / 1e6, (double)hz / 1e6);
	snprintf(id, sizeof(id), "%02x%02x%02x", n->chip.id[0], n->chip.id[1],
		 n->chip.id[2]);
	json_object_set_new(r->doc, "chip", json_pack("{s:s, s:s, s:s, s:I}",
		"name", n->chip.name, "id", id, "sure", n->chip.sure, "size",
		(json_int_t)n->chip.size));
	return 0;
}

void acquire_close(struct nor *n)
{
	if (!n->spi)
		return;
	nor_release(n);
	n->spi->close(n->spi);
	n->spi = NULL;
}

static int read_chip(struct source *s, uint64_t at, uint8_t *dst, size_t len,
		     struct err *e)
{
	return nor_read(s->from, at, dst, len, e);
}

static void be_gentle(struct source *s)
{
	nor_lower_speed(s->from);
}

static struct source source_of(struct nor *n)
{
	return (struct source){ .read = read_chip, .be_gentle = be_gentle,
				.from = n, .size = n->chip.size };
}

static int tick(const char *stage, unsigned pass, uint64_t done, uint64_t total,
		void *arg)
{
	(void)pass;
	progress(arg, stage, done, total);
	return interrupted();
}

int acquire_whole(struct run *r, const struct acquire_opts *o, struct nor *n,
		  struct proven *p, struct err *e)
{
	struct source s = source_of(n);
	struct proof_opts how = { .reads = (unsigned)o->reads,
				  .reread = (unsigned)o->reread, .tick = tick, .arg = r };
	int result = source_prove(&s, 0, s.size, &how, p, e);

	progress_end(r);
	if (result || !p->doubtful)
		return result;
	fail(e, ERR_DEVICE, "%zu sectors read differently each time; reseat the clip "
	     "first", p->doubtful);
	return err_about(e, "chip");
}

int acquire_chip(struct run *r, const struct acquire_opts *o, struct err *e)
{
	struct source s;
	struct nor n;
	int result;

	if (acquire_open(r, o, &n, e) < 0)
		return -1;
	s = source_of(&n);
	if (o->probe)
		result = STATUS_OK;
	else
		result = acquire_source(r, o, &s, strrchr(n.chip.name, ' ')
					? strchr(n.chip.name, ' ') + 1 : n.chip.name, e);
	json_object_set_new(r->doc, "wire", json_pack("{s:I, s:I, s:I, s:I}",
		"out", (json_int_t)n.spi->count.out, "in", (json_int_t)n.spi->count.in,
		"bytes", (json_int_t)n.spi->count.bytes, "recoveries",
		(json_int_t)n.spi->count.recoveries));
	acquire_close(&n);
	return result;
}
