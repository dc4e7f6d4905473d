/* holder.c - which process has a port or a programmer open */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acquire/wire.h"

static bool has_open(const char *pid, const struct stat *want)
{
	char path[300];
	bool found = false;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	d = opendir(path);
	if (!d)
		return false;
	for (struct dirent *de; !found && (de = readdir(d)); ) {
		struct stat st;

		snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", pid, de->d_name);
		found = !stat(path, &st) && st.st_rdev == want->st_rdev &&
			st.st_ino == want->st_ino && S_ISCHR(st.st_mode);
	}
	closedir(d);
	return found;
}

static void name_process(const char *pid, char *text, size_t n)
{
	char path[64], name[64] = "a process";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	f = fopen(path, "re");
	if (f) {
		if (fgets(name, sizeof(name), f))
			name[strcspn(name, "\n")] = 0;
		fclose(f);
	}
	snprintf(text, n, "%s (pid %s)", name, pid);
}

void wire_holder(const char *path, char *text, size_t n)
{
	char own[32];
	struct stat want;
	DIR *d;

	text[0] = 0;
	snprintf(own, sizeof(own), "%ld", (long)getpid());
	if (stat(path, &want) < 0 || !(d = opendir("/proc")))
		return;
	for (struct dirent *de; !text[0] && (de = readdir(d)); )
		if (isdigit((unsigned char)de->d_name[0]) && strcmp(de->d_name, own) &&
		    has_open(de->d_name, &want))
			name_process(de->d_name, text, n);
	closedir(d);
}
