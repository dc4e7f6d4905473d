/* say.h - how main and the messages work together; commands use cmd.h */
#ifndef CMD_SAY_H
#define CMD_SAY_H

#include "cmd/cmd.h"
#include "core/log.h"

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER, WHEN_JSON };

void say_start(const struct common *c);	/* sets log_hook */
void say_about(const char *input);	/* the subject of messages without one */
void say_message(const struct msg *m);
void say_rest(void);			/* "38 more like this" */
json_t *say_take_messages(void);	/* those so far, for the document */

json_t *cmd_document(const struct command *c);	/* a new one, nearly empty */

void paint_start(int color);

#endif
