/* uimage_words.c - the numbers of U-Boot's legacy header, named */
#include "scan/uimage.h"

#define WORD(table, n) ((n) < sizeof(table) / sizeof(*(table)) ? (table)[n] : NULL)

static const char *const arches[] = {
	NULL, "Alpha", "ARM", "x86", "IA64", "MIPS", "MIPS64", "PowerPC",
	"S390", "SuperH", "SPARC", "SPARC64", "M68K", "Nios", "MicroBlaze",
	"NiosII", "Blackfin", "AVR32", "ST200", "Sandbox", "NDS32", "OpenRISC",
	"ARM64", "ARC", "x86_64", "Xtensa", "RISC-V",
};

static const char *const systems[] = {
	NULL, "OpenBSD", "NetBSD", "FreeBSD", "4.4BSD", "Linux", "SVR4", "Esix",
	"Solaris", "Irix", "SCO", "Dell", "NCR", "LynxOS", "VxWorks", "pSOS",
	"QNX", "U-Boot", "RTEMS", "Artos", "Unity", "Integrity", "OSE",
	"Plan 9", "OpenRTOS", "Trusted Firmware", "TEE", "OpenSBI", "EFI",
};

static const char *const types[] = {
	NULL, "standalone", "kernel", "ramdisk", "multi", "firmware", "script",
	"filesystem", "devicetree", "kwbimage", "imximage", "ublimage",
	"omapimage", "aisimage", "kernel-noload", "pblimage",
};

static const char *const comps[] = {
	"none", "gzip", "bzip2", "lzma", "lzo", "lz4", "zstd",
};

const char *uimage_arch(unsigned n) { return WORD(arches, n); }
const char *uimage_os(unsigned n) { return WORD(systems, n); }
const char *uimage_type(unsigned n) { return WORD(types, n); }
const char *uimage_comp(unsigned n) { return WORD(comps, n); }
