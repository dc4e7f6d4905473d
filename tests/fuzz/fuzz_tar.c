/* fuzz_tar.c - finding and reading tar archives, and all their files */
#include "reader.h"

extern const struct format format_tar;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_tar, AS_FOUND, data, size);
}
