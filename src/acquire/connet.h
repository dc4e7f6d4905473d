/* connet.h - a boot loader's network: its address, ours, and what it can do */
#ifndef ACQUIRE_CONNET_H
#define ACQUIRE_CONNET_H

#include "acquire/console.h"

struct connet {
	char ours[64];		/* serverip: this machine, as the device sees it */
	char theirs[64];	/* ipaddr */
	bool is_local;		/* ours is an address of this machine: bind to it */
};

/*
 * Agree on addresses: those given (or ""), else the loader's environment, else
 * its dhcp; this machine's one in the same network. They are set in the
 * loader's memory only. 0, 1 (reset), or -1: ERR_UNSUPPORTED where there is no
 * network to use.
 */
int connet_setup(struct console *c, const char *ours, const char *theirs,
		 struct connet *n, struct err *e);

/* A variable of the environment; "" where it is not set. 0, 1 or -1. */
int console_getenv(struct console *c, const char *name, char *value, size_t n,
		   struct err *e);

/* Whether `help NAME` has that word in it. 0 or 1 in *has; as console_ask(). */
int console_helps(struct console *c, const char *name, const char *word, bool *has,
		  struct err *e);

#endif
