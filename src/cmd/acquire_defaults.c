/* acquire_defaults.c - the source that is not named: of the settings */
#include <stddef.h>
#include <string.h>

#include "cmd/acquire.h"
#include "cmd/config.h"

static const struct source_name {
	const char *name;
	size_t where;
	bool needs_port;		/* its value is a port */
} names[] = {
#define NAME(field, port) { #field, offsetof(struct acquire_opts, field), port }
	NAME(ch341a, false), NAME(ch347, false), NAME(ft232h, false),
	NAME(serprog, true), NAME(spidev, true), NAME(sim, true),
	NAME(uboot, true), NAME(monitor, true),
#undef NAME
	{ 0 }
};

static int unknown(const char *given, struct err *e)
{
	return fail(e, ERR_USAGE, "programmer %.60s: is not known; give ch341a, ch347, "
		    "ft232h, serprog, spidev, uboot or monitor", given);
}

int acquire_named(struct acquire_opts *o, const char *text, const char *port,
		  struct err *e)
{
	size_t n = strcspn(text, "=");
	const char *value = text[n] ? text + n + 1 : "";

	for (const struct source_name *k = names; k->name; k++) {
		if (strlen(k->name) != n || memcmp(k->name, text, n))
			continue;
		if (k->needs_port && !*value)
			value = port;
		if (k->needs_port && !*value)
			return fail(e, ERR_USAGE, "programmer %s: needs a port; set port= "
				    "too, or FWTOOL_PORT", k->name);
		*(const char **)((char *)o + k->where) = value;
		return 0;
	}
	return unknown(text, e);
}

int acquire_defaults(const struct run *r, struct acquire_opts *o, struct settings *s,
		     struct err *e)
{
	if (settings_read(r, s, e) < 0)
		return -1;
	if (!acquire_sources(o) && (s->programmer[0] || s->port[0]) &&
	    acquire_named(o, s->programmer[0] ? s->programmer : "uboot", s->port, e) < 0)
		return -1;
	if (!o->speed && s->speed[0])
		o->speed = s->speed;
	if (!o->baud && s->baud[0])
		o->baud = s->baud;
	return 0;
}
