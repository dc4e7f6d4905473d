/* pages.h - the pages of many files, compressed on all CPUs */
#ifndef FS_JFFS2_PAGES_H
#define FS_JFFS2_PAGES_H

#include "fs/jffs2/compress.h"
#include "fs/tree.h"

/* One page of one file, and what became of it given all the room it wants. */
struct page {
	size_t file, index;
	struct view bytes;	/* the page as it is in the file */
	struct packed packed;
	const uint8_t *data;
	bool is_last;		/* of its file */
};

struct pages {
	const struct node **file;
	size_t files;
	size_t pagesize;
	const struct pack_how *how;
	/* Takes the pages in order, file by file. */
	int (*take)(void *arg, const struct page *p, struct err *e);
	void *arg;
};

int pages_run(const struct pages *p, struct err *e);

#endif
