/* input.c - what a command analyses: an input, after the fix-ups it needs */
#include "project/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/opt.h"
#include "core/text.h"
#include "fixup/fixup.h"
#include "project/nandtrial.h"
#include "project/trial.h"

enum { SURE = 60, FIRST_BLOCK = 1 << 17 };

static const struct fixup *fixup_named(const char *name)
{
	for (size_t i = 0; fixups[i]; i++)
		if (!strcmp(fixups[i]->name, name))
			return fixups[i];
	return NULL;
}

/* Set the option that --fixup NAME=VALUE means: --dump of unhex. */
static int fixup_value(const struct fixup *f, void *opts, const char *value,
		       struct err *e)
{
	if (!value)
		return 0;
	if (!f->value)
		return fail(e, ERR_USAGE, "--fixup %s=%s: %s takes no value; leave it "
			    "out", f->name, value, f->name);
	return opt_set(f->opts, opts, f->value, value, e);
}

static int run_fixup(struct input *in, const struct fixup *f, const char *value,
		     struct repaired *r, struct err *e)
{
	void *opts = xcalloc(1, f->optsize ? f->optsize : 1);
	int status = fixup_value(f, opts, value, e);

	if (!status)
		status = f->apply(in->v, value ? opts : NULL, r, e);
	free(opts);
	if (status < 0)
		return -1;
	buf_free(&in->fixed);
	in->fixed = r->bytes;
	in->kept[in->napplied] = r->keep;
	r->bytes = r->keep = (struct buf){ 0 };
	in->v = buf_view(&in->fixed);
	in->fd = -1;
	return 0;
}

static int apply(struct input *in, const struct fixup *f, const char *value,
		 const char *why, struct err *e)
{
	struct applied *a = &in->applied[in->napplied];
	struct repaired r = { 0 };
	int status = -1;

	if (in->napplied == MOST_FIXUPS)
		return fail(e, ERR_USAGE, "more than %d fix-ups; leave some out",
			    MOST_FIXUPS);
	if (run_fixup(in, f, value, &r, e) < 0)
		goto out;
	/* One that can be undone is found again by its name as it was given. */
	snprintf(a->name, sizeof(a->name), "%s%s%s", f->name, value && f->undo ? "=" : "",
		 value && f->undo ? value : "");
	snprintf(a->say, sizeof(a->say), "%s", why ? why : buf_string(&r.say));
	note("input.fixup", "%s", a->say);
	in->napplied++;
	status = 0;
out:
	buf_free(&r.bytes);
	buf_free(&r.say);
	buf_free(&r.keep);
	return status;
}

static int try_orders(struct input *in, struct err *e)
{
	struct proofs p;
	unsigned width;
	char name[16], why[208];
	const struct fixup *f;

	if (find_order(in->v, in->fd, &width, &p, e) < 0)
		return -1;
	snprintf(name, sizeof(name), "swap%u", width * 8);
	f = width ? fixup_named(name) : NULL;
	if (!f || in->v.len % width)
		return 0;
	snprintf(why, sizeof(why), "words are byte-swapped (%s proves %s, as it is 0); "
		 "swapped", name, proof_text(&p).text);
	return apply(in, f, NULL, why, e);
}

/*
 * YAFFS has its tags in the spare bytes: of a dump of its partition, or one
 * that is mostly YAFFS, they stay, behind corrected pages where a code is known.
 */
static int apply_nand(struct input *in, const struct fixup *nand, const char *page,
		      const char *why, struct err *e)
{
	uint64_t bytes, at;

	if (count_of(in->v, in->fd, "yaffs", &bytes, &at, e) < 0)
		return -1;
	if (bytes && (at < FIRST_BLOCK || bytes > in->v.len / 2))
		return page ? 0 : apply(in, nand, "oob", NULL, e);
	if (bytes)
		warn_at("input.yaffs", at, "yaffs begins here in the raw dump and is lost "
			"with the spare bytes; for it, add --fixup %s", page ? "none"
			: "nand=oob");
	return apply(in, nand, page, why, e);
}

/* No code proves itself: what can be found without the spare bytes decides. */
static int try_pages(struct input *in, const struct fixup *nand, struct err *e)
{
	char page[24], why[208];

	if (find_pages(in->v, page, sizeof(page), why, sizeof(why), e) < 0)
		return -1;
	return *page ? apply_nand(in, nand, page, why, e) : 0;
}

static int apply_auto(struct input *in, struct err *e)
{
	const struct fixup *unhex = fixup_named("unhex");
	const struct fixup *nand = fixup_named("nand");
	bool plain = true;

	if (unhex && unhex->suspect(in->v) >= SURE &&
	    apply(in, unhex, NULL, NULL, e) < 0)
		return -1;
	if (nand && is_plain(in->v, in->fd, &plain, e) < 0)
		return -1;
	if (!plain && nand->suspect(in->v) >= SURE
	    ? apply_nand(in, nand, NULL, NULL, e) < 0
	    : !plain && try_pages(in, nand, e) < 0)
		return -1;
	return try_orders(in, e);
}

static int unknown(const char *name, struct err *e)
{
	const char *words[32] = { "auto", "none" }, *best;
	size_t n = 2;

	for (size_t i = 0; fixups[i] && n < 31; i++)
		words[n++] = fixups[i]->name;
	words[n] = NULL;
	best = nearest(name, words);
	return best ? fail(e, ERR_USAGE, "--fixup %s: unknown; did you mean %s?", name,
			   best)
		    : fail(e, ERR_USAGE, "--fixup %s: unknown; give auto, none, or a "
			   "list of unhex, nand, swap16, swap32, swap64", name);
}

static int apply_list(struct input *in, const char *list, struct err *e)
{
	char *copy = xstrdup(list), *rest = copy, *word;
	int r = 0;

	while (!r && (word = strsep(&rest, ",")) != NULL) {
		char *value = strchr(word, '=');
		const struct fixup *f;

		if (value)
			*value++ = 0;
		f = fixup_named(word);
		r = f ? apply(in, f, value, NULL, e) : unknown(word, e);
	}
	free(copy);
	return r;
}

static int apply_range(struct input *in, const char *range, struct err *e)
{
	struct range r;

	if (!range)
		return 0;
	if (parse_range(range, in->v.len, &r, e) < 0)
		return -1;
	in->v = view_sub(in->v, r.at, r.size);
	if (r.at)
		in->fd = -1;
	return 0;
}

static int fix(struct input *in, const struct input_opts *o, struct err *e)
{
	const char *fixup = o && o->fixup ? o->fixup : "auto";

	if (!in->v.len)
		return fail(e, ERR_FORMAT, !strcmp(in->im.name, "standard input") ?
			    "standard input is empty; the command before the pipe failed"
			    : "the file is empty; was it copied whole?");
	if (!strcmp(fixup, "auto") ? apply_auto(in, e) < 0 :
	    strcmp(fixup, "none") && apply_list(in, fixup, e) < 0)
		return -1;
	return apply_range(in, o ? o->range : NULL, e);
}

int input_open(struct input *in, const char *path, const struct input_opts *o,
	       struct err *e)
{
	*in = (struct input){ .fd = -1 };
	if (image_open(&in->im, path, e) < 0)
		return -1;
	in->v = in->im.v;
	in->fd = in->im.fd;
	if (fix(in, o, e) < 0) {
		if (strcmp(path, "-"))
			err_about(e, in->im.name);
		input_close(in);
		return -1;
	}
	return 0;
}

void input_close(struct input *in)
{
	for (unsigned i = 0; i < MOST_FIXUPS; i++)
		buf_free(&in->kept[i]);
	buf_free(&in->fixed);
	image_close(&in->im);
	*in = (struct input){ .fd = -1 };
}
