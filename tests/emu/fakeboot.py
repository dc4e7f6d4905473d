#!/usr/bin/env python3
"""fakeboot.py FLASH [KEY=VALUE...] - a boot loader console on a pty, by itself

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
  loader=NAME        one of monitors.py's instead; FLASH is its memory at base=N
  echo=0             what is typed is not shown      colour=1  escape sequences
  keys=FILE          when it stops the autoboot: how many keys came in the worst
                     second                          sum=1    XMODEM by plain sums
  store=WHAT         nand, mmc, or flash at 0x1c000000, instead of sf; bad=1 skips
  old=1              sf probe of 2010
  flicker=ADDR       a byte that is another one each time
  wire=FILE          how many characters went out and in, and commands, at each one
  seed=N
"""
import os, pty, random, select, socket, struct, subprocess, sys, tempfile, time, tty, zlib
import monitors

opts = dict(a.split("=", 1) for a in sys.argv[2:])
get = lambda k, d: (int(opts[k], 0) if type(d) is int else type(d)(opts[k])) \
    if k in opts else d
flash = bytearray(open(sys.argv[1], "rb").read())
prompt = get("prompt", "MStar # ")
big, gap = get("big", 0), get("gap", 4)
drop, flip = get("drop", 0.0), get("flip", 0.0)
printk, reset_after = get("printk", 0), get("reset", 0)
rng = random.Random(get("seed", 1))
BASE, RAM, MAPPED = 0x20000000, 64 << 20, 0x1c000000
ram = bytearray(b"\xa5" * RAM)
env = {"bootdelay": "1", "baseaddr": "0x21000000"}
printable = bytes(c if 0x20 <= c < 0x7f else 0x2e for c in range(256))

master, slave = pty.openpty()
tty.setraw(slave)
print("PTY", os.ttyname(slave), flush=True)
sent = heard = commands = 0


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
    global heard
    ready, _, _ = select.select([master], [], [], timeout)
    if not ready:
        return b""
    try:
        came = os.read(master, 4096)
    except OSError:
        sys.exit(0)
    heard += len(came)
    return came


def damaged(data):
    out = bytearray()
    for c in data:
        if drop and rng.random() < drop:
            continue
        out.append(c ^ (1 << rng.randrange(8)) if flip and rng.random() < flip else c)
    return bytes(out)


def send(data):
    """As lrzsz's sx sends it, over this line with its faults."""
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        ours, theirs = socket.socketpair()
        sx = subprocess.Popen(["sx", "-q"] + (["-k"] if get("k", 0) else []) + [f.name],
                              stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
        theirs.close()
        while sx.poll() is None:
            ready, _, _ = select.select([ours, master], [], [], 0.05)
            if ours in ready:
                data = damaged(ours.recv(4096))
                while data:
                    data = data[os.write(master, data):]
            if master in ready:
                key = os.read(master, 4096)
                # A sender that knows no CRC hears no C.
                try:
                    ours.sendall(key.replace(b"C", b"") if get("sum", 0) else key)
                except OSError:
                    break
        sx.kill()
        sx.wait()


def note_keys(times):
    if get("keys", ""):
        worst = max((sum(t <= u < t + 1 for u in times) for t in times), default=0)
        open(get("keys", ""), "w").write("%d\n" % worst)


def wait_stop(want):
    """Whether the keys come before the delay is over."""
    end, seen, times = time.time() + get("delay", 2), b"", []
    while time.time() < end:
        came = hear(0.005)
        times += [time.time()] * len(came)
        seen += came
        if (want is None and seen) or (want and want in seen):
            note_keys(times)
            return True
    return False


def never_back():
    say("\nStarting kernel ...\n")
    while True:
        hear(1)


def power_on():
    global ram
    ram[:] = b"\xa5" * RAM
    if monitor:
        say("\n\n" + monitor.banner + monitor.says + "\n")
        return wait_stop(monitor.keys if monitor.keys != b" " else None) or never_back()
    say("\n\nU-Boot 2015.01 (Feb 26 2019 - 10:53:00)\n\nDRAM:  64 MiB\n")
    text = {"any": "Hit any key to stop autoboot: ", "ctrlc":
            "Press Ctrl+C to stop autoboot: ", "slp":
            "Autoboot in 2 s, to abort autoboot with \"slp\": "}[get("key", "any")]
    say(text + " %d " % get("delay", 2))
    want = {"any": None, "ctrlc": b"\x03", "slp": b"slp"}[get("key", "any")]
    if not wait_stop(want):
        never_back()
    say("\b\b\b 0 \n")


def bytes_of(at, n):
    if get("store", "sf") == "flash" and MAPPED <= at < MAPPED + len(flash):
        return flash[at - MAPPED:at - MAPPED + n]
    return ram[at - BASE:at - BASE + n]


def md(width, at, count):
    for row in range(at, at + count * width, 16):
        n = min(16, at + count * width - row)
        data = bytes_of(row, n)
        words = [data[i:i + width] for i in range(0, n, width)]
        text = " ".join((w if big else w[::-1]).hex() for w in words)
        line = "%08x: %-*s%s%s\n" % (row, (16 // width) * (2 * width + 1) - 1, text,
                                     " " * gap, data.translate(printable).decode())
        if printk and rng.randrange(printk) == 0:
            cut = rng.randrange(len(line))
            line = line[:cut] + "[   12.345678] random: crng init done\n" + line[cut:]
        say(line)


def run(line):
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
                at, at + n - 1, zlib.crc32(bytes_of(at, n))))
        elif name == "cmp.b":
            a, b, n = (int(x, 16) for x in args)
            if ram[a - BASE:a - BASE + n] == ram[b - BASE:b - BASE + n]:
                say("Total of %d byte(s) were the same\n" % n)
            else:
                say("byte at 0x%08x (0x00) != byte at 0x%08x (0x01)\n" % (a, b))
        elif name in ("sf", "nand", "mmc", "flinfo") and \
                name.replace("flinfo", "flash") != get("store", "sf"):
            say("Unknown command '%s' - try 'help'\n" % name)
        elif name == "nand" and args[0] == "info":
            say("\nDevice 0: nand0, sector size 128 KiB\n  NAND %d MiB\n" %
                (len(flash) >> 20))
        elif name == "mmc" and args[0] == "info":
            say("Device: dwmmc\nBus Speed: 50000000\nHigh Capacity: Yes\nCapacity: 7.3 GiB\n")
        elif name == "flinfo":
            say("\nBank # 1: CFI conformant flash (32 x 16)  Size: %d MB in 256 Sectors\n"
                "  Sector Start Addresses:\n  %08X   RO   %08X   RO\n" %
                (len(flash) >> 20, MAPPED, MAPPED + 0x10000))
        elif name in ("nand", "mmc") and args[0] == "read":
            at, off, n = (int(x, 16) for x in args[1:4])
            unit = 512 if name == "mmc" else 1
            if get("bad", 0):
                say("Skipping bad block 0x%08x\n" % off)
            ram[at - BASE:at - BASE + n * unit] = flash[off * unit:(off + n) * unit]
            say(" %d bytes read: OK\n" % (n * unit))
        elif name == "sf" and args[0] == "probe" and get("old", 0):
            say("%d KiB hi_fmc at 0:0 is now current device\n" % (len(flash) >> 10))
        elif name == "sf" and args[0] == "probe":
            say("SF: Detected MX25L12845E with page size 256 Bytes, erase size 64 KiB, "
                "total %d MiB\n" % (len(flash) >> 20))
        elif name == "sf" and args[0] == "read":
            at, off, n = (int(x, 16) for x in args[1:4])
            ram[at - BASE:at - BASE + n] = flash[off:off + n]
            say("SF: %d bytes @ 0x%x Read: OK\n" % (n, off))
        elif name == "sf" and args[0] in ("write", "erase"):
            n = int(args[-1].lstrip("+"), 16)
            if args[0] == "erase":
                off = int(args[1], 16)
                flash[off:off + n] = b"\xff" * n
                say("SF: %d bytes @ 0x%x Erased: OK\n" % (n, off))
            else:
                at, off = int(args[1], 16), int(args[2], 16)
                flash[off:off + n] = ram[at - BASE:at - BASE + n]
                open(sys.argv[1], "wb").write(flash)
                say("SF: %d bytes @ 0x%x Written: OK\n" % (n, off))
        elif name == "printenv":
            for k in args or sorted(env):
                say("%s=%s\n" % (k, env[k]) if k in env else
                    "## Error: \"%s\" not defined\n" % k)
        elif name == "uploadx":
            at, n = int(args[0], 16), int(args[1], 16)
            say("## Ready for binary (xmodem) upload 0x%08X at 115200 bps...\n" % at)
            send(ram[at - BASE:at - BASE + n])
            say("\n## Total Size = 0x%08x = %d Bytes\n" % (n, n))
        elif name == "bdinfo":
            say("DRAM bank   = 0x00000000\n-> start    = 0x%08X\n-> size     = "
                "0x%08X\nrelocaddr   = 0x%08X\nsp start    = 0x%08X\n" % (
                    BASE, RAM, BASE + RAM - 0x100000, BASE + RAM - 0x300000))
        elif name == "version":
            say("U-Boot 2015.01 (Feb 26 2019 - 10:53:00)\n")
        else:
            say("Unknown command '%s' - try 'help'\n" % name)
    except (IndexError, ValueError):
        say("Usage:\n%s - ...\n" % name)


def show(text):
    if get("echo", 1):
        say(text)


def note_wire():
    global commands
    commands += 1
    if get("wire", ""):
        open(get("wire", ""), "w").write("%d %d %d\n" % (sent, heard, commands))


def prompt_loop():
    line = b""
    say(prompt)
    while True:
        for c in hear(1):
            if getattr(monitor, "menu", False):
                show(chr(c) if c >= 0x20 else "")
                monitor.run(chr(c))
                say(prompt)
            elif c in (13, 10):
                show("\n")
                (monitor.run if monitor else run)(line.decode("latin1"))
                line = b""
                say(prompt)
                note_wire()
            elif c == 3 and monitor:
                line += b"\3"
            elif c == 3:
                say("<INTERRUPT>\n" + prompt)
                line = b""
            elif c in (8, 127):
                line = line[:-1]
            elif 0x20 <= c < 0x7f:
                line += bytes([c])
                show(chr(c))


def memory(at, n):
    off = at - get("base", 0x20000000)
    out = bytearray((bytes(flash[off:off + n]) if off >= 0 else b"").ljust(n, b"\xee"))
    if at <= get("flicker", 0) < at + n:
        out[get("flicker", 0) - at] = rng.randrange(256)
    return bytes(out)


monitor = None
if get("loader", ""):
    monitor = monitors.named[get("loader", "")](memory, say, hear, send)
    prompt = get("prompt", monitor.prompt)
if get("colour", 0):
    prompt = "\x1b[1;36m" + prompt + "\x1b[0m"
booted = not get("boot", 0)
while True:
    try:
        if not booted:
            power_on()
        booted = True
        prompt_loop()
    except Reset:
        booted = False
