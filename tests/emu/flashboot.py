#!/usr/bin/env python3
"""flashboot.py FLASH [KEY=VALUE...] - a boot loader whose flash can be written

Prints "PTY /dev/pts/N", then answers as a U-Boot 2015 with a 16 MiB (or so) SPI
flash whose content is FLASH. Settings:
  prompt="MStar # "  what ends every answer        gap=4     blanks before the text
  big=1              a big-endian CPU               crc=0     no crc32 command
  boot=1             power on now: banner, countdown of `delay` seconds, and a
                     kernel that never comes back if nobody stops it
  key=any            what stops it: any, ctrlc, slp
  drop=P flip=P      probability of a lost or changed character
  printk=N           a kernel-like line in the middle of every Nth line
  reset=N            it starts anew after that many characters, once
  lose=P             probability of a lost character of those typed or sent to it
  rb=0               no loady (else lrzsz's rb receives)
  dead=N             the Nth write to the flash leaves it half done, then a reset
  weak=N             the first N writes turn a bit
  locked=1           erasing and writing do nothing until sf protect unlock
  tftp=1             tftpput and tftpboot, by curl (tftp=vendor: tftp ADDR FILE LEN)
  card=DIR           fatload reads files there
  seed=N
"""
import os, pty, random, select, subprocess, sys, tempfile, time, tty, zlib

opts = dict(a.split("=", 1) for a in sys.argv[2:])
get = lambda k, d: type(d)(opts.get(k, d))
flash = bytearray(open(sys.argv[1], "rb").read())
prompt = get("prompt", "MStar # ")
big, gap = get("big", 0), get("gap", 4)
drop, flip = get("drop", 0.0), get("flip", 0.0)
printk, reset_after = get("printk", 0), get("reset", 0)
lose, dead, weak = get("lose", 0.0), get("dead", 0), get("weak", 0)
locked, net, card = get("locked", 0), get("tftp", ""), get("card", "")
rng = random.Random(get("seed", 1))
BASE, RAM = 0x20000000, 64 << 20
ram = bytearray(b"\xa5" * RAM)
env = {"bootdelay": "1", "baseaddr": "0x21000000"}
printable = bytes(c if 0x20 <= c < 0x7f else 0x2e for c in range(256))

master, slave = pty.openpty()
tty.setraw(slave)
print("PTY", os.ttyname(slave), flush=True)
sent = 0


class Reset(Exception):
    pass


def say(text):
    global sent, reset_after
    out = bytearray()
    for c in text.replace("\n", "\r\n").encode("latin1"):
        if drop and rng.random() < drop:
            continue
        if flip and rng.random() < flip:
            c ^= 1 << rng.randrange(7)
        out.append(c)
    sent += len(out)
    while out:
        n = os.write(master, out)
        del out[:n]
    if reset_after and sent > reset_after:
        reset_after = 0
        raise Reset


def hear(timeout):
    ready, _, _ = select.select([master], [], [], timeout)
    if not ready:
        return b""
    try:
        got = os.read(master, 4096)
    except OSError:
        sys.exit(0)
    return bytes(c for c in got if not lose or rng.random() >= lose)


def power_on():
    global ram
    ram[:] = b"\xa5" * RAM
    say("\n\nU-Boot 2015.01 (Feb 26 2019 - 10:53:00)\n\nDRAM:  64 MiB\n")
    text = {"any": "Hit any key to stop autoboot: ", "ctrlc":
            "Press Ctrl+C to stop autoboot: ", "slp":
            "Autoboot in 2 s, to abort autoboot with \"slp\": "}[get("key", "any")]
    say(text + " %d " % get("delay", 2))
    end, seen = time.time() + get("delay", 2), b""
    while time.time() < end:
        seen += hear(0.05)
        want = get("key", "any")
        if (want == "any" and seen) or (want == "ctrlc" and b"\x03" in seen) or \
                (want == "slp" and b"slp" in seen):
            say("\b\b\b 0 \n")
            return
    say("\nStarting kernel ...\n")
    while True:
        hear(1)


def receive(at):
    """loady: lrzsz's rb at our end of the line"""
    say("## Ready for binary (ymodem) download to 0x%08X at 115200 bps...\n" % at)
    with tempfile.TemporaryDirectory() as where:
        rb = subprocess.Popen(["rb", "-b", "-q"], cwd=where, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while rb.poll() is None:
            ready, _, _ = select.select([master, rb.stdout], [], [], 0.2)
            if master in ready:
                try:
                    rb.stdin.write(hear(0))
                    rb.stdin.flush()
                except OSError:
                    break
            if rb.stdout in ready:
                os.write(master, os.read(rb.stdout.fileno(), 4096))
        for name in os.listdir(where):
            data = open(os.path.join(where, name), "rb").read()
            ram[at - BASE:at - BASE + len(data)] = data
            say("## Total Size      = 0x%08x = %d Bytes\n" % (len(data), len(data)))


def curl(what, name, at, n=0):
    place = "tftp://%s:%s/%s" % (env["serverip"], env.get("tftpdstp", "69"), name)
    say("Using eth0 device\nTFTP to server %s\n" % env["serverip"])
    with tempfile.NamedTemporaryFile() as f:
        if what == "put":
            f.write(ram[at - BASE:at - BASE + n])
            f.flush()
        r = subprocess.run(["curl", "-s", "-m", "20", "--tftp-blksize", "1468"] +
                           (["-T", f.name] if what == "put" else ["-o", f.name]) + [place])
        if r.returncode:
            return say("\nTFTP error: %d\nNot retrying...\n" % r.returncode)
        if what == "get":
            data = open(f.name, "rb").read()
            ram[at - BASE:at - BASE + len(data)] = data
    say("#################################\ndone\nBytes transferred = %d\n" % n)


def put_flash(off, data):
    """A write (or, of 0xff, an erase) with its faults"""
    global dead, weak, locked
    if locked:
        return
    writes = data.strip(b"\xff") != b""
    if writes and weak:
        weak -= 1
        data = bytes([data[0] ^ 1]) + data[1:]
    dead -= writes
    cut = len(data) // 3 if writes and dead == 0 else len(data)
    for i in range(cut):
        flash[off + i] = data[i] if not writes else flash[off + i] & data[i]
    open(sys.argv[1], "wb").write(flash)
    if cut < len(data):
        raise Reset


def helps(name):
    known = {"crc32": "crc32 address count", "itest": "itest [*]value1 <op> [*]value2",
             "loady": "loady [ addr [ baud ] ]"}
    if net == "1":
        known["tftpput"] = "tftpput Address Size [[hostIPaddr:]filename]"
        known["tftpboot"] = "tftpboot [loadAddress] [[hostIPaddr:]bootfilename]"
    elif net:
        known["tftp"] = "tftp - download or upload image via network"
    say("%s\n" % known[name] if name in known else
        "Unknown command '%s' - try 'help' without arguments\n" % name)


def md(width, at, count):
    for row in range(at, at + count * width, 16):
        n = min(16, at + count * width - row)
        data = ram[row - BASE:row - BASE + n]
        words = [data[i:i + width] for i in range(0, n, width)]
        text = " ".join((w if big else w[::-1]).hex() for w in words)
        line = "%08x: %-*s%s%s\n" % (row, (16 // width) * (2 * width + 1) - 1, text,
                                     " " * gap, data.translate(printable).decode())
        if printk and rng.randrange(printk) == 0:
            cut = rng.randrange(len(line))
            line = line[:cut] + "[   12.345678] random: crng init done\n" + line[cut:]
        say(line)


def run(line):
    global locked
    words = line.split()
    if not words:
        return
    name, args = words[0], words[1:]
    try:
        if name.startswith("md"):
            width = {"": 4, ".b": 1, ".w": 2, ".l": 4, ".q": 8}[name[2:]]
            md(width, int(args[0], 16), int(args[1], 16) if len(args) > 1 else 64)
        elif name == "crc32" and get("crc", 1):
            at, n = int(args[0], 16), int(args[1], 16)
            say("crc32 for %08x ... %08x ==> %08x\n" % (
                at, at + n - 1, zlib.crc32(ram[at - BASE:at - BASE + n])))
        elif name == "cmp.b":
            a, b, n = (int(x, 16) for x in args)
            if ram[a - BASE:a - BASE + n] == ram[b - BASE:b - BASE + n]:
                say("Total of %d byte(s) were the same\n" % n)
            else:
                say("byte at 0x%08x (0x00) != byte at 0x%08x (0x01)\n" % (a, b))
        elif name == "sf" and args[0] == "probe":
            say("SF: Detected MX25L12845E with page size 256 Bytes, erase size 64 KiB, "
                "total %d MiB\n" % (len(flash) >> 20))
        elif name == "sf" and args[0] == "read":
            at, off, n = (int(x, 16) for x in args[1:4])
            ram[at - BASE:at - BASE + n] = flash[off:off + n]
            say("SF: %d bytes @ 0x%x Read: OK\n" % (n, off))
        elif name == "sf" and args[0] == "erase":
            off, n = int(args[1], 16), int(args[2].lstrip("+"), 16)
            if off % 65536 or n % 65536:
                return say("SF: erase size not a multiple of 64 KiB\nSF: ERROR -22\n")
            put_flash(off, b"\xff" * n)
            say("SF: %d bytes @ 0x%x Erased: OK\n" % (n, off))
        elif name == "sf" and args[0] == "write":
            at, off, n = (int(x, 16) for x in args[1:4])
            put_flash(off, bytes(ram[at - BASE:at - BASE + n]))
            say("SF: %d bytes @ 0x%x Written: OK\n" % (n, off))
        elif name == "sf" and args[:2] == ["protect", "unlock"]:
            locked = 0
        elif name == "loady" and get("rb", 1):
            receive(int(args[0], 16))
        elif name == "tftpput" and net == "1":
            curl("put", args[2], int(args[0], 16), int(args[1], 16))
        elif name == "tftpboot" and net == "1":
            curl("get", args[1], int(args[0], 16))
        elif name == "tftp" and net == "vendor":
            what = "put" if len(args) > 2 else "get"
            curl(what, args[1], int(args[0], 16), int(args[2], 16) if args[2:] else 0)
        elif name == "fatload" and card:
            at, n, pos = int(args[2], 16), int(args[4], 16), int(args[5], 16)
            data = open(os.path.join(card, args[3]), "rb").read()[pos:pos + n]
            ram[at - BASE:at - BASE + len(data)] = data
            say("%d bytes read in 1 ms\n" % len(data))
        elif name == "setenv":
            env[args[0]] = " ".join(args[1:])
        elif name == "help":
            helps(args[0])
        elif name == "printenv":
            for k in args or sorted(env):
                say("%s=%s\n" % (k, env[k]) if k in env else
                    "## Error: \"%s\" not defined\n" % k)
        elif name == "bdinfo":
            say("DRAM bank   = 0x00000000\n-> start    = 0x%08X\n-> size     = "
                "0x%08X\n" % (BASE, RAM))
        elif name == "version":
            say("U-Boot 2015.01 (Feb 26 2019 - 10:53:00)\n")
        else:
            say("Unknown command '%s' - try 'help'\n" % name)
    except (IndexError, ValueError, KeyError):
        say("Usage:\n%s - ...\n" % name)


def prompt_loop():
    line = b""
    say(prompt)
    while True:
        for c in hear(1):
            if c in (13, 10):
                say("\n")
                run(line.decode("latin1"))
                line = b""
                say(prompt)
            elif c == 3:
                say("<INTERRUPT>\n" + prompt)
                line = b""
            elif c in (8, 127):
                line = line[:-1]
            elif 0x20 <= c < 0x7f:
                line += bytes([c])
                say(chr(c))


booted = not get("boot", 0)
while True:
    try:
        if not booted:
            power_on()
        booted = True
        prompt_loop()
    except Reset:
        booted = False
