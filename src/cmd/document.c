/* document.c - a command line taken in, a document given out */
#include <stdio.h>

#include "cmd/help.h"
#include "cmd/say.h"
#include "core/par.h"

int cmd_parse(struct run *r, const struct optset *own, struct err *e)
{
	struct optset sets[8] = { { common_options, (void *)(uintptr_t)r->common } };
	struct common *c = (void *)(uintptr_t)r->common;
	int n;

	for (unsigned i = 0; own && own[i].table && i < 6; i++)
		sets[i + 1] = own[i];
	n = opt_parse(sets, r->argc + 1, r->argv - 1, e);
	if (n < 0)
		return -1;
	r->argc = n;
	r->argv -= 1;
	if (c->jsonl)
		c->json = true;
	par_use((unsigned)c->jobs);
	paint_start(c->color);
	return 0;
}

json_t *cmd_document(const struct command *c)
{
	char schema[64];

	snprintf(schema, sizeof(schema), "fwtool.%s/1", c->name);
	return json_pack("{s:s, s:{s:s, s:s}, s:b}", "schema", schema, "tool",
			 "name", "fwtool", "version", FWTOOL_VERSION, "ok", 1);
}

void cmd_emit(struct run *r, bool ok)
{
	struct buf b = { 0 };

	json_object_set_new(r->doc, "ok", json_boolean(ok));
	json_object_set_new(r->doc, "messages", say_take_messages());
	if (r->common->jsonl)
		json_put_line(&b, r->doc);
	else
		json_put(&b, r->doc);
	fwrite(b.p, 1, b.len, stdout);
	buf_free(&b);
	json_decref(r->doc);
	r->doc = cmd_document(r->command);
	r->emitted = true;
}
