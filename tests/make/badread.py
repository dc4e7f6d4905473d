#!/usr/bin/env python3
"""badread.py KIND IN OUT [SEED] [N...] - a reading of a chip gone wrong in a known way"""
import random
import sys

kind, source, target = sys.argv[1:4]
rest = [int(x, 0) for x in sys.argv[4:]]
r = random.Random(rest[0] if rest else 1)
arg = rest[1:]
a = bytearray(open(source, "rb").read())
n = len(a)


def used(size):
    return [i for i in range(0, n - size, size) if a[i:i + size] not in (b"\xff" * size, b"\0" * size)]


def packets(count, size):
    for at in r.sample(used(size), count):
        a[at:at + size] = b"\xff" * size


def noise(count, to):
    for at in r.sample(used(32), count):
        bits = []
        while not bits:
            k = at + r.randrange(32)
            bits = [b for b in range(8) if to is None or (a[k] >> b & 1) != to]
        a[k] ^= 1 << r.choice(bits)


if kind == "packets":
    packets(*arg)
elif kind == "zeros":       # bits that read as 0
    noise(arg[0], 0)
elif kind == "ones":
    noise(arg[0], 1)
elif kind == "noise":
    noise(arg[0], None)
elif kind == "both":
    packets(arg[0], 32)
    noise(arg[1], None)
elif kind == "lost":
    del a[arg[0]:arg[0] + arg[1]]
    a += b"\xff" * arg[1]
elif kind == "twice":
    a[arg[0]:arg[0]] = a[arg[0] - arg[1]:arg[0]]
    del a[n:]
elif kind == "extra":
    a[arg[0]:arg[0]] = r.randbytes(arg[1])
    del a[n:]
elif kind == "stale":       # the packet before once more, in the place of one
    for at in r.sample(used(arg[1])[1:], arg[0]):
        a[at:at + arg[1]] = a[at - arg[1]:at]
elif kind == "blanknoise":  # bits that read as 0 where nothing is written
    for at in r.sample([i for i in range(0, n, 4096) if a[i:i + 4096] == b"\xff" * 4096], arg[0]):
        a[at + r.randrange(4096)] ^= 1 << r.randrange(8)
elif kind == "wrap":
    for at in range(arg[0], n, arg[0]):
        a[at:at + arg[0]] = a[:arg[0]]
    del a[n:]
elif kind == "line":
    bit = 1 << arg[0]
    a = bytearray(a[i | bit] if arg[1] else a[i & ~bit] for i in range(n))
elif kind == "swap":
    w = arg[0]
    for i in range(0, n, w):
        a[i:i + w] = a[i:i + w][::-1]
elif kind == "fill":
    for i in range(0, n, 4096):
        if a[i:i + 4096] == b"\xff" * 4096:
            a[i:i + 4096] = b"\0" * 4096
elif kind == "stuck":
    for i in range(n):
        a[i] = a[i] | arg[0] if arg[1] else a[i] & ~arg[0] & 0xff
elif kind == "short":
    del a[-arg[0]:]
elif kind == "blank":
    a[arg[0]:arg[0] + arg[1]] = b"\xff" * arg[1]
else:
    sys.exit("badread.py: unknown kind " + kind)
open(target, "wb").write(a)
