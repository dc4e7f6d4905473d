"""stores.py - a device's flash: sf, nand, mmc, or flash that is mapped

Each has the words its U-Boot commands are typed with. A write of NOR and NAND
only clears bits, with the faults asked for: locked, weak (a bit is turned), dead
(half of it, then a reset).
"""
from line import Reset

MAPPED = 0x1c000000


class Store:
    unit = 1
    erases = 0                  # the least that is erased at once

    def __init__(self, path, get, say):
        self.path, self.get, self.say = path, get, say
        self.bytes = bytearray(open(path, "rb").read())
        self.locked, self.weak, self.dead = (get(k, 0) for k in ("locked", "weak", "dead"))

    def copy_out(self, ram, at, off, n):
        if self.get("bad", 0):
            self.say("Skipping bad block 0x%08x\n" % off)
        ram[at:at + n * self.unit] = self.bytes[off * self.unit:(off + n) * self.unit]
        self.did(n, off, "Read", "read")

    def copy_in(self, ram, at, off, n):
        self.put(off * self.unit, bytes(ram[at:at + n * self.unit]))
        self.did(n, off, "Written", "written")

    def erase(self, off, n):
        if off % self.erases or n % self.erases:
            return self.say("erase size not a multiple of %d KiB\nERROR -22\n" %
                            (self.erases >> 10))
        self.put(off, b"\xff" * n)
        self.did(n, off, "Erased", "erased")

    def put(self, off, data):
        if self.locked:
            return
        writes = data.strip(b"\xff") != b""
        if writes and self.weak:
            self.weak -= 1
            data = bytes([data[0] ^ 1]) + data[1:]
        self.dead -= writes
        cut = len(data) // 3 if writes and self.dead == 0 else len(data)
        if writes and self.erases:
            was = int.from_bytes(self.bytes[off:off + cut], "big")
            data = (was & int.from_bytes(data[:cut], "big")).to_bytes(cut, "big")
        self.bytes[off:off + cut] = data[:cut]
        with open(self.path, "r+b") as f:
            f.seek(off)
            f.write(data[:cut])
        if self.dead == 0 and writes:
            raise Reset

    def did(self, n, off, new, old):
        self.say(" %d bytes %s: OK\n" % (n * self.unit, old))

    def run(self, ram, base, w):
        """One command; False: there is none of that name."""
        if w[0] == "info":
            self.info()
        elif w[0] == "read":
            self.copy_out(ram, int(w[1], 16) - base, int(w[2], 16), int(w[3], 16))
        elif w[0] == "write":
            self.copy_in(ram, int(w[1], 16) - base, int(w[2], 16), int(w[3], 16))
        elif w[0] == "erase" and self.erases:
            self.erase(int(w[1], 16), int(w[2].lstrip("+"), 16))
        else:
            raise IndexError


class Sf(Store):
    erases = 65536

    def info(self):
        size = len(self.bytes)
        self.say("%d KiB hi_fmc at 0:0 is now current device\n" % (size >> 10)
                 if self.get("old", 0) else
                 "SF: Detected MX25L12845E with page size 256 Bytes, erase size 64 KiB, "
                 "total %d MiB\n" % (size >> 20))

    def did(self, n, off, new, old):
        self.say("SF: %d bytes @ 0x%x %s: OK\n" % (n, off, new))

    def run(self, ram, base, w):
        if w[0] == "probe":
            self.info()
        elif w[:2] == ["protect", "unlock"]:
            self.locked = 0
        else:
            super().run(ram, base, w)


class Nand(Store):
    erases = 131072

    def info(self):
        self.say("\nDevice 0: nand0, sector size 128 KiB\n  NAND %d MiB\n"
                 "  Page size 2048 b\n  OOB size 64 b\n  Erase size 131072 b\n" %
                 (len(self.bytes) >> 20))

    def did(self, n, off, new, old):
        self.say("\nNAND %s: device 0 offset 0x%x, size 0x%x\n" %
                 (old.replace("written", "write").replace("erased", "erase"), off, n))
        self.say("Erasing at 0x%x -- 100%% complete.\nOK\n" % off if old == "erased"
                 else " %d bytes %s: OK\n" % (n, old))


class Mmc(Store):
    unit = 512

    def info(self):
        self.say("Device: dwmmc\nBus Speed: 50000000\nHigh Capacity: Yes\n"
                 "Capacity: 7.3 GiB\n")

    def did(self, n, off, new, old):
        self.say("\nMMC %s: dev # 0, block # %d, count %d ... %d blocks %s: OK\n" %
                 (old.replace("written", "write"), off, n, n, old))


class Mapped(Store):
    def info(self):
        self.say("\nBank # 1: CFI conformant flash (32 x 16)  Size: %d MB in 256 Sectors\n"
                 "  Sector Start Addresses:\n  %08X   RO   %08X   RO\n" %
                 (len(self.bytes) >> 20, MAPPED, MAPPED + 0x10000))


named = {"sf": Sf, "nand": Nand, "mmc": Mmc, "flash": Mapped}
