/* utf16.c - names as Windows and UEFI have them, in UTF-8 */
#include "core/text.h"

void put_utf8(struct buf *b, uint32_t code)
{
	if (code < 0x80) {
		put8(b, (uint8_t)code);
		return;
	}
	if (code >= 0x10000) {
		put8(b, (uint8_t)(0xf0 | code >> 18));
		put8(b, (uint8_t)(0x80 | (code >> 12 & 0x3f)));
	} else if (code >= 0x800) {
		put8(b, (uint8_t)(0xe0 | code >> 12));
	}
	put8(b, (uint8_t)(code < 0x800 ? 0xc0 | code >> 6 : 0x80 | (code >> 6 & 0x3f)));
	put8(b, (uint8_t)(0x80 | (code & 0x3f)));
}

void put_utf16(struct buf *b, struct view text)
{
	uint32_t code, low;

	for (size_t i = 0; (code = peek16(text, i, LITTLE)); i += 2) {
		low = code >> 10 == 0x36 ? peek16(text, i + 2, LITTLE) : 0;
		if (low >> 10 == 0x37) {
			code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
			i += 2;
		}
		put_utf8(b, code);
	}
}
