/* batchjob.c - one input in a process of its own, with limits */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acquire/clock.h"
#include "cmd/batch.h"
#include "core/image.h"
#include "core/mem.h"

static void limit(int what, uint64_t most)
{
	struct rlimit r = { most, most };

	setrlimit(what, &r);
}

/*
 * Private memory counts, maps of the input do not. The time of the CPU is a
 * second line behind the clock of the one who watches.
 */
static void take_limits(const struct batch_opts *o)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setpgid(0, 0);
	limit(RLIMIT_CORE, 0);
	if (o->memory)
		limit(RLIMIT_DATA, o->memory);
	limit(RLIMIT_CPU, o->timeout * (uint64_t)sysconf(_SC_NPROCESSORS_ONLN) + 1);
}

static bool is_known(const char *path, const struct digests *known, int to)
{
	char text[SHA256_TEXT] = "";
	struct image im = { 0 };
	struct err e;

	if (image_open(&im, path, &e) < 0)
		return false;	/* the command itself says what is wrong */
	sha256_text(im.v, text);
	image_close(&im);
	(void)!write(to, text, sizeof(text));
	return batch_has(known, path, text);
}

static void be_child(const struct job *j, char *const *argv, const int to[3],
		     const struct batch_opts *o, const struct digests *known)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	char **full;

	take_limits(o);
	dup2(null, STDIN_FILENO);
	dup2(to[JOB_RESULT], STDOUT_FILENO);
	dup2(to[JOB_TALK], STDERR_FILENO);
	if (is_known(j->path, known, to[JOB_HASH]))
		_exit(STATUS_OK);
	close(to[JOB_HASH]);
	while (argv[n])
		n++;
	full = xcalloc(n + 4, sizeof(*full));
	full[0] = (char *)(uintptr_t)"fwtool";
	memcpy(full + 1, argv, n * sizeof(*full));
	full[n + 1] = (char *)(uintptr_t)"--";
	full[n + 2] = (char *)(uintptr_t)j->path;
	execv("/proc/self/exe", full);
	_exit(127);
}

static int make_pipes(int from[3], int to[3], struct err *e)
{
	for (unsigned i = 0; i < 3; i++) {
		int p[2];

		if (pipe2(p, O_CLOEXEC) < 0) {
			while (i--) {
				close(from[i]);
				close(to[i]);
			}
			return fail_sys(e, "a pipe for a child; give a smaller -j");
		}
		from[i] = p[0];
		to[i] = p[1];
		fcntl(p[0], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

int job_start(struct job *j, char *const *argv, const struct batch_opts *o,
	      const struct digests *known, struct err *e)
{
	int to[3];

	if (make_pipes(j->fd, to, e) < 0)
		return -1;
	j->began = now_ms();
	j->pid = fork();
	if (!j->pid)
		be_child(j, argv, to, o, known);
	for (unsigned i = 0; i < 3; i++)
		close(to[i]);
	return j->pid < 0 ? fail_sys(e, "cannot start a child; give a smaller -j") : 0;
}

/* Returns whether the pipe is closed. */
static bool take(struct job *j, unsigned i)
{
	uint8_t room[65536];
	ssize_t n;

	while (j->fd[i] >= 0) {
		n = read(j->fd[i], room, sizeof(room));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return false;
		if (n <= 0) {
			close(j->fd[i]);
			j->fd[i] = -1;
		} else if (j->got[i].len + (uint64_t)n > JOB_MOST) {
			job_kill(j, FATE_OUTPUT);
		} else {
			put(&j->got[i], room, (size_t)n);
		}
	}
	return true;
}

bool job_read(struct job *j)
{
	bool closed = true;

	for (unsigned i = 0; i < 3; i++)
		closed &= take(j, i);
	return closed;
}

void job_kill(struct job *j, enum fate why)
{
	j->fate = why;
	kill(-j->pid, SIGKILL);
	kill(j->pid, SIGKILL);
}

void job_wait(struct job *j)
{
	int how = 0;

	while (waitpid(j->pid, &how, 0) < 0 && errno == EINTR)
		;
	j->ms = now_ms() - j->began;
	if (WIFEXITED(how))
		j->status = WEXITSTATUS(how);
	if (WIFSIGNALED(how))
		j->signal = WTERMSIG(how);
	if (j->fate == FATE_DONE && WIFSIGNALED(how))
		j->fate = j->signal == SIGXCPU ? FATE_TIMEOUT : FATE_SIGNAL;
}

const char *job_digest(const struct job *j)
{
	return j->got[JOB_HASH].len == SHA256_TEXT ? (char *)j->got[JOB_HASH].p : "";
}

void job_free(struct job *j)
{
	for (unsigned i = 0; i < 3; i++)
		buf_free(&j->got[i]);
	*j = (struct job){ 0 };
}
