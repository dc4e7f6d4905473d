/*
 * codec_lzmapack.c - LZMA-alone streams packed again by liblzma
 *
 * The header says lc, lp, pb, the dictionary and maybe the length; the rest
 * (match finder, its depth, how nice is enough) is one of the presets.
 */
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/codec_lzmapack.h"
#include "core/lzmaroom.h"
#include "core/drain.h"

enum { ALONE_HEADER = 13 };

static void add(struct guess *g, int *n, const char *tool, uint32_t preset)
{
	for (uint32_t extreme = 0; extreme < 2; extreme++) {
		g[*n] = (struct guess){ .level = (int)preset };
		g[*n].extra = extreme ? LZMA_PRESET_EXTREME : 0;
		snprintf(g[(*n)++].name, sizeof(g->name), "%s -%u%s", tool,
			 (unsigned)preset, extreme ? "e" : "");
	}
}

/* The strongest comes last, to fall back to. */
int lzma_guesses(uint32_t dict, const char *tool, struct guess *g)
{
	lzma_options_lzma o;
	int n = 0;

	for (int same = 1; same >= 0; same--)
		for (uint32_t k = 0; k < 10; k++) {
			/* 6, which is what there is without an option, then 9 to 0 */
			uint32_t p = !k ? 6 : k < 4 ? 10 - k : 9 - k;

			if (!lzma_lzma_preset(&o, p) && (o.dict_size == dict) == same)
				add(g, &n, tool, p);
		}
	add(g, &n, tool, 9);
	return n;
}

int lzma_push(lzma_stream *s, struct sink *to, lzma_action action,
	      struct err *e)
{
	uint8_t chunk[DRAIN_CHUNK];
	lzma_ret r;

	do {
		s->next_out = chunk;
		s->avail_out = sizeof(chunk);
		r = lzma_code(s, action);
		if (!to->take(to, chunk, sizeof(chunk) - s->avail_out))
			return 0;
	} while (r == LZMA_OK);
	return r == LZMA_STREAM_END ? 1
	     : fail(e, ERR_LIMIT, "liblzma: error %d", (int)r);
}

static bool alone_options(struct view was, const struct guess *g,
			  lzma_options_lzma *o)
{
	uint8_t props = was.p[0];

	if (lzma_lzma_preset(o, (uint32_t)g->level | g->extra))
		return false;
	o->lc = props % 9;
	o->lp = props / 9 % 5;
	o->pb = props / 45;
	o->dict_size = peek32(was, 1, LITTLE);
	return true;
}

static int alone_guesses(struct view was, struct guess *g, int most)
{
	(void)most;
	return lzma_guesses(peek32(was, 1, LITTLE), "lzma", g);
}


/* An end mark where the original had one; its size is said or not likewise. */
static int encoder(lzma_stream *s, struct lzma_room *room, lzma_options_lzma *o,
		   bool mark, uint64_t size)
{
	lzma_filter f[] = { { LZMA_FILTER_LZMA1EXT, o },
			    { LZMA_VLI_UNKNOWN, NULL } };

	o->ext_flags = mark ? LZMA_LZMA1EXT_ALLOW_EOPM : 0;
	o->ext_size_low = (uint32_t)(mark ? UINT64_MAX : size);
	o->ext_size_high = (uint32_t)((mark ? UINT64_MAX : size) >> 32);
	s->allocator = lzma_room_for(room, f);
	return lzma_raw_encoder(s, f) == LZMA_OK ? 0 : -1;
}

static int alone_pack(struct view was, const struct guess *g, struct view plain,
		      struct sink *to, struct err *e)
{
	bool stated = peek32(was, 5, LITTLE) != UINT32_MAX;
	lzma_stream s = LZMA_STREAM_INIT;
	struct lzma_room room = { 0 };
	struct buf header = { 0 };
	lzma_options_lzma o;
	int r = -1;

	if (!view_has(was, 0, ALONE_HEADER) || !alone_options(was, g, &o) ||
	    encoder(&s, &room, &o, !stated, plain.len) < 0) {
		lzma_room_free(&room);
		return fail(e, ERR_UNSUPPORTED, "LZMA with these properties");
	}
	put_view(&header, view_sub(was, 0, 5));
	put64(&header, stated ? plain.len : UINT64_MAX);
	if (to->take(to, header.p, header.len)) {
		s.next_in = plain.p;
		s.avail_in = plain.len;
		r = lzma_push(&s, to, LZMA_FINISH, e) < 0 ? -1 : 0;
	} else {
		r = 0;
	}
	lzma_end(&s);
	lzma_room_free(&room);
	buf_free(&header);
	return r;
}

const struct packer packer_lzma = { alone_guesses, alone_pack, NULL };
