/* nand.h - raw NAND dumps: what a person may say of them, and is told */
#ifndef FIXUP_NAND_NAND_H
#define FIXUP_NAND_NAND_H

#include "core/opt.h"
#include "fixup/nand/find.h"
#include "fixup/nand/strip.h"

struct nand_opts { const char *page, *ecc, *layout; uint64_t block; };

int nand_hints(const struct nand_opts *o, struct nand_hint *h, struct err *e);

/*
 * The chip by its code; or, where no code proves itself, by the likeliest
 * size of pages, without one. nand_release() it.
 */
int nand_choose(struct view in, const struct nand_hint *h, struct nand_chip *c,
		struct nand_proof *p, struct err *e);

/* Warnings and notes of a report, and its one line. */
void nand_say(const struct nand_chip *c, const struct nand_report *r);
void nand_summary(const struct nand_chip *c, const struct nand_report *r,
		  struct buf *say);

#endif
