/* nanddoc.c - what nand found, as a document */
#include "cmd/nanddoc.h"

static json_t *pages_of(const uint64_t *page, size_t n, uint64_t size)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer((json_int_t)(page[i] * size)));
	return list;
}

static json_t *blocks_of(const struct nand_report *p, uint64_t size)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->nbad; i++)
		json_array_append_new(list, json_integer((json_int_t)(p->bad[i].block *
								      size)));
	return list;
}

void nand_document(json_t *doc, const struct nand_chip *c,
		   const struct nand_proof *proof, const struct nand_report *p)
{
	static const char *const codes[] = { "none", "hamming", "bch", "rs" };

	json_object_set_new(doc, "chip", json_pack(
		"{s:i, s:i, s:i, s:s, s:s, s:i, s:b, s:i, s:i}", "page", c->page,
		"spare", c->spare, "block", c->block, "layout", c->layout, "code",
		codes[c->code.kind], "strength", c->code.t, "randomized",
		c->seeds != 0, "words_right", proof->right, "words_seen",
		proof->used));
	json_object_set_new(doc, "pages", json_pack(
		"{s:I, s:I, s:I, s:I, s:I}", "all", (json_int_t)p->pages, "erased",
		(json_int_t)p->erased, "corrected", (json_int_t)p->fixed, "bits",
		(json_int_t)p->flips, "lost", (json_int_t)p->lost));
	json_object_set_new(doc, "corrected", pages_of(p->fixed_page, p->nfixed,
							     nand_raw(c)));
	json_object_set_new(doc, "lost", pages_of(p->lost_page, p->nlost,
							nand_raw(c)));
	json_object_set_new(doc, "bad_blocks", blocks_of(p, (uint64_t)c->block *
							       nand_raw(c)));
}
