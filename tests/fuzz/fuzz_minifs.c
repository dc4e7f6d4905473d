/* fuzz_minifs.c - finding and reading minifs, and unpacking all of it */
#include "reader.h"

extern const struct format format_minifs;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_minifs, SORTED, data, size);
}
