/* progress.c - one line on stderr while something takes long */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cmd/say.h"
#include "core/text.h"

enum { BAR = 26, SAMPLES = 8 };

static struct {
	double began, shown;
	unsigned tenth;
	bool on_screen;
	char stage[32];
	struct sample { double t; uint64_t done; } sample[SAMPLES];
	unsigned samples;
} line;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static bool in_foreground(void)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);

	return group < 0 || group == getpgrp();
}

static int columns(void)
{
	struct winsize w;

	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &w) && w.ws_col)
		return w.ws_col;
	return 80;
}

static double rate(uint64_t done, double t)
{
	struct sample *old = &line.sample[line.samples < SAMPLES
					  ? 0 : line.samples % SAMPLES];
	double r = t > old->t ? (double)(done - old->done) / (t - old->t) : 0;

	line.sample[line.samples++ % SAMPLES] = (struct sample){ t, done };
	return r;
}

/* Seconds still to go; -1: not known. */
static long left(uint64_t done, uint64_t total, double speed)
{
	double s = speed > 0 && total > done ? (double)(total - done) / speed : -1;

	return s < 0 ? -(long)(total != done) : s > 359999 ? 359999 : (long)(s + 0.5);
}

static void put_left(char *room, size_t n, long s)
{
	if (s < 0)
		room[0] = 0;
	else if (s >= 3600)
		snprintf(room, n, "  %ld:%02ld:%02ld left", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(room, n, "  %ld:%02ld left", s / 60, s % 60);
}

static void draw(const char *stage, uint64_t done, uint64_t total, double t)
{
	double speed = rate(done, t);
	char bar[BAR + 1], text[256], eta[32];
	int part = total ? (int)((double)done / (double)total * BAR) : 0;
	int wide = columns() - 1;

	memset(bar, '.', BAR);
	memset(bar, '#', (size_t)(part > BAR ? BAR : part));
	bar[BAR] = 0;
	put_left(eta, sizeof(eta), left(done, total, speed));
	snprintf(text, sizeof(text), "%-9s [%s] %3u %%  %s of %s  %s/s%s", stage, bar,
		 total ? (unsigned)((double)done / (double)total * 100) : 0,
		 size_text(done).text, size_text(total).text,
		 size_text((uint64_t)speed).text, eta);
	fprintf(stderr, "\r%.*s\033[K", wide, text);
	fflush(stderr);
	line.on_screen = true;
}

static void print_event(const char *stage, uint64_t done, uint64_t total)
{
	double speed = rate(done, now());
	long s = left(done, total, speed);

	fprintf(stderr, "{\"event\":\"progress\",\"stage\":\"%s\",\"done\":%llu,"
		"\"total\":%llu,\"rate\":%llu", stage, (unsigned long long)done,
		(unsigned long long)total, (unsigned long long)speed);
	if (s >= 0)
		fprintf(stderr, ",\"eta\":%ld", s);
	fputs("}\n", stderr);
}

static void plain(const char *stage, uint64_t done, uint64_t total, bool json)
{
	unsigned tenth = total ? (unsigned)((double)done / (double)total * 10) : 0;

	if (tenth <= line.tenth && done)
		return;
	line.tenth = tenth;
	if (json)
		print_event(stage, done, total);
	else
		fprintf(stderr, "%s: %u %%\n", stage, tenth * 10);
}

void progress(const struct run *r, const char *stage, uint64_t done,
	      uint64_t total)
{
	int when = r->common->progress;
	double t;

	if (when == WHEN_NEVER || (r->common->quiet && when == WHEN_AUTO))
		return;
	if (strcmp(stage, line.stage)) {
		progress_end(r);
		snprintf(line.stage, sizeof(line.stage), "%s", stage);
		line.began = line.shown = now();
		line.tenth = line.samples = 0;
		line.sample[line.samples++] = (struct sample){ line.began, done };
	}
	if (when == WHEN_JSON || (when == WHEN_ALWAYS && !isatty(STDERR_FILENO))) {
		plain(stage, done, total, when == WHEN_JSON);
		return;
	}
	t = now();
	if (!isatty(STDERR_FILENO) || t - line.began < 0.5 || t - line.shown < 0.1 ||
	    !in_foreground())
		return;
	line.shown = t;
	draw(stage, done, total, t);
}

void progress_end(const struct run *r)
{
	(void)r;
	if (line.on_screen)
		fputs("\r\033[K", stderr);
	line.on_screen = false;
	line.stage[0] = 0;
}
