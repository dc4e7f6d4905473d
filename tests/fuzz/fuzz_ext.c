/* fuzz_ext.c - finding and reading ext2, ext3 and ext4, and all their files */
#include "reader.h"

extern const struct format format_ext;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_reader(&format_ext, AS_FOUND, data, size);
}
