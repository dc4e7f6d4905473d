#!/usr/bin/env python3
"""cpioodd.py OUT KIND - cpio archives that harm whoever believes them (names
deep again claims many), or a big-endian binary one (big)"""
import struct
import sys

out, kind = sys.argv[1:3]
ino = 0


def entry(name, mode=0o100644, data=b"", size=None, links=1, number=None):
    global ino
    ino += 1
    name += b"\0"
    head = b"070701" + b"".join(b"%08X" % x for x in (
        ino if number is None else number, mode, 0, 0, links, 7,
        len(data) if size is None else size, 0, 0, 0, 0, len(name), 0))
    return pad(head + name) + pad(data)


def pad(data, n=4):
    return data + bytes(-len(data) % n)


def big(name, mode, data=b"", rdev=0):
    global ino
    ino += 1
    name += b"\0"
    return pad(pad(struct.pack(">13H", 0o070707, 0, ino, mode, 1, 2, 1, rdev, 0, 9,
                               len(name), 0, len(data)) + name, 2) + data, 2)


END = entry(b"TRAILER!!!", 0, number=0)
if kind == "big":
    image = (big(b"d", 0o40755) + big(b"d/file", 0o100640, b"hello") +
             big(b"console", 0o20600, rdev=0x501) + big(b"TRAILER!!!", 0))
elif kind == "names":
    image = b"".join(entry(n) for n in (b"../out", b"a/../../out", b"a/..", b"ok", b"n" * 300,
                                        b"ok/below")) + entry(b".", 0o100644) + END
elif kind == "deep":
    image = b"".join(entry(b"d/" * i + b"d", 0o40755) for i in range(1500)) + END
elif kind == "again":      # the last counts; a directory in use stays
    image = (entry(b"a", data=b"first") + entry(b"d", 0o40755) + entry(b"d/x") +
             entry(b"a", data=b"second one") + entry(b"d", 0o100644, b"no") +
             entry(b"a", 0o120777, b"d") + END)
elif kind == "claims":
    image = (entry(b"same", links=2, number=5) + entry(b"other", links=9, number=5, data=b"x") +
             entry(b"link", 0o120777) + entry(b"none", 0) +
             entry(b"huge", data=b"y", size=0xffffff00))
else:
    image = b"".join(entry(b"%07d" % i) for i in range(1000000)) + END
with open(out, "wb") as f:
    f.write(image)
