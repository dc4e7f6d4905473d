/* swapcheck.h - what each word order of an image would prove */
#ifndef CMD_SWAPCHECK_H
#define CMD_SWAPCHECK_H

#include "cmd/cmd.h"

/* Print a line for each order; STATUS_NO where none proves anything. */
int swap_check(struct run *r, const char *path, struct err *e);

#endif
