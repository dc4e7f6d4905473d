/* jsonline.h - on which line of a JSON text an element stands */
#ifndef PROJECT_JSONLINE_H
#define PROJECT_JSONLINE_H

#include "core/view.h"

/*
 * The line where element i of the array list, a member of the outermost
 * object, begins; that of the array where it has fewer; 1 where there is no
 * such array. text was parsed, so it is valid JSON.
 */
uint64_t json_line(struct view text, const char *list, uint64_t i);

#endif
