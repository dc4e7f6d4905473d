/* repacktell.c - what repack says of its work */
#include <stdio.h>

#include "cmd/repack.h"
#include "cmd/say.h"
#include "core/text.h"

void repack_tell(const struct repacking *k, const struct buf *line)
{
	FILE *to = strcmp(k->output, "-") ? stdout : stderr;

	if (k->r->common->json || k->r->common->quiet)
		return;
	progress_end(k->r);
	fwrite(line->p, 1, line->len, to);
	fputc('\n', to);
}

static const char *const change_words[] = { "added", "removed", "replaced" };

void repack_changes(const struct changes *c, struct buf *out)
{
	enum { SHOWN = 5 };
	struct buf name = { 0 };

	for (size_t i = 0; i < c->n && i < SHOWN; i++) {
		buf_clear(&name);
		put_name(&name, c->v[i].path);
		put_text(out, "%s%s %s", i ? ", " : "", buf_string(&name),
			 change_words[c->v[i].kind]);
	}
	if (c->n > SHOWN)
		put_text(out, ", %zu more", c->n - SHOWN);
	buf_free(&name);
}

json_t *repack_changes_json(const struct changes *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n; i++) {
		json_t *o = json_pack("{s:s}", "change", change_words[c->v[i].kind]);

		json_set_bytes(o, "path", view_text(c->v[i].path));
		json_array_append_new(list, o);
	}
	return list;
}
