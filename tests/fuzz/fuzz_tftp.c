/* fuzz_tftp.c - packets that come over the network */
#include <assert.h>

#include "acquire/tftpreq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view v = { data, size, 0 };
	struct tftp_request r;
	struct buf out = { 0 };
	char text[100];

	if (tftp_parse(v, &r)) {
		assert(r.block >= 8 && r.block <= TFTP_MOST_BLOCK);
		assert(memchr(r.name, 0, sizeof(r.name)));
		if (tftp_oack(&r, size, &out))
			assert(out.len > 2 && out.p[1] == OACK);
	}
	tftp_error_text(v, text, sizeof(text));
	for (size_t i = 0; text[i]; i++)
		assert(text[i] >= ' ' && text[i] < 0x7f);
	buf_free(&out);
	return 0;
}
