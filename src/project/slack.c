/*
 * slack.c - what lies behind an object and is room for it
 *
 * One value, as erased flash and padding have it. Makers of images pad them
 * with zeros to a multiple of 4 KiB or of an erase block, so zeros may be
 * followed by erased flash.
 */
#include "project/slack.h"

enum { BLOCK = 0x10000, PAGE = 4096 };

uint64_t slack_run(struct view behind)
{
	size_t run = view_run(behind, 0);

	if (run < BLOCK)
		run += view_run(view_from(behind, run), 0xff);
	return run;
}

uint64_t slack_padding(struct view behind, uint64_t size, uint64_t now, uint64_t room)
{
	uint64_t was = view_run(view_upto(behind, 0, PAGE), 0), pad = -now % PAGE;

	if (!was || was == PAGE || (size + was) % PAGE || now <= size + was)
		return 0;
	return pad < room - now ? pad : room - now;
}
