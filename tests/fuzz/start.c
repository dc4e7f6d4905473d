/* start.c - what is so in every fuzzer: one thread, whose order is always the same */
#include "core/par.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	par_use(1);
	return 0;
}
