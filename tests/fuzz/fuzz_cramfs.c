/* fuzz_cramfs.c - finding and reading cramfs, and unpacking all of it */
#include "reader.h"

extern const struct format format_cramfs;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_cramfs, SORTED, data, size);
}
