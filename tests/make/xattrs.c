/* xattrs.c - PATH...: the extended attributes of each; PATH NAME=VALUE: set one */
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

static int show(const char *path)
{
	static char names[65536], value[65536];
	ssize_t n = llistxattr(path, names, sizeof(names));

	if (n < 0)
		return perror(path), 1;
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1) {
		ssize_t len = lgetxattr(path, names + i, value, sizeof(value));

		printf("%s %s=", path, names + i);
		for (ssize_t k = 0; k < len; k++)
			printf("%02x", (unsigned char)value[k]);
		puts(len < 0 ? "?" : "");
	}
	return 0;
}

int main(int argc, char **argv)
{
	char *is = argc == 3 ? strchr(argv[2], '=') : NULL;
	int bad = 0;

	if (is) {
		*is = 0;
		if (lsetxattr(argv[1], argv[2], is + 1, strlen(is + 1), 0) < 0)
			return perror(argv[1]), 1;
		return 0;
	}
	for (int i = 1; i < argc; i++)
		bad |= show(argv[i]);
	return bad;
}
