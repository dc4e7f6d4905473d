/* slack.h - what lies behind an object and is room for it */
#ifndef PROJECT_SLACK_H
#define PROJECT_SLACK_H

#include "core/view.h"

/* Bytes at the front of what is behind an object that hold nothing. */
uint64_t slack_run(struct view behind);

/*
 * An object of `size` bytes was padded with zeros to 4 KiB, and has `now` of
 * `room`: how many it takes to pad it again where it outgrew them, else 0.
 */
uint64_t slack_padding(struct view behind, uint64_t size, uint64_t now, uint64_t room);

#endif
