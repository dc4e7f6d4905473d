/* pe.c - what a kernel tells the firmware of a PC: where it ends, who signed it */
#include "scan/zimage.h"

enum { COFF = 24, SECTION = 40, MOST_SECTIONS = 64, PE32PLUS = 0x20b };

bool pe_get(struct view v, struct pe *pe)
{
	uint64_t at = peek32(v, 0x3c, LITTLE), table;
	bool wide = peek16(v, at + COFF, LITTLE) == PE32PLUS;
	unsigned n = peek16(v, at + 6, LITTLE);
	uint32_t cert, size;

	*pe = (struct pe){ .checksum = at + COFF + 64,
			   .certificates = at + COFF + (wide ? 144 : 128) };
	if (!view_is(v, 0, "MZ", 2) || !view_is(v, at, "PE\0\0", 4) ||
	    !n || n > MOST_SECTIONS || !view_has(v, pe->certificates, 8))
		return false;
	table = at + COFF + peek16(v, at + 20, LITTLE);
	for (unsigned i = 0; i < n; i++) {
		uint64_t from = peek32(v, table + i * SECTION + 20, LITTLE);
		uint64_t end = from + peek32(v, table + i * SECTION + 16, LITTLE);

		if (from && end > pe->end)
			pe->end = end;
	}
	cert = peek32(v, pe->certificates, LITTLE);
	size = peek32(v, pe->certificates + 4, LITTLE);
	pe->is_signed = cert && size && cert >= pe->end;
	if (pe->is_signed)
		pe->end = cert + (uint64_t)size;
	return pe->end > 0;
}
