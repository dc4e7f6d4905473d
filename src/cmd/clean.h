/* clean.h - the rules of what is personal, as they are built in */
#ifndef CMD_CLEAN_H
#define CMD_CLEAN_H

extern const char clean_rules[];	/* share/clean.rules, a NUL at its end */

#endif
