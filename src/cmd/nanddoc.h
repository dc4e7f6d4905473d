/* nanddoc.h - what nand found, as a document */
#ifndef CMD_NANDDOC_H
#define CMD_NANDDOC_H

#include <jansson.h>

#include "fixup/nand/nand.h"

void nand_document(json_t *doc, const struct nand_chip *c,
		   const struct nand_proof *proof, const struct nand_report *p);

#endif
