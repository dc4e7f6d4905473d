/* fuzz_cpio.c - finding and reading cpio archives, and unpacking all of them */
#include "reader.h"

extern const struct format format_cpio;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_cpio, SORTED, data, size);
}
