/* jail.h - work that handles hostile names, kept below one directory */
#ifndef CORE_JAIL_H
#define CORE_JAIL_H

#include "core/err.h"

/*
 * Call work(arg, e) where nothing can be created, written, renamed or
 * removed but below dirfd (Landlock, on a thread of its own; what is open
 * stays open). Where the kernel has no Landlock it is just called. Returns
 * what work returns.
 */
int jail_run(int dirfd, int (*work)(void *arg, struct err *e), void *arg,
	     struct err *e);

#endif
