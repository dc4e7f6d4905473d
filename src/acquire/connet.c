/* connet.c - a boot loader's network: its address, ours, and what it can do */
#include "acquire/connet.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#include "acquire/clock.h"

enum { QUIET_MS = 5000, DHCP_MS = 20000 };

int console_getenv(struct console *c, const char *name, char *value, size_t n,
		   struct err *e)
{
	struct buf answer = { 0 };
	char text[96];
	const char *hit;
	int r;

	value[0] = 0;
	snprintf(text, sizeof(text), "printenv %s", name);
	r = console_ask(c, text, QUIET_MS, &answer, e);
	snprintf(text, sizeof(text), "%s=", name);
	hit = r ? NULL : strstr(buf_string(&answer), text);
	if (hit)
		snprintf(value, n, "%.*s", (int)strcspn(hit + strlen(text), "\r\n"),
			 hit + strlen(text));
	buf_free(&answer);
	return r;
}

int console_helps(struct console *c, const char *name, const char *word, bool *has,
		  struct err *e)
{
	struct buf answer = { 0 };
	char text[96];
	int r;

	snprintf(text, sizeof(text), "help %s", name);
	r = console_ask(c, text, QUIET_MS, &answer, e);
	*has = !r && !strstr(buf_string(&answer), "nknown command") &&
	       strstr(buf_string(&answer), word);
	buf_free(&answer);
	return r;
}

/* This machine's address: that very one, or one in the network of theirs. */
static bool find_ours(const char *wanted, const char *theirs, char *ours, size_t n)
{
	struct in_addr want = { 0 }, other = { 0 };
	struct ifaddrs *all, *a;
	bool found = false;

	inet_pton(AF_INET, wanted, &want);
	inet_pton(AF_INET, theirs, &other);
	if (getifaddrs(&all) < 0)
		return false;
	for (a = all; a && !found; a = a->ifa_next) {
		struct sockaddr_in at, mask;

		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET || !a->ifa_netmask)
			continue;
		memcpy(&at, a->ifa_addr, sizeof(at));
		memcpy(&mask, a->ifa_netmask, sizeof(mask));
		found = want.s_addr ? at.sin_addr.s_addr == want.s_addr
			: other.s_addr && !((at.sin_addr.s_addr ^ other.s_addr) &
					    mask.sin_addr.s_addr);
		if (found)
			inet_ntop(AF_INET, &at.sin_addr, ours, (socklen_t)n);
	}
	freeifaddrs(all);
	return found;
}

/* An address by DHCP, in bounded time: some loaders ask for ever. */
static int ask_dhcp(struct console *c, struct err *e)
{
	int64_t end = now_ms() + DHCP_MS;
	struct buf ignored = { 0 };
	int r = console_ask(c, "setenv autoload no", QUIET_MS, &ignored, e);

	if (!r)
		r = console_type(c, "dhcp", 0, NULL, e);
	while (!r && now_ms() < end && !console_is_back(c))
		r = wire_receive(c->wire, &c->in, 100, 1000, e) < 0 ? -1 : 0;
	if (!r)
		r = console_is_back(c) ? console_answer(c, QUIET_MS, &ignored, e)
				       : console_stop(c, e);
	buf_free(&ignored);
	return r;
}

static int set(struct console *c, const char *name, const char *value,
	       struct err *e)
{
	struct buf ignored = { 0 };
	char text[128];
	int r;

	snprintf(text, sizeof(text), "setenv %s %s", name, value);
	r = console_type(c, text, QUIET_MS, &ignored, e);
	buf_free(&ignored);
	return r;
}

static int no_network(const char *what, struct err *e)
{
	return fail(e, ERR_UNSUPPORTED, "%s", what);
}

/* The device's own address. */
static int find_theirs(struct console *c, struct connet *n, struct err *e)
{
	bool has = false;
	int r = console_getenv(c, "ipaddr", n->theirs, sizeof(n->theirs), e);

	if (r || n->theirs[0])
		return r;
	r = console_helps(c, "dhcp", "dhcp", &has, e);
	if (!r && has)
		r = ask_dhcp(c, e);
	if (!r)
		r = console_getenv(c, "ipaddr", n->theirs, sizeof(n->theirs), e);
	if (r || n->theirs[0])
		return r;
	return no_network("the device has no network address; connect its cable, or give "
			  "--ipaddr 192.168.1.10", e);
}

int connet_setup(struct console *c, const char *ours, const char *theirs,
		 struct connet *n, struct err *e)
{
	char known[64] = "";
	int r = 0;

	*n = (struct connet){ 0 };
	if (theirs && *theirs) {
		snprintf(n->theirs, sizeof(n->theirs), "%s", theirs);
		r = set(c, "ipaddr", theirs, e);
	} else {
		r = find_theirs(c, n, e);
	}
	if (!r && !(ours && *ours))
		r = console_getenv(c, "serverip", known, sizeof(known), e);
	if (r)
		return r;
	if (ours && *ours)
		snprintf(known, sizeof(known), "%s", ours);
	n->is_local = (known[0] && find_ours(known, "", n->ours, sizeof(n->ours))) ||
		      (!(ours && *ours) && find_ours("", n->theirs, n->ours,
						     sizeof(n->ours)));
	/* Behind a translator of addresses ours is seen as another one. */
	if (!n->is_local)
		snprintf(n->ours, sizeof(n->ours), "%s", known);
	if (!n->ours[0])
		return no_network("no address of this machine is in the device's network; "
				  "give --serverip", e);
	return set(c, "serverip", n->ours, e);
}
