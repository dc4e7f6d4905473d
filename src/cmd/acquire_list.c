/* acquire_list.c - the programmers and serial ports that are there */
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acquire/wire.h"
#include "cmd/acquire.h"

enum { MOST = 64 };

static void put_row(struct run *r, json_t *list, const struct plugged *p)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", p->programmer, "usb",
			      p->usb, "where", p->where, "serial", p->serial, "access",
			      p->access);

	json_array_append_new(list, o);
	if (!r->common->json)
		printf("%-13s %-10s %-14s %-9s %s\n", p->programmer,
		       p->usb[0] ? p->usb : "-", p->where[0] ? p->where : "-",
		       p->serial[0] ? p->serial : "-", p->access);
}

/* The group that may use a port is the port's own: dialout, spi. */
static void say_group(const char *path, char *text, size_t n)
{
	struct stat st;
	const struct group *g = stat(path, &st) ? NULL : getgrgid(st.st_gid);

	snprintf(text, n, "no permission: join the group %s", g ? g->gr_name : "dialout");
}

static void list_ports(struct run *r, json_t *list)
{
	static const char *const patterns[] = { "/dev/ttyUSB*", "/dev/ttyACM*",
						"/dev/spidev*" };
	glob_t g = { 0 };

	for (size_t i = 0; i < 3; i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct plugged p = { .access = "ok" };
		char holder[80];

		snprintf(p.programmer, sizeof(p.programmer), "%s", g.gl_pathv[i]);
		wire_holder(g.gl_pathv[i], holder, sizeof(holder));
		if (holder[0])
			snprintf(p.access, sizeof(p.access), "in use by %s", holder);
		else if (access(g.gl_pathv[i], R_OK | W_OK))
			say_group(g.gl_pathv[i], p.access, sizeof(p.access));
		put_row(r, list, &p);
	}
	globfree(&g);
}

int acquire_list(struct run *r, struct err *e)
{
	json_t *list = json_array();
	struct plugged all[MOST];

	(void)e;
	if (!r->common->json)
		printf("%-13s %-10s %-14s %-9s %s\n", "PROGRAMMER", "USB", "WHERE",
		       "SERIAL", "ACCESS");
	for (size_t i = 0; programmers[i]; i++) {
		int n = programmers[i]->list ? programmers[i]->list(all, MOST) : 0;

		for (int k = 0; k < n; k++)
			put_row(r, list, &all[k]);
	}
	list_ports(r, list);
	if (!json_array_size(list))
		say(r, "no programmer and no serial port is plugged in");
	json_object_set_new(r->doc, "plugged", list);
	return json_array_size(list) ? STATUS_OK : STATUS_NO;
}
