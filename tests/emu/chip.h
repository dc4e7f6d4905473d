/* chip.h - the chip behind an emulated programmer, as EMU_CHIP describes it */
#ifndef TESTS_EMU_CHIP_H
#define TESTS_EMU_CHIP_H

#include <stddef.h>
#include <stdint.h>

/*
 * EMU_CHIP="file=F,id=ef4018,sfdp=1,four_only=0,four_ops=0,sr1=00,busy=3" and
 * EMU_FAULTS="seed=1,flip=1e-6,lose=1e-5,stuck=01,float=0,wflip=1e-6,
 * chatter=40" (bits turned on their way back, 32 bytes lost, bits that read as
 * 1, nobody there, bits turned on their way to the chip, one frame in 40 in
 * which the board drives the bus) and those of each stand-in. The file's size
 * is the chip's; it is mapped, so what is written is there for others.
 */
struct emu_chip;

struct emu_chip *emu_chip_open(void);	/* exits with a line when it cannot */
void emu_select(struct emu_chip *c);
void emu_deselect(struct emu_chip *c);
uint8_t emu_clock(struct emu_chip *c, uint8_t mosi);

/* One fault of the transport, told by name; true with probability 1/N. */
int emu_fault(struct emu_chip *c, const char *name);
/* The number behind a name in EMU_FAULTS, or 0. */
double emu_number(const char *name);
/* The same in hexadecimal, where it is given. */
uint16_t emu_hex(const char *name, uint16_t otherwise);
/* Whether the 32 bytes that begin now are lost (read as ff). */
int emu_loses(struct emu_chip *c);
/* How many bytes the bus has clocked. */
uint64_t emu_clocked(const struct emu_chip *c);

#endif
