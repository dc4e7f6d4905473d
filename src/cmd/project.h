/* project.h - what fwtool repack does with a project directory */
#ifndef CMD_PROJECT_H
#define CMD_PROJECT_H

#include "cmd/cmd.h"
#include "project/assemble.h"

/*
 * Assemble dir, print the table of parts and save the image as -o says, or
 * "dump.bin.fw" as dump.new.bin. Returns a status, or -1.
 */
int repack_project(struct run *r, const char *dir,
		   const struct assemble_opts *o, struct err *e);

#endif
