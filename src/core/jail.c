/* jail.c - work that handles hostile names, kept below one directory */
#include "core/jail.h"

#include <linux/landlock.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

static const uint64_t writes =
	LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
	LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
	LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
	LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
	LANDLOCK_ACCESS_FS_REFER;

struct jailed {
	int dirfd, r;
	int (*work)(void *arg, struct err *e);
	void *arg;
	struct err *e;
};

/* Version 1 forbids hard links between directories, so it is no use here. */
static void lock_up(int dirfd)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr all = { .handled_access_fs = writes };
	struct landlock_path_beneath_attr below = { .parent_fd = dirfd };
	int rules;

	if (version < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return;
	if (version >= 3)
		all.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
	below.allowed_access = all.handled_access_fs;
	all.handled_access_fs |= LANDLOCK_ACCESS_FS_EXECUTE;
	rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (rules < 0)
		return;
	if (!syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		     &below, 0))
		syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

static void *run(void *arg)
{
	struct jailed *j = arg;

	lock_up(j->dirfd);
	j->r = j->work(j->arg, j->e);
	return NULL;
}

int jail_run(int dirfd, int (*work)(void *arg, struct err *e), void *arg,
	     struct err *e)
{
	struct jailed j = { dirfd, -1, work, arg, e };
	pthread_attr_t attr;
	pthread_t thread;
	int bad;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 8 << 20);
	bad = pthread_create(&thread, &attr, run, &j);
	pthread_attr_destroy(&attr);
	if (bad)
		return work(arg, e);
	pthread_join(thread, NULL);
	return j.r;
}
