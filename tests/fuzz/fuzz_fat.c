/* fuzz_fat.c - finding and reading FAT, and all its files */
#include "reader.h"

extern const struct format format_fat;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_fat, SORTED, data, size);
}
