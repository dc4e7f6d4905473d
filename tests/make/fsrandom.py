#!/usr/bin/env python3
"""fsrandom.py SEED DIR - a small tree with a bit of everything, the same for
the same seed"""
import os
import random
import sys

rng = random.Random(int(sys.argv[1]))
dirs = [sys.argv[2]]
os.makedirs(dirs[0])


def content():
    out = bytearray()
    for _ in range(rng.randrange(6)):
        kind = rng.randrange(3)
        n = rng.choice((1, 5, 100, 4095, 4096, 8192, 10000, rng.randrange(1, 30000)))
        if kind == 0:
            out += bytes(n)
        elif kind == 1:
            out += rng.getrandbits(8 * n).to_bytes(n, "big")
        else:
            out += (b"%d hello world " % rng.randrange(9)) * (n // 14 + 1)
    return out


for i in range(rng.randrange(5, 60)):
    name = "".join(rng.choice("abcxyz-_. A0") for _ in range(rng.randrange(1, 12)))
    path = os.path.join(rng.choice(dirs), name + str(i % 7))
    kind = rng.randrange(10)
    if os.path.lexists(path):
        continue
    if kind < 3:
        os.mkdir(path)
        dirs.append(path)
    elif kind == 3:
        os.symlink(rng.choice(("a", "../b", "x" * rng.randrange(1, 300))), path)
    elif kind == 4:
        os.mkfifo(path)
    else:
        with open(path, "wb") as f:
            f.write(content())
    if kind != 3:
        os.chmod(path, rng.choice((0o644, 0o755, 0o600, 0o4755, 0o1777)))
    if os.geteuid() == 0 and rng.randrange(4) == 0:
        os.lchown(path, rng.randrange(1000), rng.randrange(255))
