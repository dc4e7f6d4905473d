/* repacktree.c - a directory and its list become a file system */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cmd/repack.h"
#include "cmd/say.h"
#include "core/text.h"
#include "fs/devtable.h"
#include "project/original.h"

struct building {
	struct repacking *k;
	struct rebuild b;
	struct rebuilt got;
	struct original was;
	struct buf out;
	uint64_t before, behind;	/* bytes of out around the image */
	char meta[4096];
};

static void put_behind(struct building *g)
{
	const struct origin *from = &g->got.m.from;
	bool same = g->got.how == REBUILT_COPIED || g->got.how == REBUILT_IDENTICAL;
	uint64_t room = g->b.room ? g->b.room : UINT32_MAX;
	uint64_t left = room > g->out.len ? room - g->out.len : 0;
	uint64_t zeros = from->zeros, tail = from->tail;

	if (!same || g->got.changes.n) {
		zeros = zeros && zeros < ORIGIN_PAD ? -g->out.len % ORIGIN_PAD : 0;
		tail = 0;
	}
	if (zeros > left || tail > left - zeros)
		return;
	put_fill(&g->out, 0, zeros);
	put_fill(&g->out, 0xff, tail);
	g->behind = tail;
}

/*
 * Untouched, it is again the file it was, with the zeros and the erased bytes
 * around it; else it is at least filled up as the file was.
 */
static void put_around(struct building *g)
{
	const struct origin *from = &g->got.m.from;
	struct buf whole = { 0 };

	if (from->at != from->before || g->got.m.format != g->got.format)
		return;
	put_behind(g);
	if (!from->before)
		return;
	put_fill(&whole, from->blank, from->before);
	put_view(&whole, buf_view(&g->out));
	buf_free(&g->out);
	g->out = whole;
	g->before = from->before;
}

static int64_t now(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	return epoch ? strtoll(epoch, NULL, 10) : (int64_t)time(NULL);
}

static int apply_table(struct tree *t, void *arg, struct err *e)
{
	struct repacking *k = arg;
	struct image im = { 0 };
	int r;

	if (k->o.exclude.n && tree_exclude(t, k->o.exclude.v, k->o.exclude.n, e) < 0)
		return -1;
	if (!k->o.table)
		return 0;
	if (image_open(&im, k->o.table, e) < 0)
		return -1;
	r = devtable_apply(t, im.v, now(), e);
	if (r < 0)
		err_about(e, k->o.table);
	image_close(&im);
	return r;
}

/* TREE.fwmeta, if there is one: then where it came from, and its format. */
static int look_at_list(struct building *g, struct meta *m, struct err *e)
{
	struct image im = { 0 };
	const char *given = g->k->o.meta;
	int r;

	cmd_beside(g->k->input, ".fwmeta", g->meta);
	if (given)
		snprintf(g->meta, sizeof(g->meta), "%s", given);
	if (!given && access(g->meta, F_OK) < 0)
		return 0;
	g->b.meta = g->meta;
	if (image_open(&im, g->meta, e) < 0)
		return -1;
	r = meta_read(m, im.v, e);
	if (r < 0)
		err_about(e, g->meta);
	if (!r && !g->b.format)
		g->b.format = m->format;
	if (!r && !g->k->o.room)
		g->b.room = m->from.room;
	if (!r)
		r = original_find(&g->was, &m->from, g->meta, g->k->o.original, e);
	meta_free(m);
	image_close(&im);
	return r;
}

static void tell_options(struct building *g)
{
	struct buf line = { 0 };
	char base[4096];

	if (g->b.meta) {
		snprintf(base, sizeof(base), "%s", g->b.meta);
		put_text(&line, "from ");
		put_escaped(&line, view_text(basename(base)));
		put_text(&line, ": ");
	} else {
		put_text(&line, "without a .fwmeta: ");
	}
	if (g->got.opts.len)
		put_view(&line, buf_view(&g->got.opts));
	else
		put_text(&line, "%s", g->got.format->name);
	if (g->b.meta || g->k->o.owners)
		put_text(&line, ", owners");
	else
		put_text(&line, ", all of root");
	if (g->got.devices)
		put_text(&line, ", %zu device node%s", g->got.devices,
			 g->got.devices == 1 ? "" : "s");
	repack_tell(g->k, &line);
	buf_free(&line);
}

static void tell_changes(struct building *g)
{
	static const char *const words[REBUILT_ANEW + 1] = {
		[REBUILT_COPIED] = "the bytes of the original",
		[REBUILT_IDENTICAL] = "laid out anew, identical to the original",
	};
	const struct rebuilt *r = &g->got;
	struct buf line = { 0 };

	if (!g->b.meta)
		return;
	put_text(&line, r->changes.n ? "changed: " : "nothing changed: ");
	repack_changes(&r->changes, &line);
	if (r->kept.total && r->how == REBUILT_UPDATED)
		put_text(&line, "%s%llu of %llu nodes reused",
			 r->changes.n ? "; " : "",
			 (unsigned long long)r->kept.kept,
			 (unsigned long long)r->kept.total);
	else if (!r->changes.n && words[r->how])
		put_text(&line, "%s", words[r->how]);
	else if (r->how == REBUILT_ANEW && !g->was.v.len)
		put_text(&line, "%slaid out anew, as the original is gone; equal in "
			 "content only", r->changes.n ? "; " : "");
	else
		put_text(&line, "%slaid out anew", r->changes.n ? "; " : "");
	repack_tell(g->k, &line);
	buf_free(&line);
}

static void put_blocks(struct buf *line, uint64_t n, uint64_t block)
{
	n = (n + block - 1) / block;
	put_text(line, ", %llu block%s", (unsigned long long)n, n == 1 ? "" : "s");
}

static void tell_size(struct building *g, uint64_t size)
{
	static const char *const words[] = { "before", "behind" };
	const uint64_t blanks[] = { g->before, g->behind };
	uint64_t room = g->b.room, block = g->got.block;
	struct buf line = { 0 };
	uint64_t left = room > size ? room - size : 0;

	put_escaped(&line, view_text(strcmp(g->k->output, "-") ? g->k->output
							   : "standard output"));
	put_text(&line, ": %zu bytes", g->out.len);
	if (block)
		put_blocks(&line, size, block);
	for (int i = 0; i < 2; i++)
		if (blanks[i])
			put_text(&line, ", %llu of them blank %s it",
				 (unsigned long long)blanks[i], words[i]);
	if (room) {
		put_text(&line, "; room %llu", (unsigned long long)room);
		if (block)
			put_blocks(&line, room, block);
		put_text(&line, ": fits, %llu %s free",
			 (unsigned long long)(block ? left / block : left),
			 !block ? "bytes" : left / block == 1 ? "block" : "blocks");
	}
	repack_tell(g->k, &line);
	buf_free(&line);
}

static void tell_proof(struct building *g, uint64_t size)
{
	uint64_t block = g->got.block, room = g->b.room;
	struct buf line = { 0 };

	put_text(&line, "read back: identical to ");
	put_escaped(&line, view_text(g->k->input));
	repack_tell(g->k, &line);
	buf_free(&line);
	if (block && room && (room - size) / block < 5)
		hint(g->k->r, "%llu free blocks are few for a writable jffs2, which "
		     "needs some to collect garbage",
		     (unsigned long long)((room - size) / block));
}

static void fill_document(struct building *g)
{
	static const char *const hows[] = { "copied", "updated", "identical", "anew" };
	json_t *doc = g->k->r->doc;
	char sum[SHA256_TEXT];

	if (!g->k->r->common->json)
		return;
	sha256_text(buf_view(&g->out), sum);
	json_set_bytes(doc, "output", view_text(g->k->output));
	json_object_set_new(doc, "format", json_string(g->got.format->name));
	json_object_set_new(doc, "size", json_integer((json_int_t)g->out.len));
	json_object_set_new(doc, "room", json_integer((json_int_t)g->b.room));
	json_object_set_new(doc, "sha256", json_string(sum));
	json_object_set_new(doc, "how", json_string(hows[g->got.how]));
	json_object_set_new(doc, "changes", repack_changes_json(&g->got.changes));
	if (g->got.kept.total)
		json_object_set_new(doc, "nodes", json_pack("{s:I, s:I}",
			"kept", (json_int_t)g->got.kept.kept,
			"total", (json_int_t)g->got.kept.total));
}

/* Named after the tree, with the suffix of what is built. */
static int choose_output(struct building *g, struct err *e)
{
	const struct format *f = g->b.format;
	char room[4096];

	cmd_beside(g->k->input, f && f->suffix ? f->suffix : ".img", room);
	return repack_output(g->k, room, e);
}

static int start(struct building *g, struct err *e)
{
	struct meta m = { 0 };

	g->b = (struct rebuild){
		.dir = g->k->input,
		.format = g->k->format,
		.room = g->k->o.room, .anew = g->k->o.rebuild,
		.owners = g->k->o.owners, .change = apply_table,
		.adjust = repack_adjust, .arg = g->k,
	};
	if (look_at_list(g, &m, e) < 0 || choose_output(g, e) < 0)
		return -1;
	say_about(g->k->input);
	g->b.original = g->was.v;
	return 0;
}

int repack_tree(struct repacking *k, struct err *e)
{
	struct building *g = xcalloc(1, sizeof(*g));
	uint64_t size;
	int r = -1;

	g->k = k;
	if (start(g, e) < 0 || tree_rebuild(&g->b, &g->out, &g->got, e) < 0)
		goto out;
	put_around(g);
	size = g->out.len - g->before - g->behind;
	if (cmd_save(k->r, k->name, buf_view(&g->out), e) < 0)
		goto out;
	tell_options(g);
	tell_changes(g);
	tell_size(g, size);
	tell_proof(g, size);
	fill_document(g);
	r = cmd_warnings() ? STATUS_PARTIAL : STATUS_OK;
out:
	rebuilt_free(&g->got);
	original_close(&g->was);
	buf_free(&g->out);
	free(g);
	return r;
}
