/* schemas.h - the JSON schemas of share/schema, inside the program */
#ifndef CMD_SCHEMAS_H
#define CMD_SCHEMAS_H

#include "core/view.h"

/* "scan" or "fwtool.scan": the text of its schema, empty if there is none. */
struct view schema_text(const char *name);
/* The i-th one's name; NULL behind the last. */
const char *schema_name(size_t i);

#endif
