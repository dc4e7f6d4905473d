/*
 * codec_xzpack.c - xz streams packed again by liblzma
 *
 * The stream says its check, its filters, the dictionary, where blocks end,
 * and (by sizes in the headers of blocks) whether the encoder for threads made
 * it. The first chunk says lc, lp and pb. The rest is one of the presets.
 */
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/codec_lzmapack.h"
#include "core/drain.h"
#include "core/lzmaroom.h"
#include "core/mem.h"

enum { HEADER = LZMA_STREAM_HEADER_SIZE, MOST_BLOCKS = 4096 };

struct layout {
	lzma_check check;
	lzma_filter filter[LZMA_FILTERS_MAX + 1];
	lzma_options_lzma *lzma;	/* of the last filter */
	bool threaded;
	uint64_t block;			/* the first one, unpacked; 0: only one */
};

static void layout_free(struct layout *l)
{
	for (size_t i = 0; l->filter[i].id != LZMA_VLI_UNKNOWN; i++)
		free(l->filter[i].options);
	l->filter[0].id = LZMA_VLI_UNKNOWN;
}

/* How much the first of several blocks holds, from the index at the end. */
static uint64_t first_block(struct view was)
{
	lzma_stream_flags foot;
	uint64_t memory = 16 << 20, size = 0;
	lzma_index *index = NULL;
	lzma_index_iter it;
	struct view v;
	size_t pos = 0;

	if (was.len < 2 * HEADER || lzma_stream_footer_decode(&foot,
	    was.p + was.len - HEADER) != LZMA_OK)
		return 0;
	v = view_sub(was, was.len - HEADER - foot.backward_size,
		     foot.backward_size);
	if (!v.len || lzma_index_buffer_decode(&index, &memory, NULL, v.p, &pos,
					       v.len) != LZMA_OK)
		return 0;
	lzma_index_iter_init(&it, index);
	if (lzma_index_block_count(index) > 1 &&
	    lzma_index_block_count(index) < MOST_BLOCKS &&
	    !lzma_index_iter_next(&it, LZMA_INDEX_ITER_BLOCK))
		size = it.block.uncompressed_size;
	lzma_index_end(index, NULL);
	return size;
}

/*
 * lc, lp and pb stand in the first chunk, if that is compressed at all; else
 * the preset's are taken. liblzma leaves them as its memory was.
 */
static void take_props(struct view chunk, lzma_options_lzma *o)
{
	uint8_t props;

	o->lc = o->lp = o->pb = 0;
	if (!view_has(chunk, 0, 6) || chunk.p[0] < 0xc0)
		return;
	props = chunk.p[5];
	o->lc = props % 9;
	o->lp = props / 9 % 5;
	o->pb = props / 45;
}

/* An index: there is nothing in it, and nothing is said. */
static bool no_block(struct layout *l)
{
	/* By malloc, as liblzma's own are, which free() releases. */
	l->lzma = xcalloc(1, sizeof(*l->lzma));
	lzma_lzma_preset(l->lzma, LZMA_PRESET_DEFAULT);
	l->filter[0] = (lzma_filter){ LZMA_FILTER_LZMA2, l->lzma };
	l->filter[1].id = LZMA_VLI_UNKNOWN;
	return true;
}

static bool read_block(struct view was, struct layout *l)
{
	lzma_block block = { .version = 0, .check = l->check,
			     .filters = l->filter };
	size_t last = 0;

	if (!view_has(was, HEADER, 1))
		return false;
	if (!was.p[HEADER])
		return no_block(l);
	block.header_size = lzma_block_header_size_decode(was.p[HEADER]);
	if (!view_has(was, HEADER, block.header_size) ||
	    lzma_block_header_decode(&block, NULL, was.p + HEADER) != LZMA_OK)
		return false;
	l->threaded = block.compressed_size != LZMA_VLI_UNKNOWN;
	while (l->filter[last + 1].id != LZMA_VLI_UNKNOWN)
		last++;
	if (l->filter[last].id != LZMA_FILTER_LZMA2)
		return false;
	l->lzma = l->filter[last].options;
	take_props(view_from(was, HEADER + block.header_size), l->lzma);
	return true;
}

static bool layout_of(struct view was, struct layout *l)
{
	lzma_stream_flags head;

	*l = (struct layout){ .filter = { { LZMA_VLI_UNKNOWN, NULL } } };
	if (!view_has(was, 0, HEADER) ||
	    lzma_stream_header_decode(&head, was.p) != LZMA_OK)
		return false;
	l->check = head.check;
	l->block = first_block(was);
	if (read_block(was, l))
		return true;
	layout_free(l);
	return false;
}

static int xz_guesses(struct view was, struct guess *g, int most)
{
	struct layout l;
	int n = 0;

	(void)most;
	if (layout_of(was, &l))
		n = lzma_guesses(l.lzma->dict_size, "xz", g);
	layout_free(&l);
	return n;
}

/* What only the preset says goes to the options that the stream said. */
static bool take_preset(struct layout *l, const struct guess *g)
{
	lzma_options_lzma o, *said = l->lzma;

	if (lzma_lzma_preset(&o, (uint32_t)g->level | g->extra))
		return false;
	said->mode = o.mode;
	said->nice_len = o.nice_len;
	said->mf = o.mf;
	said->depth = o.depth;
	said->preset_dict = NULL;
	if (!said->lc && !said->lp && !said->pb) {
		said->lc = o.lc;
		said->lp = o.lp;
		said->pb = o.pb;
	}
	return true;
}

/* The encoder for threads takes memory from several at once, so not here. */
static int start(lzma_stream *s, struct lzma_room *room, struct layout *l)
{
	lzma_mt mt = { .threads = 1, .block_size = l->block, .filters = l->filter,
		       .check = l->check };

	if (!l->threaded)
		s->allocator = lzma_room_for(room, l->filter);
	return (l->threaded ? lzma_stream_encoder_mt(s, &mt)
		: lzma_stream_encoder(s, l->filter, l->check)) == LZMA_OK ? 0 : -1;
}

static int pack_blocks(lzma_stream *s, const struct layout *l,
		       struct view plain, struct sink *to, struct err *e)
{
	uint64_t step = l->block && !l->threaded ? l->block : plain.len;
	struct view left = plain;
	int r;

	while (left.len > step) {
		s->next_in = left.p;
		s->avail_in = step;
		r = lzma_push(s, to, LZMA_FULL_FLUSH, e);
		if (r <= 0)
			return r;
		left = view_from(left, step);
	}
	s->next_in = left.p;
	s->avail_in = left.len;
	return lzma_push(s, to, LZMA_FINISH, e) < 0 ? -1 : 0;
}

/* The encoder for threads gives a block only when it is done; see its start. */
static bool xz_likely(struct view was, const struct guess *g, struct view plain)
{
	lzma_stream s = LZMA_STREAM_INIT;
	struct matching m;
	struct err ignored;
	struct layout l;

	if (!layout_of(was, &l) || !l.threaded || !take_preset(&l, g)) {
		layout_free(&l);
		return true;
	}
	m = matching(view_from(was, HEADER +
			       lzma_block_header_size_decode(was.p[HEADER])));
	if (lzma_raw_encoder(&s, l.filter) == LZMA_OK) {
		s.next_in = plain.p;
		s.avail_in = l.block && l.block < plain.len ? l.block : plain.len;
		lzma_push(&s, &m.sink, LZMA_FINISH, &ignored);
	}
	lzma_end(&s);
	layout_free(&l);
	return !m.differs;
}

static int xz_pack(struct view was, const struct guess *g, struct view plain,
		   struct sink *to, struct err *e)
{
	lzma_stream s = LZMA_STREAM_INIT;
	struct lzma_room room = { 0 };
	struct layout l;
	int r;

	if (!layout_of(was, &l) || !take_preset(&l, g) || start(&s, &room, &l) < 0)
		r = fail(e, ERR_UNSUPPORTED, "an xz with these filters");
	else
		r = pack_blocks(&s, &l, plain, to, e);
	lzma_end(&s);
	lzma_room_free(&room);
	layout_free(&l);
	return r;
}

const struct packer packer_xz = { xz_guesses, xz_pack, xz_likely };
