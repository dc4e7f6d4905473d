"""ubootcmds.py - the commands of a U-Boot 2015, over a line and a store"""
import os, subprocess, tempfile, zlib
import stores

BASE, RAM = 0x20000000, 64 << 20
printable = bytes(c if 0x20 <= c < 0x7f else 0x2e for c in range(256))
help_of = {"crc32": "crc32 address count", "itest": "itest [*]value1 <op> [*]value2",
           "loady": "loady [ addr [ baud ] ]"}
help_of_net = {
    "1": {"tftpput": "tftpput Address Size [[hostIPaddr:]filename]",
          "tftpboot": "tftpboot [loadAddress] [[hostIPaddr:]bootfilename]"},
    "vendor": {"tftp": "tftp - download or upload image via network"}, "": {}}


class Uboot:
    def __init__(self, path, get, line):
        self.get, self.line, self.say = get, line, line.say
        self.store_name = get("store", "sf")
        self.store = stores.named[self.store_name](path, get, line.say)
        self.net, self.card = get("tftp", ""), get("card", "")
        self.env = {"bootdelay": "1", "baseaddr": "0x21000000"}
        self.env.update(v.split("=", 1) for v in get("env", "").split(";") if v)
        self.known = {name[4:].replace("_", "."): getattr(self, name)
                      for name in dir(self) if name.startswith("cmd_")}
        self.forget()

    def forget(self):
        self.ram = bytearray(b"\xa5" * RAM)

    def at(self, at, n):
        off = at - stores.MAPPED
        if self.store_name == "flash" and 0 <= off < len(self.store.bytes):
            return bytes(self.store.bytes[off:off + n])
        return bytes(self.ram[at - BASE:at - BASE + n])

    def put(self, at, data):
        self.ram[at - BASE:at - BASE + len(data)] = data

    def run(self, line):
        w = line.split()
        if not w:
            return
        known = self.known.get(w[0])
        if w[0] == self.store_name:
            known = lambda *args: self.store.run(self.ram, BASE, list(args))
        try:
            known(*w[1:]) if known else self.unknown(w[0])
        except (IndexError, ValueError, KeyError, TypeError):
            self.say("Usage:\n%s - ...\n" % w[0])

    def unknown(self, name):
        self.say("Unknown command '%s' - try 'help'\n" % name)

    def md(self, width, at, count):
        big, printk, rng = self.get("big", 0), self.get("printk", 0), self.line.rng
        for row in range(at, at + count * width, 16):
            data = self.at(row, min(16, at + count * width - row))
            words = [data[i:i + width] for i in range(0, len(data), width)]
            text = " ".join((w if big else w[::-1]).hex() for w in words)
            line = "%08x: %-*s%s%s\n" % (
                row, (16 // width) * (2 * width + 1) - 1, text,
                " " * self.get("gap", 4), data.translate(printable).decode())
            if printk and rng.randrange(printk) == 0:
                cut = rng.randrange(len(line))
                line = line[:cut] + "[   12.345678] random: crng init done\n" + line[cut:]
            self.say(line)

    def cmd_md_b(self, at, n="40"): self.md(1, int(at, 16), int(n, 16))
    def cmd_md_w(self, at, n="40"): self.md(2, int(at, 16), int(n, 16))
    def cmd_md_l(self, at, n="40"): self.md(4, int(at, 16), int(n, 16))
    def cmd_md_q(self, at, n="40"): self.md(8, int(at, 16), int(n, 16))
    cmd_md = cmd_md_l

    def cmd_crc32(self, at, n, to=None):
        if not self.get("crc", 1):
            return self.unknown("crc32")
        at, n = int(at, 16), int(n, 16)
        crc = zlib.crc32(self.at(at, n))
        if to:
            self.put(int(to, 16), crc.to_bytes(4, "big" if self.get("big", 0) else "little"))
        self.say("crc32 for %08x ... %08x ==> %08x\n" % (at, at + n - 1, crc))

    def cmd_cmp_b(self, a, b, n):
        a, b, n = (int(x, 16) for x in (a, b, n))
        self.say("Total of %d byte(s) were the same\n" % n if self.at(a, n) == self.at(b, n)
                 else "byte at 0x%08x (0x00) != byte at 0x%08x (0x01)\n" % (a, b))

    def cmd_flinfo(self):
        self.store.info() if self.store_name == "flash" else self.unknown("flinfo")

    def cmd_printenv(self, *names):
        for k in names or sorted(self.env):
            self.say("%s=%s\n" % (k, self.env[k]) if k in self.env else
                     "## Error: \"%s\" not defined\n" % k)

    def cmd_setenv(self, name, *value):
        self.env[name] = " ".join(value)

    def cmd_bdinfo(self):
        self.say("DRAM bank   = 0x00000000\n-> start    = 0x%08X\n-> size     = "
                 "0x%08X\nrelocaddr   = 0x%08X\nsp start    = 0x%08X\n" % (
                     BASE, RAM, BASE + RAM - 0x100000, BASE + RAM - 0x300000))

    def cmd_version(self):
        self.say("U-Boot 2015.01 (Feb 26 2019 - 10:53:00)\n")

    def cmd_help(self, name=""):
        text = {**help_of, **help_of_net[self.net]}.get(name)
        self.say(text + "\n" if text else
                 "Unknown command '%s' - try 'help' without arguments\n" % name)

    def cmd_uploadx(self, at, n):
        at, n = int(at, 16), int(n, 16)
        self.say("## Ready for binary (xmodem) upload 0x%08X at 115200 bps...\n" % at)
        self.line.send(self.at(at, n))
        self.say("\n## Total Size = 0x%08x = %d Bytes\n" % (n, n))

    def cmd_loady(self, at):
        if not self.get("rb", 1):
            return self.unknown("loady")
        at = int(at, 16)
        self.say("## Ready for binary (ymodem) download to 0x%08X at 115200 bps...\n" % at)
        for data in self.line.receive():
            self.put(at, data)
            self.say("## Total Size      = 0x%08x = %d Bytes\n" % (len(data), len(data)))

    def curl(self, name, at, n):
        """n: upload so many bytes; None: download."""
        place = "tftp://%s:%s/%s" % (self.env["serverip"], self.env.get("tftpdstp", "69"),
                                     name)
        self.say("Using eth0 device\nTFTP to server %s\n" % self.env["serverip"])
        with tempfile.NamedTemporaryFile() as f:
            if n is not None:
                f.write(self.at(at, n))
                f.flush()
            r = subprocess.run(["curl", "-s", "-m", "20", "--tftp-blksize", "1468"] +
                               ["-o" if n is None else "-T", f.name, place])
            if r.returncode:
                return self.say("\nTFTP error: %d\nNot retrying...\n" % r.returncode)
            if n is None:
                data = open(f.name, "rb").read()
                self.put(at, data)
                n = len(data)
        self.say("#################################\ndone\nBytes transferred = %d\n" % n)

    def cmd_tftpput(self, at, n, name):
        if self.net != "1":
            return self.unknown("tftpput")
        self.curl(name, int(at, 16), int(n, 16))

    def cmd_tftpboot(self, at, name):
        if self.net != "1":
            return self.unknown("tftpboot")
        self.curl(name, int(at, 16), None)

    def cmd_tftp(self, at, name, n=None):
        if self.net != "vendor":
            return self.unknown("tftp")
        self.curl(name, int(at, 16), None if n is None else int(n, 16))

    def cmd_fatload(self, kind, dev, at, name, n, pos):
        if not self.card:
            return self.unknown("fatload")
        data = open(os.path.join(self.card, name), "rb").read()[int(pos, 16):]
        self.put(int(at, 16), data[:int(n, 16)])
        self.say("%d bytes read in 1 ms\n" % min(len(data), int(n, 16)))
