/* fuzz_romfs.c - finding and reading romfs, and unpacking all of it */
#include "reader.h"

extern const struct format format_romfs;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_romfs, SORTED, data, size);
}
