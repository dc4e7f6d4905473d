/* fuzz_squashfs.c - finding and reading squashfs, and unpacking all of it */
#include "reader.h"

extern const struct format format_squashfs;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_squashfs, AS_FOUND, data, size);
}
