/* tables.c - the table of contents: one word adds one thing */
#include "acquire/spi.h"
#include "cmd/cmd.h"
#include "core/format.h"
#include "fixup/fixup.h"

/* In the order of --version and of fwtool formats. */
#define FORMATS(X) \
	X(jffs2) X(squashfs) X(cramfs) X(romfs) X(yaffs) X(ambarella) X(minifs) X(ubi) X(ubifs) X(ext) X(fat) X(cpio) X(tar) \
	X(uimage) X(fit) X(dtb) X(trx) X(tplink) X(seama) X(bcmtag) X(realtek) \
	X(mbr) X(gpt) X(reolink) X(paks) X(zip) X(dahua) X(hikvision) X(xiaomi) X(bneg) X(tenvis) X(senao) \
	X(nvtpack) X(cksm) X(bcl1) X(hwnp) X(anjoy) X(sunplus) X(safeloader) X(sercomm) X(imagewty) \
	X(ingenic) X(jzlzma) X(fullhan) X(ipl) X(mxpt) X(gcis) X(anyka) X(hisilicon) X(goke) \
	X(grainmedia) X(ambptb) X(novatek) X(egon) X(toc0) X(mediatek) X(lk) X(cfe) X(nvram) \
	X(env) X(uboot) X(zimage) X(bzimage) X(zboot) X(elf) \
	X(gzip) X(xz) X(lzma) X(bzip2) X(lzop) X(lz4) X(lz4_legacy) X(zstd)

#define FIXUPS(X) \
	X(unhex) X(nand) X(swap16) X(swap32) X(swap64)

#ifdef FWTOOL_STATIC
#define PROGRAMMERS(X) \
	X(serprog) X(spidev) X(sim)
#else
#define PROGRAMMERS(X) \
	X(ch341a) X(ch347) X(ft232h) X(serprog) X(spidev) X(sim)
#endif

#define COMMANDS(X) \
	X(acquire) X(unhex) X(join) \
	X(swap32) X(swap16) X(swap64) X(nand) \
	X(verify) \
	X(scan) X(ls) X(cat) \
	X(env) X(report) X(diff) \
	X(carve) X(extract) X(clean) X(repack) \
	X(batch) X(formats) \
	X(flash) \
	X(mkfs_jffs2) X(mkfs_cramfs) X(genromfs) X(binwalk) X(mksquashfs) X(unsquashfs) X(flashrom) X(fw_printenv) X(jefferson) X(completion)

#define DECLARE_FORMAT(name) extern const struct format format_##name;
#define DECLARE_FIXUP(name) extern const struct fixup fixup_##name;
#define DECLARE_COMMAND(name) extern const struct command command_##name;
#define DECLARE_PROGRAMMER(name) extern const struct programmer programmer_##name;
#define POINT_PROGRAMMER(name) &programmer_##name,
#define POINT_FORMAT(name) &format_##name,
#define POINT_FIXUP(name) &fixup_##name,
#define POINT_COMMAND(name) &command_##name,

FORMATS(DECLARE_FORMAT)
FIXUPS(DECLARE_FIXUP)
PROGRAMMERS(DECLARE_PROGRAMMER)
COMMANDS(DECLARE_COMMAND)

const struct format *const formats[] = { FORMATS(POINT_FORMAT) NULL };
const struct fixup *const fixups[] = { FIXUPS(POINT_FIXUP) NULL };
const struct programmer *const programmers[] = { PROGRAMMERS(POINT_PROGRAMMER) NULL };
const struct command *const commands[] = { COMMANDS(POINT_COMMAND) NULL };
