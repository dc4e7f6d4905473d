/* place.c - a changed tree becomes a file system in the place of the old one */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/text.h"
#include "project/assembly.h"
#include "project/slack.h"

static bool has_tree(const struct assembly *s, const struct fitted *row)
{
	char *dir = xasprintf("%s/fs/%s", s->dir, row->part->part.dir);
	struct stat st;
	bool is = !lstat(dir, &st) && S_ISDIR(st.st_mode);

	free(dir);
	return is && row->part->format && row->part->format->fs;
}

static uint64_t blocks_of(uint64_t size, uint64_t block)
{
	return size / block + (size % block != 0);
}

/* What helps beside taking files out; only what there is. */
static const char *remedy(const struct fitted *row)
{
	const struct option *o = row->part->format->fs->opts;

	for (; o && o->kind; o++)
		if (o->name && !strcmp(o->name, "smaller"))
			return "try --smaller";
	return "remove files";
}

static int too_large(struct fitted *row, const struct spot *p, uint64_t size,
		     struct err *e)
{
	unsigned long long over = size - p->room, room = p->room, is = size;

	row->too_large = true;
	row->is = size;
	snprintf(row->state, sizeof(row->state), "too large by %llu bytes", over);
	if (row->block)
		return fail(e, ERR_LIMIT, "needs %llu blocks, room for %llu (%llu bytes "
			    "too many); see fwtool ls --by-size, or %s",
			    (unsigned long long)blocks_of(size, row->block),
			    room / row->block, over, remedy(row));
	return fail(e, ERR_LIMIT, "needs %llu bytes, room for %llu (%llu bytes too "
		    "many); see fwtool ls --by-size, or %s", is, room, over,
		    remedy(row));
}

static void describe(struct fitted *row, const struct spot *p)
{
	uint64_t left = p->room - row->is;

	if (row->block) {
		row->free_blocks = left / row->block;
		snprintf(row->state, sizeof(row->state),
			 "rebuilt, fits: %llu block%s free",
			 (unsigned long long)row->free_blocks,
			 row->free_blocks == 1 ? "" : "s");
	} else {
		snprintf(row->state, sizeof(row->state), "rebuilt, fits: %s free",
			 size_text(left).text);
	}
}

/* More than the part has: of an erased gap behind it, or the file grows. */
static void put_over(struct assembly *s, struct fitted *row,
		     const struct spot *p, struct view made)
{
	struct view part = view_sub(buf_view(&s->a->image), row->part->part.at,
				    p->end - row->part->part.at);
	uint64_t at = p->at - row->part->part.at;
	struct buf now = { 0 };

	put_view(&now, view_sub(part, 0, at));
	put_view(&now, made);
	put_view(&now, view_from(part, at + made.len));
	put_room(s->a, row, buf_view(&now));
	buf_free(&now);
}

/* The new bytes, then slack to where the old ones ended; the rest stays. */
static void put_in(struct assembly *s, struct fitted *row, const struct spot *p,
		   struct view made)
{
	uint64_t end = p->was;
	uint8_t *to;

	if (p->at + made.len > row->part->part.at + row->part->part.size)
		put_over(s, row, p, made);
	to = s->a->image.p + p->at;
	memcpy(to, made.p, made.len);
	row->is = made.len;
	if (row->block && row->is % row->block)
		row->is += row->block - row->is % row->block;
	if (row->is > p->room)
		row->is = p->room;
	if (end < row->is)
		end = row->is;
	if (end > s->a->image.len - p->at)
		end = s->a->image.len - p->at;
	if (made.len < end)
		memset(to + made.len, p->fill, end - made.len);
	row->rebuilt = true;
	describe(row, p);
}

/* Of a part without personal data: what lies behind belongs to no object. */
static void erase_slack(struct assembly *s, const struct fitted *row,
			const struct spot *p)
{
	const struct manifest *m = &s->a->m;
	uint64_t end = p->end < s->a->image.len ? p->end : s->a->image.len;

	for (size_t i = 0; i < m->objects; i++)
		if (m->object[i].at > p->at && m->object[i].at < end &&
		    m->object[i].at >= p->at + p->was)
			end = m->object[i].at;
	if (p->at + row->is < end)
		memset(s->a->image.p + p->at + row->is, p->fill, end - p->at - row->is);
}

/* Build without a limit, to say how much too large it is. */
static int build_any_size(struct rebuild *b, struct fitted *row,
			  const struct spot *p, struct err *e)
{
	struct rebuilt made = { 0 };
	struct err why = { 0 };
	struct buf out = { 0 };

	b->room = 0;
	if (!tree_rebuild(b, &out, &made, &why) && out.len > p->room) {
		row->block = made.block;
		too_large(row, p, out.len, e);
	}
	buf_free(&out);
	rebuilt_free(&made);
	return -1;
}

static int take(struct assembly *s, struct fitted *row, const struct spot *p,
		struct rebuilt *made, struct view out, struct err *e)
{
	bool cleaned = made->m.from.cleaned;
	bool same = !cleaned && (made->how == REBUILT_COPIED ||
		    view_equal(out, view_sub(buf_view(&s->a->image), p->at, p->was)));

	if (same || (row->edited && !made->changes.n))
		return 0;
	if (row->edited)
		return fail(e, ERR_USAGE, "both parts/%s and fs/%s were changed; "
			    "undo one of them", row->part->part.file,
			    row->part->part.dir);
	row->block = made->block;
	if (out.len > p->room)
		return too_large(row, p, out.len, e);
	put_in(s, row, p, out);
	if (cleaned)
		erase_slack(s, row, p);
	row->changes = made->changes;
	row->kept = made->kept;
	made->changes = (struct changes){ 0 };
	return 0;
}

static int build(struct assembly *s, struct fitted *row, struct rebuild *b,
		 struct err *e)
{
	struct spot p = spot_of(s, row);
	struct rebuilt made = { 0 };
	struct buf out = { 0 };
	int r;

	b->original = view_sub(buf_view(&s->a->image), p.at, p.end - p.at);
	b->room = p.room;
	r = tree_rebuild(b, &out, &made, e);
	/* What keeps most of what was takes more room than what is laid out anew. */
	if (r < 0 && e->kind == ERR_LIMIT && !b->anew) {
		buf_clear(&out);
		rebuilt_free(&made);
		b->anew = true;
		r = tree_rebuild(b, &out, &made, e);
		if (!r)
			note("project.anew", "%s: laid out anew to make it fit",
			     row->part->part.dir);
	}
	if (!r) {
		put_fill(&out, 0, slack_padding(p.behind, p.was, out.len, p.room));
		r = take(s, row, &p, &made, buf_view(&out), e);
	}
	else if (e->kind == ERR_LIMIT)
		build_any_size(b, row, &p, e);
	buf_free(&out);
	rebuilt_free(&made);
	return r;
}

int place_tree(struct assembly *s, struct fitted *row, struct err *e)
{
	struct rebuild b = {
		.format = row->part->format, .anew = s->o->anew,
		.adjust = s->o->adjust, .arg = s->o->arg,
	};
	char *dir, *meta;
	int r;

	if (!has_tree(s, row))
		return 0;
	dir = xasprintf("%s/fs/%s", s->dir, row->part->part.dir);
	meta = xasprintf("%s.fwmeta", dir);
	b.dir = dir;
	b.meta = meta;
	r = build(s, row, &b, e);
	if (r < 0)
		err_about(e, row->part->part.dir);
	free(dir);
	free(meta);
	return r;
}
