/* flash_journal.c - a write that was interrupted is resumed, not begun anew */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/flash.h"
#include "core/hash.h"
#include "core/out.h"

/* One line that says which image goes on which chip. */
static void put_identity(struct buf *b, struct view bytes, const struct nor *n)
{
	char sum[SHA256_TEXT];

	sha256_text(bytes, sum);
	put_text(b, "fwtool flash 1 chip %02x%02x%02x size 0x%llx image %s\n",
		 n->chip.id[0], n->chip.id[1], n->chip.id[2],
		 (unsigned long long)n->chip.size, sum);
}

static void put_lock(struct buf *b, const struct nor_lock *l)
{
	put_text(b, "lock %02x %02x ", l->sr1, l->sr2);
	for (size_t i = 0; i < l->nbits; i++)
		put_text(b, "%02x", l->bits[i]);
	put_text(b, "\n");
}

/* "lock 1c 00 " and perhaps more digits: what was lifted. */
static bool get_lock(struct view line, struct nor_lock *l)
{
	char text[128];
	unsigned one, two, bits;
	int at = 0;

	if (line.len >= sizeof(text))
		return false;
	memcpy(text, line.p, line.len);
	text[line.len] = 0;
	*l = (struct nor_lock){ 0 };
	if (sscanf(text, "lock %2x %2x %n", &one, &two, &at) != 2 || !at)
		return false;
	l->sr1 = (uint8_t)one;
	l->sr2 = (uint8_t)two;
	for (; l->nbits < sizeof(l->bits) && sscanf(text + at, "%2x", &bits) == 1; at += 2)
		l->bits[l->nbits++] = (uint8_t)bits;
	return true;
}

int flash_journal_find(struct flash_journal *j, const char *image,
		       struct view bytes, const struct nor *n, struct err *e)
{
	struct buf want = { 0 };
	struct view line, rest;
	struct image im;

	*j = (struct flash_journal){ 0 };
	if (snprintf(j->path, sizeof(j->path), "%s.flash", image) >=
	    (int)sizeof(j->path))
		return fail(e, ERR_USAGE, "%.60s...: name is too long; move the image",
			    image);
	if (access(j->path, F_OK))
		return 0;
	if (image_open(&im, j->path, e) < 0)
		return -1;
	put_identity(&want, bytes, n);
	rest = im.v;
	j->found = view_is(im.v, 0, want.p, want.len) && next_line(&rest, &line) &&
		   next_line(&rest, &line) && line.len < sizeof(j->backup);
	if (j->found)
		memcpy(j->backup, line.p, line.len);
	j->locked = j->found && next_line(&rest, &line) && get_lock(line, &j->lock);
	buf_free(&want);
	image_close(&im);
	if (j->found)
		return 0;
	fail(e, ERR_USAGE, "is of another image or chip, whose write was interrupted; "
	     "finish that, or remove the file");
	return err_about(e, j->path);
}

int flash_journal_begin(struct flash_journal *j, struct view bytes,
			const struct nor *n, struct err *e)
{
	struct buf b = { 0 };
	int r;

	put_identity(&b, bytes, n);
	put_text(&b, "%s\n", j->backup);
	if (j->locked)
		put_lock(&b, &j->lock);
	r = out_save(j->path, buf_view(&b), true, e);
	buf_free(&b);
	return r;
}

void flash_journal_end(struct flash_journal *j)
{
	unlink(j->path);
}
