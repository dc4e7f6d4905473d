/* word.c - the code words of a raw page */
#include "fixup/nand/word.h"

#include <string.h>

#include "fixup/nand/bits.h"

static size_t ecc_bytes(const struct nand_chip *c)
{
	return (c->ecc_bits + 7) / 8;
}

/* Straight from the page where it lies in one piece. */
void word_get(const struct nand_chip *c, const struct nand_step *s,
		     const uint8_t *raw, struct word *w)
{
	size_t bits = 0, at;

	w->pad = 0;
	if (s->pieces == 1 && s->piece[0].bit % 8 == 0) {
		w->n = s->piece[0].n / 8;
		w->p = raw + s->piece[0].bit / 8;
		return;
	}
	for (unsigned k = 0; k < s->pieces; k++)
		bits += s->piece[k].n;
	w->pad = (unsigned)(-bits % 8);
	w->n = (bits + w->pad) / 8;
	w->p = w->room;
	w->room[0] = 0;
	at = w->pad;
	for (unsigned k = 0; k < s->pieces; k++) {
		bits_copy(w->room, at, raw, s->piece[k].bit, s->piece[k].n,
			  c->low_first);
		at += s->piece[k].n;
	}
}

static void get_ecc(const struct nand_chip *c, const struct nand_step *s,
		    const uint8_t *raw, uint8_t *ecc)
{
	bits_copy(ecc, 0, raw, s->ecc[0].bit, s->ecc[0].n, c->low_first);
	bits_copy(ecc, s->ecc[0].n, raw, s->ecc[1].bit, s->ecc[1].n, c->low_first);
}

void word_put_ecc(const struct nand_chip *c, const struct nand_step *s,
		    const uint8_t *ecc, uint8_t *raw)
{
	bits_copy(raw, s->ecc[0].bit, ecc, 0, s->ecc[0].n, c->low_first);
	bits_copy(raw, s->ecc[1].bit, ecc, s->ecc[0].n, s->ecc[1].n, c->low_first);
}

void word_encode(const struct nand_chip *c, const struct word *w, uint8_t *ecc)
{
	if (c->code.kind == NAND_HAMMING)
		hamming_encode(c->code.order, w->p, w->n, ecc);
	else if (c->code.kind == NAND_RS)
		rs_encode(&c->rs, w->p, w->n, ecc);
	else
		bch_encode(&c->bch, w->p, w->n, ecc);
	for (size_t i = 0; i < ecc_bytes(c); i++)
		ecc[i] ^= c->code.mask[i];
}

bool word_wrong(const struct nand_chip *c, const struct nand_step *s,
		      const uint8_t *raw, const struct word *w, uint8_t *wrong)
{
	uint8_t stored[BCH_MOST_BYTES], any = 0;
	size_t bytes = ecc_bytes(c), over = bytes * 8 - c->ecc_bits;

	word_encode(c, w, wrong);
	stored[bytes - 1] = 0;
	get_ecc(c, s, raw, stored);
	if (over) {
		uint8_t keep = (uint8_t)(c->low_first ? 0xff >> over : 0xff << over);

		wrong[bytes - 1] &= keep;
		stored[bytes - 1] &= keep;
	}
	for (size_t i = 0; i < bytes; i++)
		any |= wrong[i] ^= stored[i];
	return any;
}

bool word_is_erased(const struct nand_chip *c, const struct nand_step *s,
		      const uint8_t *raw, const struct word *w, unsigned *zero)
{
	uint8_t ecc[BCH_MOST_BYTES];
	size_t most = c->code.t, count = bits_zero(w->p, w->n, most + 8) - w->pad;

	memset(ecc, 0xff, sizeof(ecc));
	if (count <= most)
		get_ecc(c, s, raw, ecc);
	count += bits_zero(ecc, ecc_bytes(c), most);
	*zero = (unsigned)count;
	return count <= most;
}
