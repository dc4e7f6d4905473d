/* fuzz_ambarella.c - finding and reading ambarella, and unpacking all of it */
#include "reader.h"

extern const struct format format_ambarella;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_ambarella, SORTED, data, size);
}
