/* sparse.h - bytes to a new file, with holes where there is nothing */
#ifndef CORE_SPARSE_H
#define CORE_SPARSE_H

#include "core/err.h"
#include "core/view.h"

/* A new file, written from front to back: whole blocks of zeroes become holes. */
struct sparse { int fd; uint64_t at, end; };	/* end: what was really written */

int sparse_write(struct sparse *s, struct view v, struct err *e);
int sparse_end(const struct sparse *s, uint64_t size, struct err *e);

/* The three in one: the bytes of v, of a map or not, become the file fd. */
int write_sparse(int fd, struct view v, struct err *e);

#endif
