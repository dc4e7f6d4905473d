/* fuzz_dtparts.c - partitions in device trees */
#include "scan/mapmake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct speaker who = { .rank = MAP_DEVICETREE, .source = "fuzz" };
	struct maps m = { 0 };

	maps_tree(&m, &who, (struct view){ data, size, 0 }, 0x800000);
	maps_free(&m);
	return 0;
}
