"""monitors.py - boot loaders that are no U-Boot, as their logs and sources show them

Each has a prompt, a banner, the keys that stop its autoboot and a run(line)
that answers one line. Facts are those of published logs and vendor sources:
CFE's dm counts in decimal; RedBoot puts two blanks in the middle and the text
in bars; Realtek's DB counts decimal bytes, D decimal words; BootBase stops
every 16 lines; tcboot has dots between words; NetOS prints 256 bytes, words
turned with -s, a blank of the text as a dot, and wants 0x; brnboot asks one
thing after the other and prints no text.
"""


def shown(data, low=0x20, high=0x7e):
    return "".join(chr(c) if low <= c <= high else "." for c in data)


def hexes(data, sep=" ", upper=False):
    text = sep.join("%02x" % c for c in data)
    return text.upper() if upper else text


class Monitor:
    keys = b" "
    says = "Press any key to stop auto run"

    def __init__(self, mem, say, hear, send):
        self.mem, self.say, self.hear, self.send = mem, say, hear, send

    def rows(self, at, n, step=16):
        for row in range(at, at + n, step):
            yield row, self.mem(row, min(step, at + n - row))

    def unknown(self, line):
        self.say("Invalid command: \"%s\"\n" % line)


class Cfe(Monitor):
    prompt = "CFE> "
    banner = "CFE version 1.0.37-106.5 for BCM96368 (32bit,SP,BE)\n"

    def run(self, line):
        w = line.split()
        if w and w[0] == "dm" and len(w) == 3:
            for row, d in self.rows(int(w[1], 16), int(w[2])):
                self.say("%08x: %s    %s\n" % (row, hexes(d), shown(d)))
            self.say("\n*** command status = 0\n")
        elif w:
            self.unknown(line)


class Redboot(Monitor):
    prompt = "RedBoot> "
    keys, says = b"\x03", "== Executing boot script in 2.000 seconds - enter ^C to abort"
    banner = "RedBoot(tm) bootstrap and debug environment [ROM]\n"

    def run(self, line):
        w = line.split()
        if w and w[0] in ("dump", "x"):
            at = int(w[w.index("-b") + 1], 0)
            n = int(w[w.index("-l") + 1], 0) if "-l" in w else 32
            for row, d in self.rows(at, n):
                self.say("%08X: %s |%s|\n" % (row, hexes(d[:8], upper=True) + "  " +
                         hexes(d[8:], upper=True), shown(d)))
        elif w:
            self.say("** Error: Illegal command: \"%s\"\n" % line)


class Realtek(Monitor):
    prompt = "<RealTek>"
    keys, says = b"\x1b", "---Escape booting by user (press ESC)"
    banner = "---RealTek(RTL8196E)at 2014.04.22-16:22+0800 v1.3 [16bit](400MHz)\n"

    def run(self, line):
        w = line.split()
        if w and w[0] == "DB":
            self.say(" [Addr]   .0 .1 .2 .3 .4 .5 .6 .7 .8 .9 .A .B .C .D .E .F\n")
            for row, d in self.rows(int(w[1], 16), int(w[2])):
                self.say("%08X: %s    %s\n" % (row, hexes(d, upper=True), shown(d)))
        elif w:
            self.say("Unknown command !\n")


class Btcode(Realtek):
    def run(self, line):
        w = line.split()
        if w and w[0] == "D":
            for row, d in self.rows(int(w[1], 16), int(w[2]) * 4):
                self.say("%08X:\t%s\n" % (row, "\t".join(
                    hexes(d[i:i + 4], "", True) for i in range(0, len(d), 4))))
        elif w:
            self.say("Unknown command !\n")


class Zyxel(Monitor):
    prompt = "ZHAL> "
    banner = "Bootbase Version: V1.07 | 04/19/2006 15:24:48\n"
    says = "Press any key to enter debug mode within 3 seconds."

    def run(self, line):
        if line.startswith("ATDU") and "," in line:
            at, n = (int(x, 16) for x in line[4:].split(","))
            for i, (row, d) in enumerate(self.rows(at, n)):
                if i and i % 16 == 0:
                    self.say("< Press any key to Continue, ESC to Quit >")
                    key = b""
                    while not key:
                        key = self.hear(5)
                    self.say("\n")
                    if key[0] == 27:
                        return
                self.say("%08X: %s-%s   %s\n" % (row, hexes(d[:8], upper=True),
                                                 hexes(d[8:], upper=True), shown(d)))
        elif line.startswith("ATDO") and "," in line:
            at, n = (int(x, 16) for x in line[4:].split(","))
            self.say("Starting XMODEM download (CRC mode)....\n")
            self.send(self.mem(at, n))
            self.say("\nOK\n")
        elif line.startswith("AT"):
            self.say("OK\n" if line == "AT" else "ERROR\n")


class Tcboot(Monitor):
    prompt = "bldr> "
    keys, says = b"\r", "Press any key in 3 secs to enter boot command mode."
    banner = "RT63365 at Mon Jan 17 11:38:00 CST 2011 version 1.0\n"

    def run(self, line):
        w = line.split()
        if w and w[0] == "dump":
            for row, d in self.rows(int(w[1], 16), int(w[2], 16)):
                self.say("%08x  %s  |%s|  %s\n" % (row, ".".join(
                    hexes(d[i:i + 4]) for i in range(0, len(d), 4)), shown(d), " " * 40))
        elif w:
            self.say("command not found\n")


class Netos(Monitor):
    prompt = "bootloader > "
    keys, says = b"\x1b", "Press ESC to enter the boot loader"
    banner = "W90P745 Boot Loader [ Version 1.1 ]\n"

    def run(self, line):
        w = line.split()
        if w and w[0].lower() == "d" and w[-1].startswith("0x"):
            self.say("Displaying memory at 0x%X\n" % int(w[-1], 16))
            for row, d in self.rows(int(w[-1], 16) & ~3, 256):
                if "-b" in w:
                    groups = [hexes(d[i:i + 1], "", True) for i in range(16)]
                else:
                    step = 1 if "-s" in w else -1
                    groups = [hexes(d[i:i + 4][::step], "", True) for i in range(0, 16, 4)]
                half = len(groups) // 2
                text = "".join(chr(c) if 0x20 < c <= 0x7f else "." for c in d)
                self.say("[%08X] %s - %s  %s\n" % (row, " ".join(groups[:half]),
                                                   " ".join(groups[half:]), text))
            self.say("\n")
        elif w:
            self.say("ERROR: unrecognised command\n\n")


class Brnboot(Monitor):
    prompt = "[VR9 Boot]:"
    keys, says = b"   !", "Press Space Bar 3 times to enter command mode ..."
    banner = "AMAZON Bootloader, V1.2\n"
    menu = True

    def line(self):
        text = b""
        while True:
            for c in self.hear(5):
                if c == 13:
                    self.say("\n")
                    return text.decode("latin1")
                text += bytes([c])
                self.say(chr(c))

    def run(self, key):
        if key != "r":
            self.say("\n")
            return
        self.say("\n\nEnter the Start Address to Read....0x")
        at = int(self.line() or "0", 16)
        self.say("Data Length is (1) 4 Bytes (2) 2 Bytes (3) 1 Byte... ")
        width = b""
        while not width:
            width = self.hear(5)
        self.say(width.decode("latin1") + "\nEnter the Count to Read....(Maximun 10000)")
        n = min(int(self.line() or "0"), 10000)
        self.say("\n" + "-" * 58 + "\n Address   00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D "
                 "0E 0F\n" + "-" * 58 + "\n")
        for row, d in self.rows(at, n):
            self.say("0x%08X %s \n" % (row, hexes(d, upper=True)))
        self.say("\n")


named = {"cfe": Cfe, "redboot": Redboot, "realtek": Realtek, "btcode": Btcode,
         "zyxel": Zyxel, "tcboot": Tcboot, "netos": Netos, "brnboot": Brnboot}
