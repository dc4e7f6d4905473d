/* config.h - what a person set once: $XDG_CONFIG_HOME/fwtool/config */
#ifndef CMD_CONFIG_H
#define CMD_CONFIG_H

#include "cmd/cmd.h"

/* Of [acquire]; "" where nothing says it. */
struct settings {
	char programmer[256], port[256], speed[64], baud[64];
};

/*
 * The file of --config, of FWTOOL_CONFIG, or the usual one, which need not be
 * there; then FWTOOL_PROGRAMMER, FWTOOL_PORT and FWTOOL_BAUD, which count more.
 * Nothing is ever read from the current directory unless it was named.
 */
int settings_read(const struct run *r, struct settings *s, struct err *e);

#endif
