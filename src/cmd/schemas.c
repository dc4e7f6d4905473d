/* schemas.c - the JSON schemas of share/schema, inside the program */
#include "cmd/schemas.h"

/* One word for each share/schema/fwtool.WORD.json. */
#define SCHEMAS(X) \
	X(env) X(formats) X(scan)

/* The assembler takes the file in; a NUL ends it. */
#define TAKE(name)							\
	__asm__(".pushsection .rodata\n"				\
		".globl schema_" #name "\n"				\
		"schema_" #name ": .incbin \"share/schema/fwtool." #name \
		".json\"\n.byte 0\n.popsection\n");			\
	extern const char schema_##name[];

SCHEMAS(TAKE)

static const struct schema { const char *name, *text; } schemas[] = {
#define POINT(name) { #name, schema_##name },
	SCHEMAS(POINT)
};

const char *schema_name(size_t i)
{
	return i < sizeof(schemas) / sizeof(*schemas) ? schemas[i].name : NULL;
}

struct view schema_text(const char *name)
{
	if (!strncmp(name, "fwtool.", 7))
		name += 7;
	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++)
		if (!strcmp(schemas[i].name, name))
			return view_text(schemas[i].text);
	return (struct view){ 0 };
}
