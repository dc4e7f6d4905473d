/* interrupt.c - the first Ctrl-C ends the work cleanly, the second at once */
#include <signal.h>
#include <stddef.h>

#include "cmd/cmd.h"

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	caught = sig;
}

void interrupt_catch(void)
{
	struct sigaction a = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
}

bool interrupted(void)
{
	return caught;
}

void interrupt_finish(void)
{
	if (!caught)
		return;
	signal(caught, SIG_DFL);
	raise(caught);
}
