/* schemas.c - the JSON schemas of share/schema, inside the program */
#include "cmd/schemas.h"

/*
 * The Makefile writes X(WORD) for each share/schema/fwtool.WORD.json into
 * schemas.inc. The assembler takes the files in; a NUL ends each.
 */
#define X(name)								\
	__asm__(".pushsection .rodata\n"				\
		".globl schema_" #name "\n"				\
		"schema_" #name ": .incbin \"share/schema/fwtool." #name \
		".json\"\n.byte 0\n.popsection\n");			\
	extern const char schema_##name[];
#if __has_include(<schemas.inc>)
#include <schemas.inc>
#endif
#undef X

static const struct schema { const char *name, *text; } schemas[] = {
#define X(name) { #name, schema_##name },
#if __has_include(<schemas.inc>)
#include <schemas.inc>
#endif
	{ NULL, NULL }
};

const char *schema_name(size_t i)
{
	return schemas[i].name;
}

struct view schema_text(const char *name)
{
	if (!strncmp(name, "fwtool.", 7))
		name += 7;
	for (const struct schema *s = schemas; s->name; s++)
		if (!strcmp(s->name, name))
			return view_text(s->text);
	return (struct view){ 0 };
}
