#!/usr/bin/env python3
"""fakeboot.py FLASH [KEY=VALUE...] - a boot loader console on a pty, by itself

Prints "PTY /dev/pts/N", then answers as a U-Boot 2015 with a 16 MiB (or so) SPI
flash whose content is FLASH; what is written goes there too. Settings:
  prompt="MStar # "  what ends every answer        gap=4     blanks before the text
  big=1              a big-endian CPU               crc=0     no crc32 command
  boot=1             power on now: banner, countdown of `delay` seconds, and a
                     kernel that never comes back if nobody stops it
  key=any            what stops it: any, ctrlc, slp
  keys=FILE          when it stops the autoboot: how many keys came in the worst
                     second
  drop=P flip=P      probability of a lost or changed character that it sends
  lose=P             ... of a lost one that is typed or sent to it
  printk=N           a kernel-like line in the middle of every Nth line
  reset=N            it starts anew after that many characters, once
  loader=NAME        one of monitors.py's instead; FLASH is its memory at base=N
  echo=0             what is typed is not shown      colour=1  escape sequences
  store=WHAT         nand, mmc, or flash at 0x1c000000, instead of sf; bad=1 skips
  old=1              sf probe of 2010
  locked=1           erasing and writing do nothing until sf protect unlock
  weak=N             the first N writes turn a bit
  dead=N             the Nth write to the flash leaves it half done, then a reset
  flicker=ADDR       a byte that is another one each time
  k=1 sum=1          XMODEM (lrzsz's sx sends) by kilobytes, by plain sums
  rb=0               no loady (else lrzsz's rb receives)
  tftp=1             tftpput and tftpboot, by curl (tftp=vendor: tftp ADDR FILE LEN)
  card=DIR           fatload reads files there
  env="a=b;c=d"      more of the environment
  wire=FILE          how many characters went out and in, and commands, at each one
  seed=N
"""
import sys
import monitors
from line import Line, Reset
from ubootcmds import Uboot

opts = dict(a.split("=", 1) for a in sys.argv[2:])


def get(key, default):
    if key not in opts:
        return default
    return int(opts[key], 0) if type(default) is int else type(default)(opts[key])


def memory(at, n):
    """What a monitor's dump shows: FLASH is its memory."""
    off = at - get("base", 0x20000000)
    out = bytearray((flash[off:off + n] if off >= 0 else b"").ljust(n, b"\xee"))
    if at <= get("flicker", 0) < at + n:
        out[get("flicker", 0) - at] = line.rng.randrange(256)
    return bytes(out)


def write_file(name, text):
    if name:
        open(name, "w").write(text)


def wait_stop(want):
    """Until the autoboot is stopped, or for ever."""
    stopped, times = line.countdown(get("delay", 2), want)
    if stopped:
        write_file(get("keys", ""), "%d\n" % max(
            sum(t <= u < t + 1 for u in times) for t in times))
        return
    line.say("\nStarting kernel ...\n")
    while True:
        line.hear(1)


def power_on():
    if monitor:
        line.say("\n\n" + monitor.banner + monitor.says + "\n")
        return wait_stop(monitor.keys if monitor.keys != b" " else None)
    uboot.forget()
    line.say("\n\nU-Boot 2015.01 (Feb 26 2019 - 10:53:00)\n\nDRAM:  64 MiB\n")
    text, want = {"any": ("Hit any key to stop autoboot: ", None),
                  "ctrlc": ("Press Ctrl+C to stop autoboot: ", b"\x03"),
                  "slp": ("Autoboot in 2 s, to abort autoboot with \"slp\": ", b"slp")
                  }[get("key", "any")]
    line.say(text + " %d " % get("delay", 2))
    wait_stop(want)
    line.say("\b\b\b 0 \n")


def show(text):
    if get("echo", 1):
        line.say(text)


def prompt_loop():
    typed, commands = b"", 0
    line.say(prompt)
    while True:
        for c in line.hear(1):
            if getattr(monitor, "menu", False):
                show(chr(c) if c >= 0x20 else "")
                monitor.run(chr(c))
                line.say(prompt)
            elif c in (13, 10):
                show("\n")
                (monitor or uboot).run(typed.decode("latin1"))
                typed = b""
                line.say(prompt)
                commands += 1
                write_file(get("wire", ""), "%d %d %d\n" % (line.sent, line.heard, commands))
            elif c == 3 and monitor:
                typed += b"\3"
            elif c == 3:
                line.say("<INTERRUPT>\n" + prompt)
                typed = b""
            elif c in (8, 127):
                typed = typed[:-1]
            elif 0x20 <= c < 0x7f:
                typed += bytes([c])
                show(chr(c))


line = Line(get)
monitor = uboot = None
prompt = "MStar # "
if get("loader", ""):
    flash = open(sys.argv[1], "rb").read()
    monitor = monitors.named[get("loader", "")](memory, line.say, line.hear, line.send)
    prompt = monitor.prompt
else:
    uboot = Uboot(sys.argv[1], get, line)
prompt = get("prompt", prompt)
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
